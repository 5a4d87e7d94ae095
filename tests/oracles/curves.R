# Values for the tests of survival curves, competing risks and rank tests.
# Run: Rscript tests/oracles/curves.R   (writes curves.json beside this file)
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
set.seed(20240514)
out <- list(R = R.version.string, survival = as.character(packageVersion("survival")),
            cmprsk = as.character(packageVersion("cmprsk")))

# A sample with ties everywhere, late entries, integer and fractional weights, tied causes.
n <- 90
late <- data.frame(time = sample(2:14, n, TRUE))
late$entry <- pmax(0, late$time - sample(1:9, n, TRUE))
late$event <- rbinom(n, 1, 0.6)
late$cause <- ifelse(late$event == 1, sample(1:3, n, TRUE, c(.5, .35, .15)), 0)
late$g <- sample(c("a", "b", "c"), n, TRUE)
late$s <- sample(1:3, n, TRUE)
late$w <- sample(0:3, n, TRUE)
late$v <- round(runif(n, 0.2, 3), 2)
late$x <- round(rnorm(n), 2)
late$z <- rbinom(n, 1, 0.4)
out$late <- late

curve <- function(fit) {
  s <- summary(fit, censored = TRUE)
  q <- quantile(fit, c(.25, .5, .75))
  list(group = if (is.null(s$strata)) NULL else sub(".*=", "", as.character(s$strata)),
       time = s$time, n.risk = s$n.risk, n.event = s$n.event, surv = s$surv,
       std.err = s$std.err, lower = s$lower, upper = s$upper,
       q = unname(as.matrix(q$quantile)), q.lower = unname(as.matrix(q$lower)),
       q.upper = unname(as.matrix(q$upper)))
}
ll <- "log-log"
out$km <- list(
  late_entry = curve(survfit(Surv(entry, time, event) ~ g, late, conf.type = ll)),
  case_weights = curve(survfit(Surv(time, event) ~ g, late, weights = w, conf.type = ll)),
  fractional_weights = curve(survfit(Surv(time, event) ~ g, late, weights = v, conf.type = ll)),
  fractional_weights_late = curve(survfit(Surv(entry, time, event) ~ 1, late, weights = v,
                                          id = seq_len(n), robust = TRUE, conf.type = ll)),
  all_censored = curve(survfit(Surv(c(1, 2, 2, 5), c(0, 0, 0, 0)) ~ 1, conf.type = ll)),
  one_event = curve(survfit(Surv(c(1, 2, 2, 5), c(0, 1, 0, 0)) ~ 1, conf.type = ll)),
  two_patients = curve(survfit(Surv(c(3, 4), c(1, 0)) ~ 1, conf.type = ll)),
  time_zero = curve(survfit(Surv(c(0, 0, 1, 2, 3), c(1, 0, 1, 0, 1)) ~ 1, conf.type = ll)),
  midpoint = curve(survfit(Surv(c(1, 2, 3, 4), c(1, 1, 1, 1)) ~ 1, conf.type = "log")))
late3 <- subset(late, time > 5); late3$entry <- pmax(late3$entry, 5)
out$km$conditional <- curve(survfit(Surv(entry, time, event) ~ 1, late3, conf.type = ll))
f1 <- survfit(Surv(entry, time, event) ~ 1, late, ctype = 1)
f2 <- survfit(Surv(entry, time, event) ~ 1, late, ctype = 2)
f3 <- survfit(Surv(time, event) ~ 1, late, weights = v)
out$hazard <- list(time = f1$time, cumhaz = f1$cumhaz, se = f1$std.chaz,
                   fh = f2$cumhaz, fh_se = f2$std.chaz,
                   weighted = f3$cumhaz, weighted_se = f3$std.chaz)

# Aalen-Johansen with ties between causes.
aj <- function(fit) {
  s <- summary(fit, censored = TRUE)
  list(group = if (is.null(s$strata)) NULL else sub(".*=", "", as.character(s$strata)),
       time = s$time, p = s$pstate[, -1], se = s$std.err[, -1], lower = s$lower[, -1],
       upper = s$upper[, -1])
}
late$state <- factor(late$cause, 0:3)
late$id <- seq_len(n)
out$aj <- list(
  plain = aj(survfit(Surv(time, state) ~ g, late, id = id, conf.type = ll)),
  late_entry = aj(survfit(Surv(entry, time, state) ~ 1, late, id = id, conf.type = ll)))
ci <- cuminc(late$time, late$cause, late$g)
tp <- timepoints(ci, 2:13)
out$cuminc <- list(rows = rownames(tp$est), times = 2:13, est = unname(tp$est),
                   var = unname(tp$var), stat = unname(ci$Tests[, "stat"]))
out$gray_strata <- unname(cuminc(late$time, late$cause, late$g, late$s)$Tests[, "stat"])
out$gray_rho <- unname(cuminc(late$time, late$cause, late$g, rho = 1)$Tests[, "stat"])

