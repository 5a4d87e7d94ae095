# Pooling of study estimates and counts. Run: Rscript pooling.R > pooling.json
suppressMessages({library(metafor); library(clubSandwich); library(numDeriv); library(jsonlite)})
tight <- list(threshold = 1e-14, maxiter = 20000, tol = 1e-14)
num <- function(x) if (is.null(x)) NA else as.numeric(x)

sets <- list(
  k2_apart = list(y = c(-0.4, 1.9), v = c(0.05, 0.2)),
  k3_tied_variances = list(y = c(0.61, 1.42, 0.35), v = c(0.09, 0.09, 0.25)),
  k4_dominating = list(y = c(1.12, 0.31, 1.9, 0.74), v = c(0.004, 0.41, 0.52, 0.36)),
  k5_same_estimate = list(y = rep(0.7, 5), v = c(0.04, 0.09, 0.16, 0.25, 0.36)),
  k6_no_tau2 = list(y = c(0.52, 0.47, 0.61, 0.39, 0.55, 0.5), v = c(0.1, 0.2, 0.3, 0.15, 0.25, 0.4)),
  k8_far_apart = list(y = c(-3.1, 4.2, 0.5, 7.7, -1.4, 2.6, 9.3, -5.8), v = c(0.01, 0.02, 0.015, 0.03, 0.01, 0.02, 0.05, 0.04)))
set.seed(11)
v65 <- round(exp(rnorm(65, -2, 1)), 5)
sets$k65 <- list(y = round(rnorm(65, 0.3, sqrt(v65 + 0.08)), 4), v = v65)

model <- function(r) list(estimate = num(r$beta), se = r$se, ci_low = r$ci.lb, ci_high = r$ci.ub, statistic = r$zval,
  p = r$pval, tau2 = r$tau2, tau2_se = num(r$se.tau2), i2 = r$I2, h2 = r$H2, q = r$QE, q_p = r$QEp)
fit <- function(s, m, test = "z") rma(s$y, s$v, method = m, test = test, control = tight)
methods <- c("EE", "DL", "REML", "PM", "ML", "HE", "HS", "SJ", "EB")

