# Tests on counts and measurements, logistic regression. Run: Rscript counts.R > counts.json
suppressMessages({library(jsonlite); library(coin)})
set.seed(5)
na <- function(x) ifelse(is.finite(x), x, NA)

proportions <- lapply(list(c(0, 10), c(1, 10), c(2, 25), c(17, 24), c(10, 10), c(31, 1017)),
  function(v) { b <- binom.test(v[1], v[2]); w <- prop.test(v[1], v[2], correct = FALSE)
    list(count = v[1], n = v[2], exact = b$conf.int[1:2], wilson = w$conf.int[1:2]) })

squares <- list(c(61, 40, 8, 2), c(31, 70, 0, 10), c(2, 23, 17, 7), c(5, 4, 3, 9), c(200, 30, 41, 22))
chisq <- lapply(squares, function(v) { x <- matrix(v, 2, byrow = TRUE)
  suppressWarnings({ p <- chisq.test(x, correct = FALSE); y <- chisq.test(x) })
  list(table = x, pearson = unname(p$statistic), pearson_p = p$p.value,
    yates = unname(y$statistic), yates_p = y$p.value, expected = unname(p$expected)) })
big <- matrix(c(12, 5, 7, 8, 14, 3, 2, 9, 21), 3)
p <- chisq.test(big)
chisq_big <- list(table = big, statistic = unname(p$statistic), df = unname(p$parameter), p = p$p.value)

rank_pair <- function(x, y) {
  w <- suppressWarnings(wilcox.test(x, y))
  g <- factor(rep(c("x", "y"), c(length(x), length(y))))
  e <- wilcox_test(c(x, y) ~ g, distribution = "exact")
  out <- list(x = x, y = y, statistic = unname(w$statistic), p = w$p.value, exact_p = as.numeric(pvalue(e)))
  if (!any(duplicated(c(x, y)))) {
    h <- suppressWarnings(wilcox.test(x, y, conf.int = TRUE))
    out$shift <- unname(h$estimate); out$shift_low <- h$conf.int[1]; out$shift_high <- h$conf.int[2]
    out$printed_level <- attr(h$conf.int, "conf.level")
    qu <- qwilcox(0.025, length(x), length(y))
    out$achieved <- if (qu > 0) 1 - 2 * pwilcox(qu - 1, length(x), length(y)) else 0
  }
  out
}
ranks <- list(
  rank_pair(c(1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3), c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.07, 3.14, 1.28)),
  rank_pair(c(78, 90, 60, 75, 75), c(57, 40, 60, 89, 45, 50, 75, 30)),
  rank_pair(round(rnorm(12, 1), 3), round(rnorm(20), 3)),
  rank_pair(c(5, 5, 5), c(1, 2, 5, 5)),
  rank_pair(c(1, 2), c(3, 4, 5)))
large <- list(x = round(rnorm(60, 0.2), 2), y = round(rnorm(70), 2))
large$p <- wilcox.test(large$x, large$y)$p.value
kw_values <- round(rnorm(40) + rep(0:3, each = 10) / 2, 1); kw_group <- rep(c("a", "b", "c", "d"), each = 10)
k <- kruskal.test(kw_values, factor(kw_group))
kruskal <- list(values = kw_values, group = kw_group, statistic = unname(k$statistic), p = k$p.value)

ps <- c(0.01, 0.02, 0.03, NA, 0.04, 0.05, 0.2, 0.0001, NA, 0.9, 0.04)
adjusted <- list(p = na(ps), holm = p.adjust(ps, "holm"), bh = p.adjust(ps, "BH"), by = p.adjust(ps, "BY"),
  bonferroni = p.adjust(ps, "bonferroni"))

mh <- lapply(list(
  list(c(2, 5, 3, 6), c(4, 6, 1, 9)), list(c(0, 6, 5, 5), c(3, 3, 6, 0), c(6, 0, 4, 2), c(5, 1, 6, 0), c(2, 0, 5, 0)),
  list(c(10, 20, 15, 40), c(12, 8, 30, 33), c(3, 9, 2, 14))), function(s) {
  # rows vary fastest in R: each vector is a, b, c, d by row
  x <- array(unlist(lapply(s, function(v) v[c(1, 3, 2, 4)])), c(2, 2, length(s)))
  u <- mantelhaen.test(x, correct = FALSE); y <- mantelhaen.test(x); e <- mantelhaen.test(x, exact = TRUE)
  mn <- sapply(seq_along(s), function(i) sum(x[, 1, i])); nn <- sapply(seq_along(s), function(i) sum(x[, 2, i]))
  tt <- sapply(seq_along(s), function(i) sum(x[1, , i])); st <- sum(x[1, 1, ])
  lo <- sum(pmax(0, tt - nn)); hi <- sum(pmin(mn, tt)); support <- lo:hi
  dc <- 1
  for (i in seq_along(s)) {
    r <- max(0, tt[i] - nn[i]):min(mn[i], tt[i]); d <- dhyper(r, mn[i], nn[i], tt[i])
    dc <- c(outer(dc, d)) |> tapply(c(outer(seq_along(dc), seq_along(d), "+")), sum) |> as.numeric()
  }
  dn <- function(t) { d <- log(dc) + t * support; d <- exp(d - max(d)); d / sum(d) }
  root <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-13)$root)
  list(tables = s, or = unname(u$estimate), low = u$conf.int[1], high = u$conf.int[2],
    statistic = unname(u$statistic), p = u$p.value, corrected = unname(y$statistic), corrected_p = y$p.value,
    exact_p = e$p.value, printed_or = unname(e$estimate),
    exact_or = root(function(t) sum(support * dn(t)) - st),
    central_low = root(function(t) sum(dn(t)[support >= st]) - 0.025),
    central_high = root(function(t) sum(dn(t)[support <= st]) - 0.025)) })

