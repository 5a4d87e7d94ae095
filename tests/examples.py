"""Hand-made results for drawing and wording: SYNTHETIC, no patient stands behind them."""

from __future__ import annotations

import math
import random

import numpy as np

from fusionscape.results import (
    Analysis,
    Count,
    Curve,
    Distribution,
    Estimate,
    Fit,
    FitTest,
    Flow,
    FlowNode,
    LesionMatrix,
    LesionRow,
    Marker,
    MarkerConsensus,
    MarkerMatrix,
    Pair,
    PairTable,
    Refusal,
    Residuals,
    Result,
    Term,
    Test,
    Timeline,
    TimelineEvent,
    Track,
    caution,
    make_id,
)

CP = "Clopper-Pearson exact interval"
CP_REF = "Clopper CJ, Pearson ES. Biometrika 1934;26:404-413. doi:10.1093/biomet/26.4.404"
PARTNERS = (
    ("NSD1", 25),
    ("HOXA9", 10),
    ("PRRX2", 4),
    ("CCDC28A", 2),
    ("HMGB3", 2),
    ("KDM5A", 2),
    ("TOP1", 2),
    ("ASNSP4", 1),
    ("DDX10", 1),
    ("HHEX", 1),
    ("HOXA11", 1),
    ("KMT2A", 1),
    ("LNP1", 1),
    ("PSIP1", 1),
    ("TNRC18", 1),
)


def proportion(stable_id: str, label: str, count: int, n: int, **more: object) -> Estimate:
    """A proportion with a rough interval: good enough to draw, not to believe."""
    share = count / n if n else math.nan
    half = 1.96 * math.sqrt(max(share * (1 - share), 0.25 / n) / n) if n else math.nan
    return Estimate(
        id=stable_id,
        label=label,
        scale="proportion",
        estimate=share,
        n=n,
        missing=0,
        method=CP,
        reference=CP_REF,
        count=count,
        ci_low=max(0.0, share - half),
        ci_high=min(1.0, share + half),
        synthetic=True,
        **more,  # type: ignore[arg-type]
    )


def analysis(topic: str, items: list[Result], *, n: int = 55, **more: object) -> Analysis:
    return Analysis(
        id=topic,
        question=topic,
        n=n,
        missing=0,
        items=tuple(items),
        method=CP,
        reference=CP_REF,
        synthetic=True,
        **more,  # type: ignore[arg-type]
    )


def prevalence(
    partners: tuple[tuple[str, int], ...] = PARTNERS, *, screened: int = 1491
) -> Analysis:
    carriers = sum(n for _, n in partners)
    items: list[Result] = [
        proportion("prevalence/driver", "NUP98 fusion", carriers, screened),
        proportion("prevalence/driver/disease/AML", "NUP98 fusion in AML", 51, 1099, group="AML"),
        proportion("prevalence/driver/disease/ALL", "NUP98 fusion in ALL", 4, 392, group="ALL"),
    ]
    for partner, count in partners:
        name = f"NUP98::{partner}"
        items.append(
            proportion(make_id("prevalence", "partner", name), name, count, carriers, group=name)
        )
    small = caution("small-group", group="NUP98::KDM5A", n=2)
    return analysis("prevalence", items, n=screened, cautions=(small,))


def prevalence_refused() -> Analysis:
    refusal = Refusal(
        id="prevalence/driver",
        label="NUP98 fusion",
        code="selected-by-fusion",
        n=501,
        missing=0,
        method=CP,
        reference=CP_REF,
    )
    return analysis("prevalence", [refusal], n=501)


def flow() -> Analysis:
    nodes = (
        FlowNode(id="flow/screened", label="Screened by RNA sequencing", n=1491, parent=None),
        FlowNode(
            id="flow/excluded",
            label="Excluded",
            n=12,
            parent="flow/screened",
            reason="no diagnostic specimen",
        ),
        FlowNode(id="flow/carrying", label="Carrying a NUP98 fusion", n=55, parent="flow/screened"),
        FlowNode(id="flow/not_carrying", label="No NUP98 fusion", n=1424, parent="flow/screened"),
        FlowNode(id="flow/evaluable", label="Evaluable for response", n=49, parent="flow/carrying"),
        FlowNode(
            id="flow/not_evaluable",
            label="Not evaluable",
            n=6,
            parent="flow/carrying",
            reason="died before assessment (2), no assessment recorded (4)",
        ),
    )
    value = Flow(
        id="flow/all",
        label="Patient flow",
        n=1491,
        missing=0,
        nodes=nodes,
        method="Counting by the declared rules",
        reference="STROBE",
        synthetic=True,
    )
    return analysis("flow", [value], n=1491)


