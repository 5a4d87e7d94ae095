# Oracle values for the Cox engine, from R survival, on data the shared reference does not have:
# delayed entry with ties everywhere, strata with one member, weights of every kind, clusters,
# offset, exact ties, Firth's penalty beyond the textbook case. Run: Rscript cox.R (writes
# cox.json beside it). Convergence is set far below the default, so that R's own stopping rule
# does not limit the comparison.
suppressMessages({library(survival); library(jsonlite)})
ctl <- suppressWarnings(coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 80))
set.seed(20240514)
n <- 80
d <- data.frame(
  entry = sample(0:4, n, TRUE), a = rbinom(n, 1, 0.45), b = round(rnorm(n, 50, 12), 1),
  g = sample(c("x", "y", "z"), n, TRUE), site = sample(1:3, n, TRUE),
  id = rep(1:40, each = 2), w = sample(c(0.5, 1, 1.7, 3), n, TRUE), off = round(rnorm(n) / 3, 2)
)
d$time <- d$entry + pmax(1, ceiling(6 * rexp(n) * exp(-0.6 * d$a - 0.01 * (d$b - 50))))
d$event <- rbinom(n, 1, 0.75)
d$site[7] <- 4 # a stratum with one member
d$row <- seq_len(n); d$freq <- sample(1:3, n, TRUE)
d$gy <- as.integer(d$g == "y"); d$gz <- as.integer(d$g == "z")

# the call is built for the global environment, where survival looks up its parts again later
fit <- function(f, data = d, ...) {
  used <<- data
  extra <- match.call(expand.dots = FALSE)$...
  suppressWarnings(eval(as.call(c(quote(coxph), list(f, data = quote(used), control = quote(ctl), x = TRUE), extra)), globalenv()))
}
core <- function(m) {
  s <- suppressWarnings(summary(m))
  list(coef = unname(coef(m)), se = sqrt(diag(m$var)), naive_se = sqrt(diag(if (is.null(m$naive.var)) m$var else m$naive.var)),
    loglik = m$loglik, lr = unname(s$logtest[1]), score = unname(s$sctest[1]), wald_p = unname(s$waldtest[3]),
    lower = unname(s$conf.int[, 3]), upper = unname(s$conf.int[, 4]), p = unname(s$coefficients[, ncol(s$coefficients)]))
}
zph <- function(m) lapply(c(km = "km", rank = "rank", identity = "identity", log = "log"), function(k) {
  t <- cox.zph(m, k)$table
  list(term = rownames(t), chisq = unname(t[, 1]), df = unname(t[, 2]), p = unname(t[, 3]))
})
res <- function(m) {
  kinds <- c("martingale", "deviance", "score", "dfbeta", "dfbetas", "schoenfeld", "scaledsch")
  out <- lapply(kinds, function(k) unname(residuals(m, k)))
  setNames(lapply(out, function(v) { attributes(v) <- list(dim = dim(v)); v }), kinds)
}
conc <- function(m, ...) {
  k <- concordance(m, ...)
  count <- if (is.matrix(k$count)) colSums(k$count) else k$count
  list(C = unname(k$concordance), se = sqrt(k$var), count = unname(count))
}
curve <- function(m, new) {
  s <- survfit(m, newdata = new, conf.type = "log")
  keep <- seq_along(s$time)
  list(time = s$time, surv = unname(as.matrix(s$surv)), cumhaz = unname(as.matrix(s$cumhaz)), se = unname(as.matrix(s$std.err)),
    lower = unname(as.matrix(s$lower)), upper = unname(as.matrix(s$upper)), n.risk = s$n.risk, n.event = s$n.event)
}
new <- data.frame(a = c(0, 1), b = c(40, 61.5), gy = c(0, 1), gz = c(0, 0), off = c(0, 0))
Se <- Surv(d$entry, d$time, d$event); St <- Surv(d$time, d$event)
out <- list()
for (ties in c("efron", "breslow")) {
  m <- fit(Surv(entry, time, event) ~ a + b + gy + gz, ties = ties)
  out[[paste0("entry_", ties)]] <- c(core(m), list(zph = zph(m), residuals = res(m), concordance = conc(m), curve = curve(m, new)))
  m <- fit(Surv(entry, time, event) ~ a + b + strata(site), ties = ties)
  out[[paste0("entry_strata_", ties)]] <- c(core(m), list(zph = zph(m), residuals = res(m), concordance = conc(m)))
  m <- fit(Surv(time, event) ~ a + b + strata(site), ties = ties)
  out[[paste0("strata_", ties)]] <- c(core(m), list(zph = zph(m), residuals = res(m), concordance = conc(m)))
  m <- fit(Surv(time, event) ~ a + b, ties = ties, weights = w, robust = FALSE)
  out[[paste0("weights_", ties)]] <- c(core(m), list(zph = zph(m), residuals = res(m), concordance = conc(m), curve = curve(m, new)))
  m <- fit(Surv(entry, time, event) ~ a + b + strata(site), ties = ties, weights = w, cluster = row)
  out[[paste0("robust_weights_entry_strata_", ties)]] <- core(m)
  m <- fit(Surv(time, event) ~ a + b, ties = ties, cluster = id)
  out[[paste0("cluster_", ties)]] <- c(core(m), list(concordance = conc(m, cluster = d$id), curve = curve(m, new)))
  m <- fit(Surv(entry, time, event) ~ a + b + offset(off), ties = ties)
  out[[paste0("offset_", ties)]] <- c(core(m), list(concordance = conc(m), curve = curve(m, new)))
  dd <- d[rep(seq_len(n), d$freq), ]
  m <- fit(Surv(entry, time, event) ~ a + b, dd, ties = ties)
  out[[paste0("frequency_", ties)]] <- c(core(m), list(concordance = conc(m)))
}
dz <- d; dz$w[c(3, 11, 20, 21, 50)] <- 0
out$zero_weights <- core(fit(Surv(entry, time, event) ~ a + b, dz[dz$w > 0, ], weights = w, cluster = row))
m <- cox.zph(fit(Surv(entry, time, event) ~ a + b + factor(g)))$table
out$zph_terms <- list(term = rownames(m), chisq = unname(m[, 1]), df = unname(m[, 2]), p = unname(m[, 3]))
out$aliased <- {
  m <- fit(Surv(time, event) ~ a + I(1 - 2 * a) + b)
  list(coef = unname(coef(m)), se = sqrt(diag(m$var)))
}
for (k in c("exact_right", "exact_strata_offset")) {
  f <- list(exact_right = Surv(time, event) ~ a + b,
    exact_strata_offset = Surv(time, event) ~ a + b + strata(site == 1) + offset(off))[[k]]
  m <- fit(f, ties = "exact")
  out[[k]] <- c(core(m), list(martingale = unname(residuals(m))))
}

