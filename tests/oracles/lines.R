# Oracle values for survival from the start of a line of treatment: in survival's myeloid data relapse
# stands for the start of salvage, the parity of the id for its regimen. The clock starts at relapse;
# who never relapsed is not in the line. Run: Rscript lines.R (writes lines.json beside it).
suppressMessages({library(survival); library(jsonlite)})
ctl <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60)
d <- myeloid[!is.na(myeloid$rltime), ]
d$time <- d$futime - d$rltime
d$arm <- ifelse(d$id %% 2 == 1, "IC", "LIT+VEN")
both <- survfit(Surv(time, death) ~ arm, d, conf.type = "log-log")
test <- survdiff(Surv(time, death) ~ arm, d)
m <- coxph(Surv(time, death) ~ I(arm == "LIT+VEN"), d, control = ctl)
table <- summary(both)$table
out <- list(
  n = nrow(d), events = sum(d$death), sizes = as.list(table(d$arm)),
  median = list(IC = unname(table[1, "median"]), VEN = unname(table[2, "median"])),
  year = lapply(1:2, function(i) { s <- summary(both[i], times = 365.25); c(s$surv, s$lower, s$upper) }),
  chisq = unname(test$chisq), coef = unname(coef(m)), lower = summary(m)$conf.int[, 3],
  upper = summary(m)$conf.int[, 4], version = as.character(packageVersion("survival"))
)
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "lines.json")