pooled <- lapply(sets, function(s) {
  k <- length(s$y)
  out <- list(y = s$y, v = s$v,
    wald = setNames(lapply(methods, function(m) model(fit(s, m))), methods),
    hk = setNames(lapply(methods[-1], function(m) model(fit(s, m, "knha"))), methods[-1]),
    mhk = setNames(lapply(methods[-1], function(m) model(fit(s, m, "adhoc"))), methods[-1]))
  r <- fit(s, "REML")
  qp <- suppressWarnings(confint(r, control = list(tau2.max = 1e5, tol = 1e-14, maxiter = 10000)))
  out$profile <- qp$random[1, 2:3]
  if (k > 2) {
    i <- influence(r)
    inf <- unclass(i$inf)
    out$influence <- c(inf[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat")],
      list(dfbs = unclass(i$dfbs)[[1]], marked = i$is.infl))
    pdf(NULL); b <- baujat(r); invisible(dev.off())
    out$baujat <- list(x = b$x, y = b$y)
    l <- leave1out(r); out$leave1out <- list(estimate = l$estimate, se = l$se, tau2 = l$tau2, q = l$Q)
    a <- suppressWarnings(regtest(fit(s, "REML"), predictor = "sei"))
    out$egger_random <- list(statistic = a$zval, p = a$pval, limit = a$est, low = a$ci.lb, high = a$ci.ub)
    w <- lm(y ~ sqrt(v), weights = 1 / v, data = s); w <- suppressWarnings(summary(w))$coefficients
    out$egger_classic <- list(coef = w[2, 1], se = w[2, 2], statistic = w[2, 3], p = w[2, 4], limit = w[1, 1])
    b <- fit(s, "EE"); star <- (s$y - c(b$beta)) / sqrt(s$v - c(b$vb))
    plain <- suppressWarnings(cor.test(star, s$v, method = "kendall", exact = FALSE))
    corrected <- suppressWarnings(cor.test(star, s$v, method = "kendall", exact = FALSE, continuity = TRUE))
    out$begg <- list(tau = num(plain$estimate), p_plain = plain$p.value, p_corrected = corrected$p.value)
    # the fill is remade here at tight convergence, from the trimmed centre metafor settles on
    out$trimfill <- list()
    for (m in c("EE", "REML")) for (e in c("L0", "R0")) {
      f <- try(trimfill(fit(s, m), estimator = e, control = tight), silent = TRUE)
      if (!inherits(f, "try-error")) out$trimfill[[paste(m, e, sep = "_")]] <-
        list(k0 = f$k0, side = f$side, se_k0 = f$se.k0, estimate = num(f$beta), se = f$se, tau2 = f$tau2)
    }
  }
  if (k == 6) {
    g <- gosh(fit(s, "REML"), progbar = FALSE)
    out$gosh <- list(members = apply(g$incl, 1, function(x) sum(2^(which(x) - 1))), estimate = g$res$estimate, i2 = g$res$I2)
  }
  out
})

# counts: with and without a study that tells nothing
counts <- list(
  plain = list(a = c(4, 6, 3, 62, 33), n1 = c(123, 306, 231, 1361, 541), c = c(11, 29, 11, 248, 47), n0 = c(139, 303, 220, 1286, 550)),
  zeros = list(a = c(0, 2, 1, 0, 5), n1 = c(20, 45, 30, 12, 60), c = c(3, 6, 0, 0, 9), n0 = c(22, 40, 33, 15, 52)))
no_correction <- function(d, m) rma.mh(ai = d$a, n1i = d$n1, ci = d$c, n2i = d$n0, measure = m, add = 0, to = "none", drop00 = m != "RD", correct = FALSE)
short <- function(r) list(estimate = num(r$beta), se = r$se, ci_low = r$ci.lb, ci_high = r$ci.ub, statistic = r$zval, p = r$pval, q = num(r$QE), q_p = num(r$QEp))

newton <- function(f, x) { # maximum of f, polished
  o <- optim(x, function(z) -f(z), method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))
  x <- o$par
  for (i in 1:6) x <- x - solve(hessian(f, x), grad(f, x))
  list(x = x, V = solve(-hessian(f, x)), value = f(x))
}
marginal <- function(log_density, k) function(par) sum(sapply(1:k, function(i) {
  g <- function(u) log_density(i, par[1] + par[2] * u) + dnorm(u, log = TRUE)
  top <- optimize(g, c(-12, 12), maximum = TRUE, tol = 1e-10)
  h <- function(u) exp(g(u) - top$objective)
  log(integrate(h, top$maximum - 12, top$maximum, rel.tol = 1e-11, abs.tol = 0, subdivisions = 2000)$value +
    integrate(h, top$maximum, top$maximum + 12, rel.tol = 1e-11, abs.tol = 0, subdivisions = 2000)$value) + top$objective }))
random_intercept <- function(log_density, k, start) {
  o <- newton(marginal(log_density, k), start)
  list(estimate = o$x[1], se = sqrt(o$V[1, 1]), tau2 = o$x[2]^2, loglik = o$value)
}
hypergeometric <- function(d) {
  use <- d$a + d$c > 0
  d <- lapply(d, function(x) x[use])
  random_intercept(function(i, theta) sapply(theta, function(t) {
    m <- d$a[i] + d$c[i]; x <- max(0, m - d$n0[i]):min(d$n1[i], m)
    l <- lchoose(d$n1[i], x) + lchoose(d$n0[i], m - x) + x * t
    l[x == d$a[i]] - max(l) - log(sum(exp(l - max(l)))) }), length(d$a), c(-0.8, 0.5))
}
counted <- lapply(counts, function(d) list(data = d,
  or = short(no_correction(d, "OR")), rr = short(no_correction(d, "RR")), rd = short(no_correction(d, "RD")),
  peto = short(rma.peto(ai = d$a, n1i = d$n1, ci = d$c, n2i = d$n0, add = 0, to = "none", drop00 = TRUE))))
counted$plain$glmm <- hypergeometric(counts$plain)