# Firth: log likelihood and information from coxph held at a point, penalised by hand
at <- function(beta, f, data, ties, weighted) {
  used <<- data; held <<- beta; tied <<- ties
  extra <- if (weighted) list(weights = quote(w), robust = FALSE) else list()
  suppressWarnings(eval(as.call(c(quote(coxph), list(f, data = quote(used), init = quote(held), ties = quote(tied),
    control = quote(coxph.control(iter.max = 0, toler.chol = 1e-15)), x = TRUE), extra)), globalenv()))
}
pen <- function(beta, f, data, ties, weighted) {
  m <- at(beta, f, data, ties, weighted)
  tail(m$loglik, 1) - 0.5 * as.numeric(determinant(as.matrix(m$var))$modulus)
}
grad <- function(fun, x, h = 1e-3) sapply(seq_along(x), function(i) {
  e <- replace(numeric(length(x)), i, h)
  (8 * (fun(x + e) - fun(x - e)) - (fun(x + 2 * e) - fun(x - 2 * e))) / (12 * h)
})
climb <- function(fun, x) {
  if (length(x) == 0) return(list(x = x, value = fun(x)))
  for (i in 1:60) {
    H <- matrix(sapply(seq_along(x), function(j) { e <- replace(numeric(length(x)), j, 1e-3); (grad(fun, x + e) - grad(fun, x - e)) / 2e-3 }), length(x))
    step <- -solve(H, grad(fun, x)); step <- step * min(1, 1 / max(abs(step)))
    k <- 0
    while (fun(x + step) < fun(x) && k < 25) { step <- step / 2; k <- k + 1 }
    x <- x + step
    if (max(abs(step)) < 1e-9) break
  }
  list(x = x, value = fun(x))
}
firth <- function(f, data, p, ties = "efron", weighted = FALSE) {
  all <- function(b) pen(b, f, data, ties, weighted)
  top <- climb(all, numeric(p))
  prof <- function(j, v) climb(function(r) all(append(r, v, j - 1)), top$x[-j])$value
  q <- qchisq(0.95, 1) / 2
  lim <- function(j, s) {
    far <- 1; while (prof(j, top$x[j] + s * far) > top$value - q) far <- far * 2
    uniroot(function(v) prof(j, v) - top$value + q, sort(top$x[j] + s * c(0, far)), tol = 1e-10)$root
  }
  m <- at(top$x, f, data, ties, weighted)
  list(coef = top$x, se = sqrt(diag(as.matrix(m$var))), lower = sapply(1:p, lim, -1), upper = sapply(1:p, lim, 1), value = top$value,
    chisq = sapply(1:p, function(j) 2 * (top$value - prof(j, 0))), null = all(numeric(p)), zph = if (m$method == "exact") NULL else unname(cox.zph(m)$table[, 1]))
}
s <- d[c(1:40), ]
s$b <- (s$b - 50) / 10
s$event[s$a == 1] <- 0 # nobody exposed has the event
out$firth_entry <- firth(Surv(entry, time, event) ~ a + b, s, 2)
out$firth_entry_breslow <- firth(Surv(entry, time, event) ~ a + b, s, 2, ties = "breslow")
out$firth_entry_strata_weights <- firth(Surv(entry, time, event) ~ a + b + strata(site == 1), s, 2, weighted = TRUE)
out$firth_offset <- firth(Surv(time, event) ~ a + b + offset(off), s, 2)
out$firth_exact <- firth(Surv(time, event) ~ a + b, s[1:25, ], 2, ties = "exact")
out$firth_finite <- firth(Surv(time, event) ~ a + b, transform(d[1:40, ], b = (b - 50) / 10), 2)
columns <- as.list(d)
write_json(list(meta = list(R = R.version.string, survival = as.character(packageVersion("survival"))), data = columns, ref = out),
  "cox.json", digits = 16, auto_unbox = TRUE, na = "null")
