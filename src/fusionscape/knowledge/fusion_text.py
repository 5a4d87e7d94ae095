"""How papers and callers print fusions: taking a cell apart into gene names."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from fusionscape.knowledge.genes import GeneMatch, clean_name, looks_like_a_date, resolve_gene
from fusionscape.knowledge.store import records

ITD = re.compile(r"\b(FLT-?3)[-_/ ]*ITD\b\s*(?:\(?\s*[+-]\s*\)?)?", re.IGNORECASE)
TANDEM = re.compile(r"\b(KMT2A|MLL)[-_ ]*PTD\b\s*(?:\(?\s*[+-]\s*\)?)?", re.IGNORECASE)
TRANSLOCATION = re.compile(r"^(?:der)?\(?(?:t|inv|ins|del|dup|add)\s?\(", re.IGNORECASE)

_SMALL_VARIANT = re.compile(
    r"\bp\.\(?[A-Z*?]|\bc\.[\d*-]|\bg\.\d|(?:^|[\s:_(])[ACDEFGHIKLMNPQRSTVWY]\d{2,4}"
    r"(?:[ACDEFGHIKLMNPQRSTVWYX*]|fs\S*|del|dup|ins\w*)\b|\b(?:mutation|mutated|mut|missense|"
    r"nonsense|frameshift|splice|variant|vaf|snv|indel|expression)\b|突变|"
    r"[-_/ ](?:TKD|TD|ITD|PTD|dm|sm|bZIP|biallelic|monoallelic)\b",
    re.IGNORECASE,
)
_LOSS_OF_ONE = re.compile(r"\b(?:deletion|loss|amplification|gain|duplication)\b", re.IGNORECASE)
_DRIVER_ONLY = re.compile(
    r"(?:[-_: /]*(?:\(?r\)?|重排)|[-_: /]+(?:re|rea|rear|rearr\.?|rearranged|rearrangements?|x|"
    r"others?|any|(?:other|unknown|unidentified) partner|partner unknown|unknown|\?|fusions?|"
    r"translocation|translocated|umlagerung|réarrangement|split|break-?apart))\s*[+]?$",
    re.IGNORECASE,
)
_EDGES = " +-:/.;,()&"
_JOINING_WORD = re.compile(r"^(?:and|with|plus)\s+|\s+(?:and|with|plus)$", re.IGNORECASE)
_EXON = re.compile(
    r"[:\s]*\(?(?:\b(?:e|[Ee][Xx]|[Ee]xon|EXON)|(?<=\d)(?:ex|exon))\.?\s?(\d{1,3})[a-z]?\b\)?"
)
_BAND = re.compile(r"\(\d{1,2}[pq][\d.]*\)")
_TRANSCRIPT_GENE = re.compile(r"(?:ENS[TG]\d+(?:\.\d+)?|[NX][MR]_\d+(?:\.\d+)?)\(([^()]+)\)")
_HGNC_ID = re.compile(r"\(hgnc:\d+\)", re.IGNORECASE)
_ENSEMBL = re.compile(r"\^ENS[GT]\d+(?:\.\d+)?|\(ENS[GT]\d+(?:\.\d+)?\)", re.IGNORECASE)
_NOISE = re.compile(
    r"\b(?:fusion|gene|genes|transcript|positive|pos|detected|in-?frame|out-of-frame|"
    r"rearrangement|translocation|阳性|融合基因|融合)\b|阳性|融合基因|融合",
    re.IGNORECASE,
)
_ISOFORM = re.compile(r"\b(?:p190|p210|p230|e1a2|e13a2|e14a2|e19a2|b2a2|b3a2)\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"([A-Za-z0-9]+)\s?\(([A-Za-z0-9-]+)\)")
_ASIDE = re.compile(
    r"\((?:\s*(?:FISH|(?:RT-?|q)?PCR|RNA-?seq|NGS|WGS|WES|karyotype|and|e\d{1,2})\s*[;,/&]?)+\s*\)",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*[;,；，\n]\s*(?![^()]*\))")
_SIGNED = re.compile(r"(?<=[A-Za-z0-9][+-])\s*[/ ]\s*(?=[A-Za-z])|(?<=[A-Za-z0-9]\+)(?=[A-Za-z])")
_STRONG = ("::", "--", "→", "|", "~")
_WEAK = ("/", "_", " ", ".")


@cache
def fusion_words() -> dict[str, str]:
    """Words that stand in a fusion cell without naming a gene, and what they mean."""
    return {row["word"]: row["meaning"] for row in records("fusion_words.csv")}


def plain(text: str) -> str:
    """The cell with typographic dashes and italics taken out."""
    return clean_name(text)


def is_small_variant(text: str) -> bool:
    """True for a mutation of one gene (``NUP98 p.R123H``), which is not a fusion."""
    return bool(_SMALL_VARIANT.search(text)) and "::" not in text


def is_copy_change(text: str) -> bool:
    """True for the loss or gain of one gene (``ETV6 (deletion)``)."""
    if not _LOSS_OF_ONE.search(text):
        return False
    rest = _LOSS_OF_ONE.sub("", text).replace("()", "").strip(" -")
    return resolve_gene(rest).symbol is not None


def driver_stem(text: str) -> str | None:
    """``NUP98`` in ``NUP98-R``, ``NUP98r``, ``KMT2A-X``, ``KMT2A_re``; None otherwise."""
    if resolve_gene(text).status in ("approved", "previous"):
        return None
    match = _DRIVER_ONLY.search(text)
    if match is None or match.start() == 0:
        return None
    return text[: match.start()].strip(" -_:/")


def parts_of(text: str) -> tuple[str, ...]:
    """The fusions of a cell that lists several; marks inside brackets do not part them.

    A sign parts two pairs (``NUP98-NSD1+KMT2A-MLLT3-``) when both sides name two known genes.
    """
    parts = tuple(part for part in _LIST.split(text) if part.strip())
    if len(parts) > 1:
        return parts
    signed = tuple(part for part in _SIGNED.split(text) if part.strip())
    if len(signed) > 1 and all(_is_pair(part) for part in signed):
        return signed
    return parts


def _is_pair(text: str) -> bool:
    names = segments(text.strip(" +-"))
    return len(names) == 2 and all(resolve_gene(name).symbol is not None for name in names)


def junction(text: str) -> str | None:
    """Exon numbers as printed (``e12::e6``), None when fewer than two are."""
    exons = _EXON.findall(text)
    return "::".join(f"e{number}" for number in exons) if len(exons) > 1 else None


def bare_names(text: str) -> str:
    """The gene names alone: signs, exons, identifiers and the word fusion taken out."""
    text = _TRANSCRIPT_GENE.sub(r"\1", _ASIDE.sub("", text))
    text = _ENSEMBL.sub("", _HGNC_ID.sub("", text))
    text = _IN_BRACKETS.sub(_without_second_name, _EXON.sub("", _ISOFORM.sub("", text)))
    text = _BAND.sub("", text)
    text = re.sub(r"\(\s*[+-]?\s*\)", " ", text)
    text = _LOSS_OF_ONE.sub("", _NOISE.sub("", text))
    text = re.sub(r"\(\s*\)", "", text).replace("(::)", "::")
    text = re.sub(r"\+(?=$|[\s:/-])", "", text)
    text = _JOINING_WORD.sub("", text.strip(_EDGES))
    return re.sub(r"\s*(::|--|/|-)\s*", r"\1", text).strip(_EDGES)


def _without_second_name(match: re.Match[str]) -> str:
    """``TCF3`` for ``TCF3(E2A)``, which names one gene twice."""
    first, second = resolve_gene(match.group(1)), resolve_gene(match.group(2))
    if first.symbol is not None and first.symbol == second.symbol:
        return match.group(1)
    return match.group(0)


def segments(text: str) -> tuple[str, ...]:
    """Gene names of a fusion in printed order; hyphens inside gene names are kept.

    Where a hyphen may join or belong to a name (``NUP98-NKX2-5``), the reading in which
    every part is a known gene wins.
    """
    if looks_like_a_date(text):
        return (text,)
    for mark in _STRONG:
        if mark in text:
            return tuple(clean_name(part) for part in text.split(mark) if part.strip())
    readings = [_hyphenated(text)]
    for mark in _WEAK:
        if mark in text:
            parts = tuple(clean_name(part) for part in text.split(mark) if part.strip())
            readings.append(parts)
            readings.append(tuple(name for part in parts for name in _hyphenated(part)))
    return max(readings, key=_worth)


@lru_cache(maxsize=4096)
def _hyphenated(text: str) -> tuple[str, ...]:
    parts = text.split("-")
    if len(parts) == 1 or len(parts) > 7 or resolve_gene(text).status == "approved":
        return (text,)
    readings = []
    for cuts in range(1, 2 ** (len(parts) - 1)):
        names, current = [], parts[0]
        for place, part in enumerate(parts[1:]):
            if cuts >> place & 1:
                names.append(current)
                current = part
            else:
                current = f"{current}-{part}"
        readings.append((*names, current))
    return max(readings, key=_worth)


def _worth(names: tuple[str, ...]) -> tuple[float, float, int]:
    scores = [_score(resolve_gene(name)) for name in names]
    return (float(len(names) > 1) * min(scores), sum(scores) / len(scores), -len(names))


def _score(match: GeneMatch) -> int:
    worth = {"approved": 5, "previous": 5, "alias": 4, "ambiguous": 3, "misprint": 2}
    if match.status == "unknown":
        return 1 if len(match.given) > 2 else 0
    return worth[match.status]
