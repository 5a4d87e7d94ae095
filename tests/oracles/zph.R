# Oracle values for the residuals of proportional hazards and their smooth, from R survival's
# cox.zph and the spline its plot method draws (natural spline, 4 degrees of freedom, standard
# error from the x$var it returns). Reads the data of cox.json. Run: Rscript zph.R (writes
# zph.json beside it).
suppressMessages({library(survival); library(splines); library(jsonlite)})
ctl <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 80)
d <- as.data.frame(lapply(read_json("cox.json", simplifyVector = TRUE)$data, unlist))
# times without ties, so that the order of the events is one and the same everywhere
d$apart <- d$time - d$entry + seq_len(nrow(d)) / 1000
drawn <- function(z, at, nsmo = 40, df = 4) {
  grid <- seq(min(z$x), max(z$x), length = nsmo)
  basis <- ns(c(grid, z$x), df = df, intercept = TRUE)
  fitted <- qr(basis[-seq_len(nsmo), ])
  place <- predict(basis, at)
  bk <- backsolve(fitted$qr[1:df, 1:df], diag(df))
  seval <- rowSums((place %*% (bk %*% t(bk))) * place)
  list(smooth = unname(place %*% qr.coef(fitted, z$y)), se = sqrt(outer(seval, diag(as.matrix(z$var)))))
}
one <- function(f, transform) {
  # called by name in the global environment, where cox.zph looks up its parts again
  m <<- eval(bquote(coxph(.(f), data = d, control = ctl)), globalenv())
  z <- cox.zph(m, transform, terms = FALSE)
  at <- sort(unique(z$x))
  c(list(time = z$time, x = z$x, y = unname(z$y), at = at, p = unname(cox.zph(m, transform)$table[, 3])), drawn(z, at))
}
out <- list()
for (k in c("km", "rank", "identity", "log")) {
  out[[paste0("apart_", k)]] <- one(Surv(apart, event) ~ a + b + factor(g), k)
}
out$few_times_km <- one(Surv(time, event) ~ a + b, "km")
write_json(list(meta = list(R = R.version.string, survival = as.character(packageVersion("survival"))), ref = out),
  "zph.json", digits = 16, auto_unbox = TRUE)