GENES = (
    ("FLT3-ITD", "itd", 0.5),
    ("WT1", "mutation", 0.3),
    ("NRAS", "mutation", 0.15),
    ("KRAS", "mutation", 0.1),
    ("TET2", "mutation", 0.1),
    ("RUNX1", "mutation", 0.08),
    ("MYC", "mutation", 0.07),
    ("CEBPA", "mutation", 0.06),
    ("ASXL1", "mutation", 0.05),
    ("IDH1", "mutation", 0.04),
    ("trisomy 8", "cytogenetic", 0.1),
    ("complex karyotype", "cytogenetic", 0.05),
)


def landscape(n: int = 55, *, seed: int = 5, longest: str = "") -> Analysis:
    """An oncoprint of `n` patients, sorted by partner and then by lesions (memo order)."""
    draw = random.Random(seed)
    names = [f"NUP98::{p}" for p, k in PARTNERS for _ in range(k)]
    groups = sorted((names[i % len(names)] for i in range(n)), key=_partner_rank)
    states = {
        gene: [draw.choices("PAN", (rate, 0.95 - rate, 0.05))[0] for _ in range(n)]
        for gene, _, rate in GENES
    }
    order = sorted(
        range(n), key=lambda i: (_partner_rank(groups[i]), [states[g][i] != "P" for g, *_ in GENES])
    )
    groups = [groups[i] for i in order]
    rows = []
    for gene, kind, _ in GENES:
        text = "".join(states[gene][i] for i in order)
        rows.append(
            LesionRow(
                lesion=gene + longest,
                lesion_type=kind,
                states=text,
                count=text.count("P"),
                n=n - text.count("N"),
            )
        )
    ages = tuple(float(draw.randint(4, 79)) if draw.random() > 0.05 else None for _ in range(n))
    sexes = tuple(draw.choice(("female", "male", None)) for _ in range(n))
    response = tuple(draw.choice(("CR", "not in CR", "death", None)) for _ in range(n))
    matrix = LesionMatrix(
        id="landscape/matrix",
        label="Lesion landscape",
        n=n,
        missing=0,
        patients=tuple(f"S{i + 1:04d}" for i in range(n)),
        groups=tuple(groups),
        lesions=tuple(rows),
        tracks=(
            Track(name="age_years", label="Age", kind="number", values=ages, unit="years"),
            Track(name="sex", label="Sex", kind="category", values=sexes),
            Track(name="response", label="Response", kind="category", values=response),
        ),
        method="Memo sort within fusion",
        reference="cBioPortal",
        synthetic=True,
    )
    return analysis("landscape", [matrix], n=n)


def _partner_rank(name: str) -> tuple[int, str]:
    ranks = {f"NUP98::{p}": i for i, (p, _) in enumerate(PARTNERS)}
    return ranks.get(name, 99), name


