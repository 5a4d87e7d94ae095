"""What the karyotype shows by partner, and how often it hides the fusion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import fourfold, if_invented, odds_ratio
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.grouping import (
    Grouping,
    carriers_of,
    comparison_groups,
    contrasts,
    grouping,
)
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.karyotypes import (
    FLAGS,
    RECORDED,
    karyotype_flags,
    read_karyotypes,
    visible_rearrangement,
)
from fusionscape.cohort.derive.shares import share_of_flags
from fusionscape.knowledge.partners import partner, partners_compatible_with
from fusionscape.results import Analysis, Caution, Count, Estimate, Refusal, caution, make_id

TOPIC = "cytogenetics"
METHOD = "Karyotypes read by a tolerant ISCN grammar; what was not read is unknown, not normal"
REFERENCE = "Döhner H, et al. Blood 2022;140:1345. doi:10.1182/blood.2022016867"
FAMILY = make_id(TOPIC, "partner")
ALL = "all carriers"
VISIBLE = "visible_rearrangement"  # the codebook's name for: the karyotype shows the fusion


def _shares(cohort: Cohort, groups: Grouping, flags: pl.DataFrame) -> Iterator[Estimate]:
    levels = groups.levels if len(groups.levels) == 1 else (ALL, *groups.levels)
    for flag, label in FLAGS.items():
        for level in levels:
            inside = flags[flag]
            fields = (_field(flag),) if level == ALL else ("partner", _field(flag))
            if level != ALL:
                inside = inside.filter((groups.labels == level).fill_null(False))
            if inside.null_count() == inside.len():
                continue
            yield share_of_flags(
                cohort,
                make_id(TOPIC, flag, level),
                inside,
                label=f"{label}, {level}",
                group=level,
                cautions=if_invented(cohort, label, *fields, levels=(level,)),
            )


def _field(flag: str) -> str:
    """What the codebook calls it: normal or not may be printed where the karyotype is not."""
    return "karyotype_status" if flag in ("normal", "abnormal") else "karyotype"


def _cryptic_note(fusion: str) -> str:
    """What the partner table expects of this fusion: cryptic, visible or unknown."""
    known = partner(fusion.split("::")[-1])
    if known is None:
        return "unknown"
    return {"yes": "cryptic", "no": "visible"}.get(known.cryptic, "unknown")


def _cryptic(cohort: Cohort, groups: Grouping) -> Iterator[Estimate]:
    """Carriers of each partner whose karyotype shows no rearrangement that fits it."""
    hidden = ~visible_rearrangement(cohort)
    for level in groups.levels:
        inside = hidden.filter((groups.labels == level).fill_null(False))
        if inside.null_count() == inside.len():
            continue
        expected = _cryptic_note(level)
        found = int(inside.sum() or 0)
        notes: tuple[Caution, ...] = ()
        if expected == "cryptic" and found < inside.len() - inside.null_count():
            notes = (caution("cryptic-yet-visible", fusion=level),)
        yield share_of_flags(
            cohort,
            make_id(TOPIC, "cryptic", level),
            inside,
            label=f"{level} without a visible rearrangement (expected {expected})",
            group=level,
            cautions=(*notes, *if_invented(cohort, level, "partner", VISIBLE, levels=(level,))),
        )


def _compatible(cohort: Cohort) -> Iterator[Count]:
    """Each 11p15 rearrangement printed, how often, and the partners it would fit."""
    reading = read_karyotypes(cohort)
    printed = Counter(
        text for k in reading.karyotypes if k is not None for text in k.translocations_11p15
    )
    for text, count in sorted(printed.items(), key=lambda entry: (-entry[1], entry[0])):
        fits = ", ".join(partners_compatible_with(text)) or "no described partner"
        yield Count(
            id=make_id(TOPIC, "rearrangement", text),
            label=f"{text} (fits {fits})",
            count=count,
            n=reading.given,
            missing=cohort.n - reading.given,
            method=METHOD,
            reference=REFERENCE,
            synthetic=cohort.synthetic,
        )


def _contrasts(cohort: Cohort, flags: pl.DataFrame) -> Iterator[Estimate]:
    held = contrasts(comparison_groups(cohort, "partner"), min_group=cohort.plan.min_group)
    for flag, label in FLAGS.items():
        if flag == "abnormal":  # the mirror of normal: the same test
            continue
        for contrast in held:
            levels = (contrast.exposure,)
            if is_invented(cohort.codebook, "partner", _field(flag), levels=levels):
                continue
            a, b, c, d, missing = fourfold(contrast, flags[flag])
            if not (a + b and c + d and a + c and b + d):
                continue
            yield odds_ratio(
                cohort,
                make_id(TOPIC, "odds_ratio", flag, contrast.exposure),
                counts=(a, b, c, d),
                missing=missing,
                label=label,
                exposure=contrast.exposure,
                comparator=contrast.comparator,
                family=FAMILY,
            )


def _two_sources(carriers: Cohort, flags: pl.DataFrame) -> Iterator[Caution]:
    """Flags that rest on more patients than the study's own column of the same lesion."""
    for flag, lesion in RECORDED.items():
        own = carriers.lesion(lesion)
        tested, known = own.len() - own.null_count(), flags.height - flags[flag].null_count()
        if tested and known != tested:
            yield caution(
                "two-sources",
                lesion=lesion,
                count=int(flags[flag].sum() or 0),
                n=known,
                recorded=int(own.sum() or 0),
                tested=tested,
            )


def _notes(cohort: Cohort, carriers: Cohort) -> Iterator[Caution]:
    reading = read_karyotypes(carriers)
    if reading.unread:
        yield caution("karyotype-not-read", n=reading.unread, of=reading.given)
    if reading.repaired:
        yield caution("karyotype-repaired", n=reading.repaired, of=reading.given)
    yield from _two_sources(carriers, karyotype_flags(carriers))
    if cohort.plan.driver != "NUP98":
        yield caution("cryptic-not-assessed", driver=cohort.plan.driver)


def _refusal(cohort: Cohort, code: str) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, "karyotype"),
        label="Karyotypes of the carriers",
        code=code,
        n=0,
        missing=cohort.n,
        method=METHOD,
        reference=REFERENCE,
    )


def cytogenetics(cohort: Cohort) -> Analysis:
    """What does the karyotype show, by partner, and does it show the fusion?

    Normal, abnormal, complex and monosomal karyotypes, trisomy 8, chromosome 13 and 11p15 in
    the carriers of each partner; how many carriers have no visible rearrangement that fits
    their partner; every 11p15 rearrangement with the partners it would fit. Each partner is
    compared with the others by Fisher's exact test (Holm within the family).
    """
    carriers = carriers_of(cohort)
    flags = karyotype_flags(carriers)
    known = carriers.n - flags["normal"].null_count()
    items: tuple[Estimate | Count | Refusal, ...]
    if not carriers.n:
        items = (_refusal(cohort, "no-carriers"),)
    elif not known:
        items = (_refusal(cohort, "no-karyotype"),)
    else:
        groups = grouping(carriers, "partner")
        items = (
            *_cryptic(carriers, groups),
            *_shares(carriers, groups, flags),
            *_compatible(carriers),
            *adjusted(tuple(_contrasts(carriers, flags)), method="holm"),
        )
    return Analysis(
        id=TOPIC,
        question="what-does-the-karyotype-show",
        n=known,
        missing=carriers.n - known,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_notes(cohort, carriers)) if known else (),
    )
