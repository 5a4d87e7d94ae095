# Oracle values for multiple imputation: mice imputes survival's lung data (predictive mean matching,
# the event and the Nelson-Aalen hazard among the predictors), coxph fits each completed set, and
# mice::pool puts them together. Estimates and variances of each set are kept, so that Rubin's rules are
# compared on the very same numbers. Run: Rscript mice.R (writes mice.json beside it).
suppressMessages({library(survival); library(mice); library(jsonlite)})
d <- lung[, c("time", "age", "sex", "ph.karno", "wt.loss", "meal.cal")]
d$event <- as.integer(lung$status == 2)
d$ph.karno[is.na(d$ph.karno)] <- 80
d$hazard <- nelsonaalen(d, time, event)
pred <- make.predictorMatrix(d); pred[, "time"] <- 0
pooled <- function(m, model) {
  imp <- mice(d, m = m, maxit = 10, method = "pmm", predictorMatrix = pred, printFlag = FALSE, seed = 7)
  fits <- lapply(seq_len(m), function(i) coxph(model, complete(imp, i)))
  p <- pool(as.mira(fits)); t <- p$pooled
  list(m = m, events = sum(d$event), coef = t(sapply(fits, coef)), var = t(sapply(fits, function(f) diag(vcov(f)))),
    estimate = t$estimate, ubar = t$ubar, b = t$b, t = t$t, dfcom = t$dfcom[1], df = t$df, riv = t$riv, lambda = t$lambda, fmi = t$fmi)
}
model <- Surv(time, event) ~ age + sex + ph.karno + wt.loss + meal.cal
out <- list(small = pooled(5, model), large = pooled(60, model), version = as.character(packageVersion("mice")))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = FALSE), "mice.json")
cat(out$small$dfcom, out$large$estimate, sqrt(out$large$t), out$large$fmi, "\n"); print(colSums(is.na(d)))