# logistic regression: glm with profile limits, and Firth's
# penalised likelihood by augmented data, its limits by uniroot on the profile
n <- 60
X <- cbind(age = round(rexp(n, 0.1), 1), flt3 = rbinom(n, 1, 0.4), wbc = round(rnorm(n), 2))
yy <- rbinom(n, 1, plogis(-0.5 + 0.05 * X[, 1] + 0.9 * X[, 2] - 0.4 * X[, 3]))
g <- glm(yy ~ X, family = binomial, control = list(epsilon = 1e-14, maxit = 100))
ci <- suppressMessages(MASS:::confint.glm(g))
lrt <- sapply(1:3, function(j) { r <- glm(yy ~ X[, -j], family = binomial, control = list(epsilon = 1e-14, maxit = 100))
  pchisq(r$deviance - g$deviance, 1, lower.tail = FALSE) })
exact_ci <- t(sapply(1:3, function(j) { # tight version of confint
  f <- function(v) { r <- glm(yy ~ X[, -j] + offset(v * X[, j]), family = binomial, control = list(epsilon = 1e-14, maxit = 100))
    (r$deviance - g$deviance) - qchisq(0.95, 1) }
  b <- coef(g)[j + 1]; s <- sqrt(vcov(g)[j + 1, j + 1])
  c(uniroot(f, c(b - 5 * s, b), tol = 1e-11)$root, uniroot(f, c(b, b + 5 * s), tol = 1e-11)$root) }))
firth <- function(X, y) {
  D <- cbind(1, X); k <- ncol(D)
  pl <- function(b) { e <- drop(D %*% b); w <- plogis(e) * plogis(-e)
    sum(y * plogis(e, log.p = TRUE) + (1 - y) * plogis(-e, log.p = TRUE)) +
      0.5 * as.numeric(determinant(crossprod(D * sqrt(w)))$modulus) }
  # Firth's score is that of data in which each patient counts half their leverage as an event and
  # half as none: iterate weighted glm fits; leverages come from all columns
  best <- function(fix = integer(), at = numeric(), start = numeric(k)) {
    free <- setdiff(seq_len(k), fix); b <- start; b[fix] <- at
    off <- if (length(fix)) D[, fix] * at else numeric(nrow(D))
    for (i in 1:3000) {
      w <- plogis(drop(D %*% b)) * plogis(-drop(D %*% b))
      h <- rowSums((D %*% solve(crossprod(D * sqrt(w)))) * D) * w
      r <- suppressWarnings(glm.fit(D[, free, drop = FALSE], (y + h / 2) / (1 + h), weights = 1 + h, offset = off,
        family = binomial(), start = b[free], control = list(epsilon = 1e-15, maxit = 100)))
      step <- max(abs(r$coefficients - b[free])); b[free] <- r$coefficients
      if (step < 1e-11) break
    }
    list(b = b, v = pl(b)) }
  full <- best()
  p <- sapply(2:k, function(j) pchisq(2 * (full$v - best(j, 0)$v), 1, lower.tail = FALSE))
  f <- function(v, j, b) 2 * (full$v - best(j, v, b)$v) - qchisq(0.95, 1)
  edge <- function(j, step) { # walk outward from the estimate, each fit started from the last
    b <- full$b; v <- b[j]
    repeat { r <- best(j, v + step, b); if (2 * (full$v - r$v) > qchisq(0.95, 1)) break; b <- r$b; v <- v + step }
    uniroot(f, sort(c(v, v + step)), j = j, b = b, tol = 1e-10)$root }
  lim <- t(sapply(2:k, function(j) { s <- 0.2 / sd(X[, j - 1]); c(edge(j, -s), edge(j, s)) }))
  list(coef = full$b, loglik = full$v, p = p, limits = lim)
}
m <- 30
Z <- cbind(carrier = rep(c(1, 0), c(8, 22)), wbc = round(rnorm(m), 2))
zy <- c(rep(1, 8), rbinom(22, 1, 0.4))
logistic <- list(X = unname(X), y = yy, coef = unname(coef(g)), se = unname(sqrt(diag(vcov(g)))), lrt = lrt,
  confint = unname(ci[-1, ]), limits = unname(exact_ci), loglik = as.numeric(logLik(g)),
  firth = firth(X, yy), separated = c(list(X = unname(Z), y = zy), firth(Z, zy)))

cat(toJSON(list(proportions = proportions, chisq = chisq, chisq_big = chisq_big, ranks = ranks, large = large,
  kruskal = kruskal, adjusted = adjusted, mantel_haenszel = mh, logistic = logistic),
  digits = NA, auto_unbox = TRUE, pretty = FALSE, na = "null"), "\n")