def cooccurrence(n: int = 55) -> Analysis:
    lesions = ("NUP98::NSD1", "NUP98::HOXA9", *(g for g, *_ in GENES))
    pairs = []
    draw = random.Random(11)
    for i, a in enumerate(lesions):
        for b in lesions[i + 1 :]:
            both, only_a, only_b = draw.randint(0, 10), draw.randint(0, 12), draw.randint(0, 12)
            neither = n - both - only_a - only_b
            structural = a.startswith("NUP98") and b.startswith("NUP98")
            odds = (both * neither) / (only_a * only_b) if only_a * only_b else math.inf
            p = draw.random() ** 4
            pairs.append(
                Pair(
                    id=make_id("cooccurrence", a, b),
                    a=a,
                    b=b,
                    both=both,
                    only_a=only_a,
                    only_b=only_b,
                    neither=neither,
                    n=n,
                    missing=0,
                    structural=structural,
                    reachable=not structural and odds != 0,
                    log_odds_ratio=None if structural else (math.log(odds) if odds else -math.inf),
                    odds_ratio=None if structural else odds,
                    ci_low=None if structural else odds / 3,
                    ci_high=None if structural else odds * 3,
                    p=None if structural else p,
                    p_adjusted=None if structural else min(1.0, 3 * p),
                    burden_p=None if structural else min(1.0, p * 1.5),
                )
            )
    table = PairTable(
        id="cooccurrence/pairs",
        label="Pairs of lesions",
        n=n,
        missing=0,
        lesions=lesions,
        pairs=tuple(pairs),
        family="all pairs that could reach 0.05",
        family_size=len(pairs),
        method="Fisher exact test, conditional odds ratio",
        reference="Fisher 1922",
        synthetic=True,
    )
    return analysis("cooccurrence", [table], n=n)


MARKERS = (
    "CD34",
    "CD117",
    "HLA-DR",
    "CD38",
    "CD33",
    "CD13",
    "CD123",
    "CD36",
    "CD105",
    "CD7",
    "CD19",
    "CD56",
    "MPO",
)


