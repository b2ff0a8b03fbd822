"""The demo in figures: the JSON that programs rely on, counted in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from guantong.analytics.gauges import Gauges
from guantong.core.figures import Share
from guantong.core.gauges import LevelHeat
from guantong.example.telling import Told

STEPS = {
    "play": "推演一年",
    "district": "建示例区",
    "issue": "读文件并下达",
    "year": "逐件办理",
    "standings": "核对现状",
    "figures": "统计",
    "accounts": "建账号",
}
"""The steps of making the demo, as they are told while it is made."""


def summary(told: Told, gauges: Gauges, seconds: Mapping[str, float]) -> dict[str, Any]:
    """Counts are integers; shares in time are of those asked whose answer is known, None where none is."""
    gauge = gauges.shortfall
    return {
        "note": told.note,
        "title": told.title,
        "issued_on": told.issued_on,
        "as_of": told.as_of,
        "clauses": told.clauses,
        "assignments": gauges.funnel[0].share.of,
        "funnel": [
            {"stage": step.stage, "count": step.share.count, "known": step.share.known, "of": step.share.of}
            for step in gauges.funnel
        ],
        "deviation": {
            "to_explain": {kind.value: n for kind, n in gauges.deviation.to_explain.items()},
            "confirmed": {kind.value: n for kind, n in gauges.deviation.confirmed.items()},
            "known": gauges.deviation.known,
            "of": gauges.deviation.of,
        },
        "attenuation": [_level(heat) for heat in gauges.attenuation],
        "shortfall": {"value": gauge.value, "known": gauge.known, "of": gauge.of},
        "set_by_issuer": [asdict(own) for own in told.set_by_issuer],
        "seconds": {step: round(taken, 2) for step, taken in seconds.items()},
    }


def _level(heat: LevelHeat) -> dict[str, Any]:
    shares = {"signed": heat.signed, "adopted": heat.adopted, "acted": heat.acted}
    return {
        "level": heat.level,
        **{name: share.value for name, share in shares.items()},
        "of": heat.of,
        "median_days": heat.kept_median,
        "counts": {name: _counts(share) for name, share in shares.items()},
    }


def _counts(share: Share) -> dict[str, int]:
    return {"count": share.count, "known": share.known, "of": share.of}