shares <- list(x = c(4, 6, 3, 62, 0, 180, 8, 30), n = c(123, 306, 31, 1361, 40, 1541, 8, 57))
binomial_normal <- random_intercept(function(i, theta) dbinom(shares$x[i], shares$n[i], plogis(theta), log = TRUE), 8, c(-2, 1.5))
e <- escalc("PLO", xi = shares$x, ni = shares$n)
logit <- model(rma(e$yi, e$vi, method = "REML", test = "adhoc", control = tight))

# several estimates of one study
d <- list(cluster = c(1, 1, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7),
  y = c(0.31, 0.42, 0.53, -0.13, 0.05, 0.46, 0.93, 1.04, -0.25, 0.58, 0.21, 0.43),
  v = c(0.0105, 0.0145, 0.0197, 0.015, 0.0221, 0.02, 0.0193, 0.0287, 0.0133, 0.0172, 0.032, 0.016))
clustered <- lapply(c(0, 0.6), function(rho) {
  V <- impute_covariance_matrix(d$v, d$cluster, r = rho)
  V <- as.matrix(bldiag(V))
  id <- seq_along(d$y); cl <- d$cluster
  start <- rma.mv(d$y, V, random = ~ 1 | cl / id, control = list(optimizer = "optim", optmethod = "BFGS"))$sigma2
  # its optimiser stops early, so the restricted likelihood is maximised anew and the optimum handed back
  restricted <- function(s) { if (any(s < 0)) return(-1e6)
    W <- solve(V + s[1] * outer(cl, cl, "==") + s[2] * diag(length(cl))); o <- rep(1, length(cl)); P <- W - W %*% o %*% t(o) %*% W / sum(W)
    -0.5 * (-determinant(W)$modulus[1] + log(sum(W)) + c(d$y %*% P %*% d$y)) }
  r <- rma.mv(d$y, V, random = ~ 1 | cl / id, sigma2 = newton(restricted, start)$x)
  two <- coef_test(r, vcov = "CR2", cluster = cl); one <- coef_test(r, vcov = "CR1", cluster = cl)
  list(correlation = rho, estimate = num(r$beta), se_model = r$se, between = r$sigma2[1], within = r$sigma2[2], loglik = num(logLik(r)),
    se = two$SE, df = two$df_Satt, p = two$p_Satt, se_cr1 = one$SE)
})

# three-parameter selection model: the likelihood written out, polished
z <- list(y = c(0.62, 0.15, 1.48, 0.91, -0.38, 0.55, 1.73, -0.5, 0.33, 0.24, 0.91, 1.6),
  v = c(0.04, 0.02, 0.05, 0.09, 0.03, 0.06, 0.08, 0.05, 0.02, 0.1, 0.07, 0.2))
sel <- function(par) { s <- sqrt(z$v + par[2]); cut <- qnorm(0.975) * sqrt(z$v); low <- z$y <= cut
  passed <- pnorm((par[1] - cut) / s)
  sum(dnorm(z$y, par[1], s, log = TRUE)) + par[3] * sum(low) - sum(log(passed + exp(par[3]) * (1 - passed))) }
o <- optim(c(0.3, 0.03, -1), function(p) if (p[2] < 0) 1e6 else -sel(p), method = "Nelder-Mead", control = list(reltol = 1e-15, maxit = 20000))
x <- o$par; inner <- x[2] > 1e-6
if (inner) for (i in 1:6) x <- x - solve(hessian(sel, x), grad(sel, x))
s <- selmodel(rma(z$y, z$v, method = "ML"), type = "stepfun", steps = 0.025, alternative = "greater")
selection <- list(y = z$y, v = z$v, estimate = x[1], se = sqrt(solve(-hessian(sel, x))[1, 1]), tau2 = x[2], chance = exp(x[3]), loglik = sel(x),
  metafor = list(estimate = num(s$beta), tau2 = s$tau2, chance = s$delta[2], lrt = s$LRT))

cat(toJSON(list(versions = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
  clubSandwich = as.character(packageVersion("clubSandwich"))), pooled = pooled, counts = counted,
  proportions = c(shares, list(glmm = binomial_normal, logit = logit)), clustered = list(data = d, fits = clustered), selection = selection),
  digits = NA, auto_unbox = TRUE, na = "null", pretty = 1))