def immunophenotype(n: int = 30) -> Analysis:
    draw = random.Random(3)
    patients = tuple(f"S{i + 1:04d}" for i in range(n))
    groups = tuple("NUP98::NSD1" if i < n * 2 // 3 else "NUP98::HOXA9" for i in range(n))
    cells, consensus = [], []
    for marker in MARKERS:
        for patient in patients:
            state = draw.choice(("positive", "positive", "partial", "negative", "not tested"))
            cells.append(
                Marker(
                    patient=patient,
                    marker=marker,
                    distribution=state,
                    intensity="normal",
                    cross_lineage=marker in ("CD7", "CD19") and state == "positive",
                )
            )
        for group in dict.fromkeys(groups):
            mine = [
                c.distribution
                for c in cells
                if c.marker == marker and groups[patients.index(c.patient)] == group
            ]
            tested = [s for s in mine if s != "not tested"]
            top = max(("positive", "partial", "negative"), key=tested.count)
            consensus.append(
                MarkerConsensus(
                    group=group,
                    marker=marker,
                    positive=tested.count("positive"),
                    partial=tested.count("partial"),
                    negative=tested.count("negative"),
                    strong=0,
                    dim=0,
                    n=len(tested),
                    consensus=top,
                )
            )
    matrix = MarkerMatrix(
        id="immunophenotype/matrix",
        label="Immunophenotype",
        n=n,
        missing=0,
        patients=patients,
        groups=groups,
        markers=MARKERS,
        cells=tuple(cells),
        consensus=tuple(consensus),
        method="Marker strings as printed",
        reference="Tian 2024",
        synthetic=True,
    )
    return analysis("immunophenotype", [matrix], n=n)


def baseline(
    sizes: tuple[tuple[str, int], ...] = (("NUP98::NSD1", 25), ("other partner", 30)),
) -> Analysis:
    draw = random.Random(8)
    items: list[Result] = []
    total = sum(k for _, k in sizes)
    for name, label, unit, centre in (
        ("age_years", "Age", "years", 40.0),
        ("wbc_10e9_l", "White blood cells", "×10⁹/L", 61.0),
    ):
        items += [measured(name, label, unit, centre, group, n, draw) for group, n in sizes]
        items.append(
            Test(
                id=make_id("baseline", "partner", name, "test"),
                label=label,
                p=0.0123,
                p_adjusted=0.03,
                adjustment="Benjamini-Hochberg",
                family="baseline",
                family_size=4,
                n=total,
                missing=2,
                method="Mann-Whitney test",
                reference="Mann 1947",
                groups=tuple(g for g, _ in sizes),
            )
        )
    for value in ("female", "male"):
        for group, n in sizes:
            items.append(
                Count(
                    id=make_id("baseline", "partner", "sex", group, value),
                    label=f"Sex: {value}",
                    count=n // 2 if value == "female" else n - n // 2,
                    n=n,
                    missing=0,
                    method="Count",
                    reference="",
                    group=group,
                )
            )
    items.append(
        Test(
            id="baseline/partner/sex/test",
            label="Sex",
            p=0.61,
            n=total,
            missing=0,
            method="Fisher exact test",
            reference="Fisher 1922",
        )
    )
    return analysis("baseline", items, n=total)


def measured(
    name: str, label: str, unit: str, centre: float, group: str, n: int, draw: random.Random
) -> Distribution:
    values = tuple(round(centre * math.exp(draw.gauss(0, 0.6)), 1) for _ in range(n))
    low, mid, high = np.quantile(values, [0.25, 0.5, 0.75]) if n else (math.nan,) * 3
    return Distribution(
        id=make_id("baseline", "partner", name, group),
        label=label,
        unit=unit,
        group=group,
        n=n,
        missing=1,
        median=float(mid),
        q1=float(low),
        q3=float(high),
        mean=float(np.mean(values)) if n else math.nan,
        sd=float(np.std(values, ddof=1)) if n > 1 else None,
        minimum=min(values, default=math.nan),
        maximum=max(values, default=math.nan),
        method="Median and quartiles (type 7)",
        reference="Hyndman 1996",
        values=values,
        synthetic=True,
    )


def response(
    groups: tuple[tuple[str, int, int], ...] = (("NUP98::NSD1", 2, 25), ("other partner", 17, 24)),
) -> Analysis:
    items: list[Result] = [
        proportion(
            make_id("response", "cr_course_1", group),
            f"CR after course 1, {group}, evaluable",
            count,
            n,
            group=group,
            endpoint="CR after course 1 (evaluable)",
        )
        for group, count, n in groups
    ]
    items.append(
        Estimate(
            id="response/cr_course_1/odds_ratio",
            label="CR after course 1, evaluable",
            scale="odds ratio",
            estimate=0.0394,
            ci_low=0.0035,
            ci_high=0.225,
            n=49,
            missing=6,
            method="Fisher exact test, conditional odds ratio",
            reference="Fisher 1922",
            p=1.2e-5,
            exposure="NUP98::NSD1",
            comparator="other partner",
            synthetic=True,
            endpoint="CR after course 1 (evaluable)",
            cautions=(caution("confounding-by-indication"),),
        )
    )
    return analysis("response", items, n=49)


def timelines(n: int = 12) -> Analysis:
    draw = random.Random(21)
    items: list[Result] = [_course(i, draw) for i in range(n)]
    return analysis("cases", items, n=n)


def _course(i: int, draw: random.Random) -> Timeline:
    end = float(draw.randint(120, 1400))
    events = [TimelineEvent(kind="diagnosis", label="diagnosis", order=0, day=0.0)]
    events += [
        TimelineEvent(kind="course", label="DAH", order=1, day=3.0, end_day=10.0, classes=("IC",)),
        TimelineEvent(kind="blasts", label="marrow blasts", order=1, day=0.0, value=80.0, unit="%"),
        TimelineEvent(kind="response", label="not in CR", order=2, day=35.0),
        TimelineEvent(
            kind="course",
            label="AZA+VEN+FLT3i",
            order=3,
            day=42.0,
            end_day=70.0,
            classes=("HMA", "+VEN", "+FLT3i"),
        ),
        TimelineEvent(kind="response", label="CR", order=4, day=75.0),
        TimelineEvent(
            kind="mrd", label="NUP98::NSD1", order=1, day=1.0, value=0.6, unit="fraction"
        ),
        TimelineEvent(
            kind="mrd", label="NUP98::NSD1", order=4, day=75.0, value=0.003, unit="fraction"
        ),
        TimelineEvent(
            kind="mrd",
            label="NUP98::NSD1",
            order=6,
            day=130.0,
            value=1e-4,
            unit="fraction",
            censored="<",
        ),
        TimelineEvent(kind="blasts", label="marrow blasts", order=4, day=75.0, value=2.0, unit="%"),
        TimelineEvent(kind="lesion", label="FLT3-ITD", order=4, day=75.0, state="absent"),
        TimelineEvent(kind="lesion", label="WT1", order=4, day=75.0, state="present"),
        TimelineEvent(kind="lesion", label="FLT3-ITD", order=0, day=0.0, state="present"),
        TimelineEvent(kind="lesion", label="WT1", order=0, day=0.0, state="present"),
    ]
    if i % 3:
        events.append(TimelineEvent(kind="transplant", label="HSCT", order=5, day=110.0))
    if i % 4 == 0:
        events.append(TimelineEvent(kind="relapse", label="relapse", order=6, day=end - 40))
        events.append(TimelineEvent(kind="death", label="death", order=7, day=end))
    else:
        events.append(TimelineEvent(kind="last_seen", label="alive", order=7, day=end))
    group = "NUP98::NSD1" if i % 2 else "NUP98::HOXA9"
    return Timeline(
        id=make_id("cases", f"S{i + 1:04d}"),
        label=f"S{i + 1:04d}",
        patient=f"S{i + 1:04d}",
        group=group,
        n=1,
        missing=0,
        events=tuple(events),
        lesions=("FLT3-ITD", "WT1"),
        method="Events as recorded",
        reference="",
        synthetic=True,
    )


def curve(
    group: str,
    n: int,
    *,
    rate: float,
    seed: int,
    kind: str = "survival",
    cause: str | None = None,
    end: float = 1800.0,
) -> Curve:
    """A product-limit curve of exponential times: synthetic."""
    draw = random.Random(seed)
    raw = [(draw.expovariate(rate), draw.uniform(200, end)) for _ in range(n)]
    seen = sorted((min(t, c), t <= c) for t, c in raw)
    times = sorted({t for t, _ in seen})
    s, variance = 1.0, 0.0
    rows = []
    for t in times:
        risk = sum(1 for x, _ in seen if x >= t)
        d = sum(1 for x, e in seen if x == t and e)
        c = sum(1 for x, e in seen if x == t and not e)
        s *= 1 - d / risk
        variance += d / (risk * (risk - d)) if risk > d else 0.0
        se = s * math.sqrt(variance)
        value = s if kind == "survival" else 1 - s
        rows.append(
            (t, value, se, max(0, value - 1.96 * se), min(1, value + 1.96 * se), risk, d, c)
        )
    columns = [np.array([r[k] for r in rows], dtype=np.float64) for k in range(8)]
    time, est, se, low, high, risk, event, cens = columns
    below = [t for t, v in zip(time, est, strict=True) if v <= 0.5] if kind == "survival" else []
    median = float(below[0]) if below else math.nan
    return Curve(
        id=make_id(
            "survival" if kind == "survival" else "cumulative_incidence",
            "os" if kind == "survival" else (cause or "relapse"),
            group,
        ),
        label="Overall survival" if kind == "survival" else f"Cumulative incidence of {cause}",
        curve=kind,
        group=group,
        n=float(n),
        events=float(event.sum()),
        missing=0,
        time=time,
        estimate=est,
        std_err=se,
        ci_low=low,
        ci_high=high,
        n_at_risk=risk,
        n_event=event,
        n_censored=cens,
        quantile_probs=np.array([0.5]),
        quantile=np.array([median]),
        quantile_low=np.array([median * 0.6]),
        quantile_high=np.array([math.inf]),
        cause=cause,
        endpoint="os" if kind == "survival" else "relapse",
        rules="ELN 2022",
        follow_up_median=900.0,
        method="Kaplan-Meier estimator, log-log interval",
        reference="Kaplan 1958",
        synthetic=True,
    )


def survival(
    sizes: tuple[tuple[str, int], ...] = (("NUP98::NSD1", 103), ("NUP98::KDM5A", 31)),
) -> Analysis:
    items: list[Result] = [
        curve(group, n, rate=0.0009 * (1 + i), seed=30 + i) for i, (group, n) in enumerate(sizes)
    ]
    names = tuple(g for g, _ in sizes)
    items.append(
        Test(
            id="survival/os/test",
            label="Overall survival",
            p=0.0412,
            statistic=4.17,
            df=1.0,
            n=sum(k for _, k in sizes),
            missing=0,
            method="Log-rank test",
            reference="Mantel 1966",
            groups=names,
            endpoint="os",
            synthetic=True,
        )
    )
    if len(names) == 2:
        items.append(
            Estimate(
                id="survival/os/hazard_ratio",
                label="Overall survival",
                scale="hazard ratio",
                estimate=0.62,
                ci_low=0.39,
                ci_high=0.98,
                p=0.0412,
                n=sum(k for _, k in sizes),
                events=60,
                missing=0,
                method="Cox model, Efron ties",
                reference="Cox 1972",
                exposure=names[0],
                comparator=names[1],
                endpoint="os",
                synthetic=True,
            )
        )
    return analysis("survival", items, n=sum(k for _, k in sizes))


def term(
    name: str,
    variable: str,
    level: str | None,
    n: int,
    events: int,
    coef: float | None,
    **more: object,
) -> Term:
    se = 0.3
    return Term(
        name=name,
        variable=variable,
        level_label=level,
        n=n,
        events=events,
        coef=coef,
        se=None if coef is None else se,
        ratio=None if coef is None else math.exp(coef),
        ratio_low=None if coef is None else math.exp(coef - 1.96 * se),
        ratio_high=None if coef is None else math.exp(coef + 1.96 * se),
        p=None if coef is None else 0.03,
        p_adjusted=None if coef is None else 0.15,
        reference_row=coef is None,
        **more,  # type: ignore[arg-type]
    )


def cox() -> Analysis:
    terms = (
        term("partner: NUP98::KDM5A", "partner", "NUP98::KDM5A", 31, 14, None),
        term("partner: NUP98::NSD1", "partner", "NUP98::NSD1", 103, 49, -0.4),
        term("age, per 10 years", "age_years", None, 134, 63, 0.2),
        term("FLT3-ITD present", "FLT3-ITD", "present", 74, 40, 0.5),
        term("WBC > 100", "wbc", ">100", 40, 25, 3.2),
    )
    fit = Fit(
        id="cox/os/adjusted",
        label="Overall survival",
        scale="hazard ratio",
        endpoint="os",
        n=134,
        events=63,
        missing=4,
        terms=terms,
        tests=(FitTest(name="likelihood ratio", statistic=11.2, df=4, p=0.024),),
        dropped=(("FLT3-ITD", 4),),
        events_per_variable=15.8,
        loglik=-250.0,
        concordance=0.63,
        penalty=None,
        ties="efron",
        adjusted_for=("age_years",),
        method="Cox model, Efron ties",
        reference="Cox DR. J R Stat Soc B 1972;34:187-220",
        synthetic=True,
    )
    return analysis("cox", [fit], n=134)


def residuals(
    events: int = 40,
    *,
    drawn: int | None = None,
    names: tuple[str, ...] = ("age, per 10 years", "FLT3-ITD present", "WT1 present"),
) -> Analysis:
    """Residuals of a made-up model; the last covariate has the smallest p."""
    rng = np.random.default_rng(5)
    time = np.sort(rng.uniform(20, 1500, drawn or events))
    parts = []
    for i, name in enumerate(names):
        drift = np.linspace(0.5, -0.5 * i, time.size)
        at = np.unique(time) if time.size >= 8 else np.zeros(0)
        smooth = np.interp(at, time, drift) if at.size else at
        parts.append(
            Residuals(
                id=make_id("regression", "os", "model", "residuals", name),
                label=name, fit="regression/os/model", term=name, n=134, events=events, missing=4,
                drawn=time.size, time=time, value=drift + rng.normal(0, 1, time.size),
                smooth_time=at, smooth=smooth, smooth_low=smooth - 0.6, smooth_high=smooth + 0.6,
                coef=0.2, statistic=1.0 + i, df=1.0, p=0.9 - 0.43 * i, transform="km",
                endpoint="os", method="Scaled Schoenfeld residuals", reference="Grambsch",
                synthetic=True,
            )
        )  # fmt: skip
    return analysis("regression", parts, n=134)


ALL = (
    flow,
    prevalence,
    baseline,
    landscape,
    cooccurrence,
    immunophenotype,
    response,
    timelines,
    survival,
    cox,
    residuals,
)
