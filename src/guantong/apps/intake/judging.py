"""What judging a row comes to, and the ground it stands on: who asks, where, and which organizations they may name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as held
from datetime import date
from typing import Any, NamedTuple

from guantong.apps.intake.models import LineState
from guantong.apps.organizations import names
from guantong.apps.organizations.access import Actor, allowed, visible
from guantong.apps.organizations.models import Organization
from guantong.apps.organizations.titles import title_of
from guantong.core.permits import next_path
from guantong.files.cells import folded

_UNIT = ("pk", "path", "name", "kind", "stage", "parent", "opened_on")
_STEPS = re.compile(r"[/／\\>→]")


class Line(NamedTuple):
    """A line as it is judged: the number of its row in the sheet, what stands in it by field, and what was answered."""

    number: int
    cells: Mapping[str, str]
    answer: str = ""

    def said(self, field: str) -> str:
        """What stands in a field; "" where there is no such column."""
        return self.cells.get(field, "")


class Reason(NamedTuple):
    """Why something cannot be, or what is asked: a code, and the facts its sentence needs."""

    code: str
    facts: dict[str, Any]


class Choice(NamedTuple):
    """One answer to a question."""

    value: str
    code: str
    facts: dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """What would become of a line. `new` is what would be written, of a line that is new."""

    state: LineState = LineState.NEW
    reasons: dict[str, Reason] = held(default_factory=dict)
    choices: list[Choice] = held(default_factory=list)
    new: Any = None

    def bad(self, field: str, code: str, /, **facts: Any) -> None:
        """Say what is wrong with a field; the first thing said of it stays."""
        self.state = LineState.BAD
        self.reasons.setdefault(field, Reason(code, facts))

    def note(self, state: LineState, field: str, code: str, /, **facts: Any) -> None:
        """Say why a line that is not wrong is not new."""
        self.state = state
        self.reasons.setdefault(field, Reason(code, facts))

    @property
    def is_bad(self) -> bool:
        return self.state is LineState.BAD


class Unit(NamedTuple):
    """An open organization that the actor may see."""

    id: int
    path: str
    name: str
    kind: str
    stage: str
    parent: int | None
    opened_on: date


class Ground:
    """The district a batch is for, as somebody sees it: its organizations, by name and by path of names."""

    def __init__(self, actor: Actor, district: Organization) -> None:
        self.actor, self.district, self.today = actor, district, actor.today
        rows = visible(actor, "organization.see").filter(
            path__gte=district.path, path__lt=next_path(district.path), closed_on=None
        )
        self.units: dict[int, Unit] = {
            row[0]: Unit(*row) for row in rows.order_by("path").values_list(*_UNIT)
        }
        self._named: defaultdict[str, list[Unit]] = defaultdict(list)
        self._below: defaultdict[int, list[Unit]] = defaultdict(list)
        self._child: dict[tuple[int, str], Unit] = {}
        for unit in self.units.values():
            self._named[folded(unit.name)].append(unit)
            if unit.parent is not None:
                self._below[unit.parent].append(unit)
                self._child.setdefault((unit.parent, folded(unit.name)), unit)
        self._meant: dict[str, tuple[int, ...]] = {}
        self._may: dict[tuple[str, str], bool] = {}
        self._found: dict[str, Unit | Reason] = {}  # a sheet names the same few again and again

    def may(self, permit: str, path: str) -> bool:
        """Whether the actor may do what a permit names at a path."""
        if (permit, path) not in self._may:
            self._may[permit, path] = allowed(self.actor, permit, path)
        return self._may[permit, path]

    def look_up(self, texts: Iterable[str]) -> None:
        """Resolve the names that `find` will be asked for; five queries, whatever their number."""
        wanted = sorted({steps(text)[0] for text in texts if text})
        self._meant |= names.resolve(self.district, wanted).found if wanted else {}

    def find(self, text: str) -> Unit | Reason:
        """The one organization a cell means, by name, alias or path of names; why none where none is."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> Unit | Reason:
        first, *others = steps(text)
        unit = self._one(first)
        for step in others:
            if isinstance(unit, Reason):
                return unit
            unit = child_named(step, self.below(unit.id)) or Reason(
                "unit_not_below", {"name": step, "above": unit.name}
            )
        return unit

    def named(self, text: str) -> Sequence[Unit]:
        """The organizations that are called exactly so."""
        return self._named.get(folded(text), ())

    def child(self, unit: int, name: str) -> Unit | None:
        """What stands directly below an organization and is called exactly so."""
        return self._child.get((unit, folded(name)))

    def below(self, unit: int) -> Sequence[Unit]:
        """What stands directly below an organization."""
        return self._below.get(unit, ())

    def _one(self, name: str) -> Unit | Reason:
        known = [self.units[pk] for pk in self._meant.get(name, ()) if pk in self.units]
        if len(known) == 1:
            return known[0]
        same = self.named(name)
        if len(same) == 1:
            return same[0]
        if len(same) > 1:
            return Reason("unit_ambiguous", {"count": len(same)})
        return Reason("unit_is_group" if known else "unit_unknown", {})


def steps(text: str) -> list[str]:
    """The names of a path of names: 阳光小学党委/第一支部."""
    return [step.strip() for step in _STEPS.split(text) if step.strip()] or [text]


def stem(name: str) -> str:
    """A name, folded, without what its short form leaves off."""
    return title_of(folded(name)).stem


def child_named(name: str, units: Iterable[Unit]) -> Unit | None:
    """The one of `units` that is called so, or so in its short or official form."""
    text = folded(name)
    exact = [unit for unit in units if folded(unit.name) == text]
    close = exact or [unit for unit in units if stem(unit.name) == stem(name)]
    return close[0] if len(close) == 1 else None
