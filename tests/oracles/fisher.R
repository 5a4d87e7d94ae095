# Fisher's exact test: r x c tables (p) and 2x2 tables (p, odds ratio, limits).
# Run: Rscript fisher.R > fisher.json
suppressMessages(library(jsonlite))
set.seed(11)
draw <- function(r, c, n, skew) {
  pr <- if (skew) rev(seq_len(r))^2 else rep(1, r)
  pc <- if (skew) rev(seq_len(c))^2 else rep(1, c)
  a <- factor(sample(r, n, TRUE, pr), levels = seq_len(r))
  b <- sample(c, n, TRUE, pc)
  # some association, so that small p values occur too
  tied <- runif(n) < sample(c(0, 0.2, 0.4), 1)
  b[tied] <- pmin(c, as.integer(a)[tied])
  b <- factor(b, levels = seq_len(c))
  unclass(table(a, b))
}
shapes <- list(c(3, 2, 20), c(3, 2, 111), c(2, 4, 60), c(3, 3, 25), c(3, 3, 80), c(3, 3, 150),
  c(4, 2, 51), c(4, 3, 40), c(4, 3, 111), c(5, 2, 150), c(5, 3, 60), c(5, 3, 111), c(6, 3, 60),
  c(6, 3, 150), c(7, 2, 111), c(7, 3, 51), c(8, 3, 60), c(4, 4, 30), c(4, 4, 50), c(5, 4, 40),
  c(3, 5, 51), c(2, 8, 200), c(2, 3, 400), c(3, 3, 800), c(4, 3, 300), c(6, 2, 1017), c(9, 2, 300))
tables <- list()
for (s in shapes) for (skew in c(TRUE, FALSE)) {
  x <- draw(s[1], s[2], s[3], skew)
  x <- x[rowSums(x) > 0, colSums(x) > 0, drop = FALSE]
  if (min(dim(x)) < 2 || all(dim(x) == 2)) next
  took <- system.time(p <- fisher.test(x, workspace = 2e9)$p.value)[["elapsed"]]
  message(paste(dim(x), collapse = "x"), " n=", sum(x), " ", round(took, 2), " s")
  tables[[length(tables) + 1]] <- list(table = unname(x), p = p)
}
# 2x2: p and limits from fisher.test; odds ratio and limits again with a tight root, since
# fisher.test stops its own search at a tolerance of 1e-4
tight <- function(x) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ]); a <- x[1, 1]
  lo <- max(0, k - n); hi <- min(k, m); support <- lo:hi
  logdc <- dhyper(support, m, n, k, log = TRUE)
  dn <- function(t) { d <- logdc + t * support; d <- exp(d - max(d)); d / sum(d) }
  root <- function(f) exp(uniroot(f, c(-40, 40), tol = 1e-14, maxiter = 10000)$root)
  list(
    or = if (a == lo) 0 else if (a == hi) Inf else root(function(t) sum(support * dn(t)) - a),
    low = if (a == lo) 0 else root(function(t) sum(dn(t)[support >= a]) - 0.025),
    high = if (a == hi) Inf else root(function(t) sum(dn(t)[support <= a]) - 0.025))
}
# the limits that match the two-sided p: outermost of a fine scan, refined by bisection
matching <- function(x) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ]); a <- x[1, 1]
  lo <- max(0, k - n); hi <- min(k, m); support <- lo:hi
  logdc <- dhyper(support, m, n, k, log = TRUE)
  p <- function(t) {
    d <- logdc + t * support; d <- exp(d - max(d)); d <- d / sum(d)
    sum(d[d <= d[a - lo + 1] * (1 + 1e-7)])
  }
  scan <- seq(-14, 14, length.out = 28001)
  over <- vapply(scan, p, 0) > 0.05
  edge <- function(inside, outside) {
    for (i in 1:80) { mid <- (inside + outside) / 2; if (p(mid) > 0.05) inside <- mid else outside <- mid }
    exp(inside)
  }
  first <- min(which(over)); last <- max(which(over))
  list(low = if (a == lo) 0 else edge(scan[first], scan[first - 1]),
       high = if (a == hi) Inf else edge(scan[last], scan[last + 1]))
}
two <- list(c(2, 0, 2, 20), c(4, 9, 0, 5), c(2, 17, 23, 7), c(3, 1, 1, 3), c(10, 2, 3, 15),
  c(8, 15, 2, 86), c(5, 12, 5, 89), c(1, 9, 11, 3), c(7, 12, 0, 5), c(0, 10, 31, 70),
  c(12, 5, 7, 9), c(30, 14, 20, 40), c(100, 200, 90, 300), c(6, 0, 0, 6), c(2, 8, 65, 36),
  c(2, 31, 136, 15532), c(40, 60, 55, 45), c(1, 1, 1, 1), c(0, 3, 4, 0), c(9, 3, 4, 8),
  c(7, 2, 9, 14), c(4, 1, 20, 1), c(5, 1, 30, 60), c(11, 4, 6, 12))
squares <- lapply(two, function(v) {
  x <- matrix(v, 2, byrow = TRUE)
  t <- tight(x); w <- matching(x); f <- fisher.test(x)
  list(table = x, p = f$p.value, p_less = fisher.test(x, alternative = "less")$p.value,
    p_greater = fisher.test(x, alternative = "greater")$p.value,
    printed_or = unname(f$estimate), printed_low = f$conf.int[1], printed_high = f$conf.int[2],
    or = t$or, low = t$low, high = t$high, matching_low = w$low, matching_high = w$high)
})
cat(toJSON(list(tables = tables, squares = squares), digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