# crr stops early (gtol 1e-6): polish with its own score and information until the score is zero.
polish <- function(time, cause, X, k) {
  b <- rep(0, ncol(X))
  for (i in 1:60) {
    m <- suppressWarnings(crr(time, cause, X, failcode = k, init = b, maxiter = 0))
    step <- solve(m$inf, m$score)
    b <- b + step
    if (max(abs(step)) < 1e-13) break
  }
  m <- crr(time, cause, X, failcode = k, init = b, maxiter = 0)
  list(coef = unname(b), se = unname(sqrt(diag(m$var))), loglik = m$loglik,
       loglik_null = m$loglik.null, score = m$score)
}
X <- as.matrix(late[, c("x", "z")])
out$crr <- lapply(1:2, function(k) polish(late$time, late$cause, X, k))
shared <- Sys.getenv("FUSIONSCAPE_SHARED", file.path(here, "..", "..", "..", "shared"))
cr <- read.csv(file.path(shared, "reference", "cr_myeloid_cr_vs_death.csv"))
out$crr_myeloid <- lapply(1:2, function(k) polish(cr$t, cr$ev, as.matrix(cr[, c("B", "male")]), k))

# Rank tests: an explicit loop, independent of survdiff; checked against it where it applies.
loop <- function(start, stop, d, g, s, weight) {
  lev <- sort(unique(g)); k <- length(lev); O <- E <- rep(0, k); V <- matrix(0, k, k)
  for (st in sort(unique(s))) {
    i <- s == st; S <- 1; P <- 1
    for (t in sort(unique(stop[i & d == 1]))) {
      r <- i & start < t & stop >= t
      nt <- sum(r); dt <- sum(r & stop == t & d == 1)
      P <- P * (1 - dt / (nt + 1))
      w <- weight(nt, S, P)
      nj <- sapply(lev, function(l) sum(r & g == l))
      O <- O + w * sapply(lev, function(l) sum(r & g == l & stop == t & d == 1))
      E <- E + w * dt * nj / nt
      if (nt > 1) V <- V + w^2 * dt * (nt - dt) / (nt - 1) * (diag(nj / nt) - outer(nj, nj) / nt^2)
      S <- S * (1 - dt / nt)
    }
  }
  z <- (O - E)[-1]
  list(obs = O, exp = E, var = V, chisq = drop(z %*% solve(V[-1, -1], z)),
       trend = sum((0:(k - 1)) * (O - E))^2 / drop((0:(k - 1)) %*% V %*% (0:(k - 1))))
}
W <- list(logrank = function(n, S, P) 1, gehan = function(n, S, P) n,
          tarone = function(n, S, P) sqrt(n), peto = function(n, S, P) P,
          fh11 = function(n, S, P) S * (1 - S), fh01 = function(n, S, P) 1 - S)
one <- rep(1, n)
out$rank <- lapply(W, function(w) loop(rep(-1, n), late$time, late$event, late$g, one, w))
out$rank_late <- lapply(W, function(w) loop(late$entry, late$time, late$event, late$g, one, w))
out$rank_strata <- lapply(W, function(w) loop(rep(-1, n), late$time, late$event, late$g, late$s, w))
stopifnot(abs(out$rank$logrank$chisq - survdiff(Surv(time, event) ~ g, late)$chisq) < 1e-10)
stopifnot(abs(out$rank_strata$logrank$chisq -
              survdiff(Surv(time, event) ~ g + strata(s), late)$chisq) < 1e-10)
out$cox_score_late <- coxph(Surv(entry, time, event) ~ g, late, ties = "exact")$score
out$survdiff_weights <- {
  twice <- late[rep(seq_len(n), late$w), ]
  survdiff(Surv(time, event) ~ g, twice)$chisq
}

r <- survival:::survmean(survfit(Surv(time, event) ~ g, late), rmean = 11)$matrix
out$rmst <- list(tau = 11, mean = unname(r[, "rmean"]), se = unname(r[, "se(rmean)"]))

# A course through states, with returns to none, ties between patients, and late entry.
m <- 70
course <- do.call(rbind, lapply(seq_len(m), function(i) {
  end <- sample(6:20, 1); dead <- rbinom(1, 1, .6)
  cr <- ifelse(runif(1) < .75, sample(1:6, 1), NA)
  tx <- ifelse(runif(1) < .5, sample(4:10, 1), NA)
  rel <- ifelse(!is.na(cr) && runif(1) < .5, cr + sample(3:9, 1), NA)
  data.frame(id = i, time = end, death = dead, cr = cr, tx = tx, rel = rel)
}))
out$course <- course
rows <- do.call(rbind, lapply(seq_len(m), function(i) {
  p <- course[i, ]
  when <- c(cr = p$cr, tx = p$tx, rel = p$rel)
  when <- when[!is.na(when) & when < p$time]
  when <- when[order(when)]
  when <- when[!duplicated(when, fromLast = TRUE)]
  data.frame(id = i, start = c(0, when), stop = c(when, p$time),
             to = c(names(when), if (p$death) "death" else "none"))
}))
rows$to <- factor(rows$to, c("none", "cr", "tx", "rel", "death"))
o <- survfit(Surv(start, stop, to) ~ 1, rows, id = id, conf.type = ll)
s <- summary(o, times = c(0, 2, 5, 8, 11, 15), extend = TRUE)
out$occupation <- list(states = o$states, times = s$time, p = s$pstate, se = s$std.err,
                       lower = s$lower, upper = s$upper)
write(toJSON(out, digits = I(17), na = "null", auto_unbox = TRUE), file.path(here, "curves.json"))
