"""The day from which each endpoint counts, so that a dated exposure can be put on its clock."""

from __future__ import annotations

import numpy as np

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.endpoints import AS_REPORTED, EndpointData, study_rules
from fusionscape.cohort.derive.patient_courses import patient_courses
from fusionscape.knowledge.endpoints import EndpointRules, first_remission
from fusionscape.results import FloatArray

FROM_REMISSION = ("rfs", "cir", "nrm")


def _rules(cohort: Cohort, data: EndpointData) -> EndpointRules:
    return study_rules(cohort, "eln2022" if data.rules == AS_REPORTED else data.rules)


def origin_name(cohort: Cohort, data: EndpointData) -> str:
    """What the endpoint counts from: diagnosis, remission or start of treatment."""
    if data.endpoint in FROM_REMISSION:
        return "remission"
    if data.endpoint == "efs" and data.rules != AS_REPORTED:
        return "start of treatment" if _from_treatment(cohort, data) else "diagnosis"
    return "diagnosis"


def _from_treatment(cohort: Cohort, data: EndpointData) -> bool:
    return _rules(cohort, data).efs_origin == "treatment start"


def origin_days(cohort: Cohort, data: EndpointData) -> FloatArray:
    """Per patient: days from diagnosis to the origin of the endpoint; nan where it is not dated.

    Relapse-free survival and the incidences from remission count from the first remission,
    also where they are given as reported; event-free survival from the start of treatment where
    its rule set says so; everything else from diagnosis.
    """
    origin = origin_name(cohort, data)
    if origin == "diagnosis":
        return np.zeros(cohort.n)
    rules = _rules(cohort, data)
    days = [
        first_remission(course, rules) if origin == "remission" else course.treatment_start
        for course in patient_courses(cohort).values()
    ]
    return np.asarray([np.nan if day is None else day for day in days], dtype=np.float64)
