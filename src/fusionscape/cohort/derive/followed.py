"""Patients followed from the origin of an endpoint, with the day their exposure began."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.exposures import Exposure
from fusionscape.cohort.derive.origins import origin_days, origin_name
from fusionscape.results import Caution, FloatArray, caution

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """Patients whose survival and exposure are known, as arrays.

    `kept` marks them among the patients of the cohort; `time`, `entry` and `day` count from the
    origin of the endpoint. An exposure that began before the origin is there from it on. `dated`
    is false where the origin is known of nobody.
    """

    cohort: Cohort
    data: EndpointData
    exposure: Exposure
    kept: BoolArray
    time: FloatArray
    event: FloatArray
    entry: FloatArray | None
    day: FloatArray
    origin: str
    dated: bool

    @classmethod
    def of(cls, cohort: Cohort, data: EndpointData, exposure: Exposure) -> Followed:
        """Patients with a known endpoint whose exposure has a day or did not happen."""
        origin = origin_days(cohort, data)
        keep = ~np.isnan(data.time) & ~exposure.undated & ~np.isnan(origin)
        return cls(
            cohort=cohort,
            data=data,
            exposure=exposure,
            kept=keep,
            time=data.time[keep],
            event=data.status[keep],
            entry=data.late_entry(keep),
            day=np.maximum(exposure.day[keep] - origin[keep], 0.0),
            origin=origin_name(cohort, data),
            dated=bool((~np.isnan(origin) & ~np.isnan(data.time)).any()),
        )

    def only(self, keep: BoolArray) -> Followed:
        """These patients of the cohort, of those followed."""
        mine = keep[self.kept]
        return replace(
            self,
            kept=self.kept & keep,
            time=self.time[mine],
            event=self.event[mine],
            entry=None if self.entry is None else self.entry[mine],
            day=self.day[mine],
        )

    @property
    def asked(self) -> int:
        """Patients whom the endpoint concerns."""
        return int(self.data.concerned.sum())

    @property
    def missing(self) -> int:
        """Patients whom the endpoint concerns and who could not be used."""
        return int((self.data.concerned & ~self.kept).sum())

    @property
    def ever(self) -> FloatArray:
        """1 where the exposure began before the end of follow-up."""
        return (self.day < self.time).astype(np.float64)

    @property
    def since(self) -> str:
        """``after remission``, where the clock does not start at diagnosis."""
        return "" if self.origin == "diagnosis" else f" after {self.origin}"

    def parts(self, topic: str) -> tuple[str, ...]:
        """Where the results of this exposure stand."""
        return (topic, self.exposure.name, self.data.endpoint)

    def cautions(self) -> tuple[Caution, ...]:
        """Treatments are chosen; responders differ from the others too."""
        if not self.exposure.treatment:
            never = int((self.exposure.unassessed & self.kept).sum())
            told = caution("never-assessed", exposure=self.exposure.label, n=never)
            state = caution("state-not-cause", exposure=self.exposure.label)
            return (state, told) if never else (state,)
        return (
            caution(
                "confounding-by-indication",
                group="this comparison",
                exposure=self.exposure.inside,
                comparator=f"no {self.exposure.inside}",
            ),
        )
