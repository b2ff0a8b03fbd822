"""A standing as a row of the fact table: the one mapping, for whoever stores assignments."""

from __future__ import annotations

from guantong.analytics.names import Value
from guantong.core.matters import Indicator, Periods
from guantong.core.standings import Said, Standing

_ANSWERS = {Said.YES: 1, Said.NO: 0, Said.UNKNOWN: None, Said.NOT_ASKED: None}


def columns(standing: Standing) -> dict[str, Value]:
    """The columns of `tables.ASSIGNMENTS` that come of a standing.

    All but `id`, `directive`, `clause`, `organization` and `path`: the keys are the database's, a standing holds
    their text alone.
    """
    periods = standing.periods or Periods(standing.assignment_id, 0, 0, 0, 0)
    return {
        "level": standing.level,
        "indicator": standing.indicator.value,
        "asks": int(standing.indicator is not Indicator.COMPUTED),
        "acts": int(standing.acted is not Said.NOT_ASKED),
        "signed": _ANSWERS[standing.signed],
        "adopted": _ANSWERS[standing.adopted],
        "acted": _ANSWERS[standing.acted],
        "reported": _ANSWERS[standing.reported],
        "verified": _ANSWERS[standing.verified],
        "effect": _ANSWERS[standing.effect],
        "signed_in_time": _ANSWERS[standing.signed_in_time],
        "adopted_in_time": _ANSWERS[standing.adopted_in_time],
        "acted_in_time": _ANSWERS[standing.acted_in_time],
        "fact": standing.fact.value if standing.fact else "",
        "confirmed": standing.confirmed.value if standing.confirmed else "",
        "deviation_known": int(standing.deviation_known),
        "kept_days": standing.kept_days,
        "used_days": standing.used_days,
        "left_days": standing.left_days,
        "shortfall": standing.shortfall,
        "late_days": standing.late_days,
        "periods_required": periods.required,
        "periods_known": periods.known,
        "periods_held": periods.held,
        "periods_in_time": periods.in_time,
    }
