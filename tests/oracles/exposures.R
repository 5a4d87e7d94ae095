# Oracle values for dated exposures: transplant as a time-dependent covariate in survival's myeloid
# data, from diagnosis (OS) and from remission (RFS), alone and beside baseline covariates.
# Intervals are made by tmerge. Run: Rscript exposures.R (writes exposures.json beside it).
suppressMessages({library(survival); library(jsonlite)})
ctl <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60)
d <- myeloid[, c("id", "trt", "sex", "futime", "death", "txtime", "crtime", "rltime")]
d$age <- 20 + (7 * d$id) %% 41  # a measured covariate that follows from the row alone

moving <- function(d) {
  base <- tmerge(d, d, id = id, happened = event(time, status))
  tmerge(base, d[!is.na(d$on), ], id = id, tx = tdc(on))
}
core <- function(m) {
  s <- summary(m)$coefficients
  list(coef = unname(s[, "coef"]), se = unname(s[, "se(coef)"]), p = unname(s[, "Pr(>|z|)"]),
    lower = unname(summary(m)$conf.int[, 3]), upper = unname(summary(m)$conf.int[, 4]),
    loglik = m$loglik, events = m$nevent, rows = m$n)
}
both <- function(d) {
  x <- moving(d)
  list(
    patients = nrow(d), exposed = length(unique(x$id[x$tx == 1])),
    alone = core(coxph(Surv(tstart, tstop, happened) ~ tx, x, control = ctl)),
    adjusted = core(coxph(Surv(tstart, tstop, happened) ~ tx + sex + trt + age, x, control = ctl)),
    zph = unname(cox.zph(coxph(Surv(tstart, tstop, happened) ~ tx + sex + trt + age, x, control = ctl))$table[, 3])
  )
}
os <- transform(d, time = futime, status = death, on = txtime)
cr <- d[!is.na(d$crtime), ]
first <- pmin(cr$rltime, cr$futime, na.rm = TRUE)
rfs <- transform(cr, time = first - crtime, status = as.integer(!is.na(rltime) | death == 1),
  on = pmax(txtime - crtime, 0))
zero <- sum(rfs$time <= 0)
rfs <- rfs[rfs$time > 0, ]
out <- list(os = both(os), rfs = both(rfs), rfs_zero = zero, version = as.character(packageVersion("survival")))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "exposures.json")
