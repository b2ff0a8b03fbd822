"""Lines that are organizations: each below one that exists or another line, in whatever order they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from guantong.apps.intake import vocabulary
from guantong.apps.intake.fields import Field, take_day
from guantong.apps.intake.judging import Ground, Line, Reason, Unit, Verdict, child_named, stem, steps
from guantong.apps.intake.models import LineState
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.changing import DEEPEST, LONGEST_NAME
from guantong.apps.organizations.models import Kind, SchoolStage
from guantong.apps.organizations.tree.founding import NewOrganization, found_many
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.files.cells import folded

PERMIT = "organization.change"
FIELDS = (
    Field(
        "name",
        "单位名称",
        (
            "党组织名称",
            "党组织全称",
            "组织名称",
            "组织全称",
            "单位全称",
            "单位",
            "名称",
            "学校名称",
            "支部名称",
            "党组织",
        ),
        needed=True,
        example="云岫小学党支部",
        hint="写全称，如“云岫小学党委”。",
    ),
    Field(
        "parent",
        "上级单位",
        (
            "上级党组织",
            "上级组织",
            "上级",
            "隶属单位",
            "隶属党组织",
            "隶属组织",
            "所属党组织",
            "主管单位",
            "上级党组织名称",
            "隶属",
        ),
        names_unit=True,
        example="",
        hint="不填就放在教育工委下面；同名的写成“上级/名称”；上级也在这张表里时，先后不限。",
    ),
    Field(
        "kind",
        "类别",
        ("单位类别", "组织类别", "党组织类别", "组织类型", "类型", "党组织类型", "单位类型"),
        offers=tuple(vocabulary.SHOWN_KINDS),
        example="党支部",
        hint="不填时按名称末尾的“党委”“党总支”“党支部”判断。",
        blank="名称末尾写明党委、党总支、党支部的，可以留空。",
    ),
    Field(
        "stage",
        "学段",
        ("学校类别", "学校类型", "办学层次", "办学类型", "学校学段"),
        offers=tuple(vocabulary.SHOWN_STAGES),
        example="小学",
        hint="科室、机关可不填。",
        blank="可以留空，以后在单位页改。",
    ),
    Field(
        "opened_on",
        "成立日期",
        ("成立时间", "建立日期", "建立时间", "设立日期", "成立年月"),
        example="2020年9月1日",
        hint="空着的按教育工委成立之日；上级成立更晚的，按上级成立之日。",
    ),
)


@dataclass(frozen=True, slots=True)
class _Node:
    """What a line stands below: an organization that exists, or another line by its index."""

    unit: Unit | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands: what is directly above it, the organization its chain begins at, how deep it is."""

    above: _Node
    root: Unit
    depth: int
    opened_on: date  # of what is directly above


class _Read(NamedTuple):
    """What the fields of a line say for themselves, wherever it stands."""

    name: str
    kind: Kind | None
    stage: str
    opened_on: date | None


_DEEPEST = DEEPEST // DIGITS_PER_LEVEL


def judge(ground: Ground, lines: Sequence[Line]) -> list[Verdict]:
    """A verdict on each line."""
    ground.look_up(line.said("parent") for line in lines)
    return _Plan(ground, lines).verdicts


def write(actor: Actor, fresh: Sequence[tuple[int, NewOrganization]], now: datetime) -> list[int]:
    """Found them; what stands below another line finds it by its place among those that are founded."""
    position = {index: place for place, (index, _) in enumerate(fresh)}
    rows = [new if new.under is None else replace(new, under=position[new.under]) for _, new in fresh]
    return found_many(actor, rows, now=now)


class _Plan:
    """Finds where each line stands: those whose parents are known first, then those below them, level by level."""

    def __init__(self, ground: Ground, lines: Sequence[Line]) -> None:
        self.ground, self.lines = ground, lines
        self.verdicts = [Verdict() for _ in lines]
        self._places: dict[int, _Place] = {}
        self._is: dict[
            int, _Node
        ] = {}  # what each line turned out to be: itself, or an organization there is
        self._named: defaultdict[str, list[int]] = defaultdict(list)
        self._stems: defaultdict[str, list[int]] = defaultdict(list)
        self._taken: dict[tuple[_Node, str], int] = {}
        for index, line in enumerate(lines):
            if name := line.said("name"):
                self._named[folded(name)].append(index)
                self._stems[stem(name)].append(index)
        self._read = [
            _fields(verdict, line, ground.today) for verdict, line in zip(self.verdicts, lines, strict=True)
        ]
        waiting = list(range(len(lines)))
        while waiting:
            left = [index for index in waiting if not self._settle(index)]
            if len(left) == len(waiting):
                for index in left:
                    self.verdicts[index].bad("parent", "unit_circle")
                break
            waiting = left

    def _settle(self, index: int) -> bool:
        """Find where a line stands; False while it waits for the lines that may stand above it."""
        verdict = self.verdicts[index]
        above = self._above(index)
        if above is None:
            return False
        self._is[index] = _Node(line=index)
        if isinstance(above, Reason):
            verdict.bad("parent", above.code, **above.facts)
            return True
        place = self._placed(above)
        if place is None:
            number = self.lines[above.line].number if above.line is not None else 0
            verdict.bad("parent", "parent_row_bad", row=number)
            return True
        self._places[index] = place
        if self._read[index].name:
            self._fill(index, place)
        return True

    def _placed(self, above: _Node) -> _Place | None:
        if above.unit is not None:
            depth = len(above.unit.path) // DIGITS_PER_LEVEL + 1
            return _Place(above, above.unit, depth, above.unit.opened_on)
        if above.line is None or self.verdicts[above.line].is_bad:
            return None
        other = self._places[above.line]
        return _Place(above, other.root, other.depth + 1, self.verdicts[above.line].new.opened_on)

    def _fill(self, index: int, place: _Place) -> None:
        verdict, line = self.verdicts[index], self.lines[index]
        name, kind, stage, opened = self._read[index]
        if place.depth > _DEEPEST:
            verdict.bad("parent", "too_deep", most=_DEEPEST)
        if not self.ground.may(PERMIT, place.root.path + "1".zfill(DIGITS_PER_LEVEL)):
            verdict.bad(
                "parent" if line.said("parent") else "name", "not_permitted_below", unit=place.root.name
            )
        if (
            place.above.unit is not None
            and (known := self.ground.child(place.above.unit.id, name)) is not None
        ):
            self._is[index] = _Node(unit=known)
            if not verdict.is_bad:
                _compare(verdict, known, kind, stage)
            return
        first = self._taken.setdefault((place.above, folded(name)), index)
        if first != index:
            verdict.bad("name", "row_twice", row=self.lines[first].number)
        if not verdict.is_bad and kind is not None:
            verdict.new = NewOrganization(
                name,
                kind,
                opened or max(self.ground.district.opened_on, place.opened_on),
                stage,
                parent=place.above.unit.id if place.above.unit else None,
                under=place.above.line,
            )

    def _above(self, index: int) -> _Node | Reason | None:
        """What a line stands below; None while that is not known yet."""
        text = self.lines[index].said("parent")
        if not text:
            top = self.ground.units.get(self.ground.district.pk)
            return _Node(unit=top) if top else Reason("parent_needed", {})
        first, *others = steps(text)
        if not others and folded(first) == folded(self.lines[index].said("name")):
            return Reason("unit_circle", {})
        node = self._first(first)
        for step in others:
            if not isinstance(node, _Node):
                return node
            node = self._below(node, step)
        return node

    def _first(self, name: str) -> _Node | Reason | None:
        unit = self.ground.find(name)
        candidates = self._named.get(folded(name), [])
        if not candidates and isinstance(unit, Reason):
            candidates = self._stems.get(stem(name), [])
        return self._only(candidates, [] if isinstance(unit, Reason) else [unit], unit)

    def _below(self, node: _Node, name: str) -> _Node | Reason | None:
        exact, close = self._named.get(folded(name), []), self._stems.get(stem(name), [])
        if any(index not in self._is for index in close):
            return None
        under = [[i for i in each if self._stands_below(i, node)] for each in (exact, close)]
        unit = child_named(name, self.ground.below(node.unit.id)) if node.unit else None
        missing = Reason("unit_not_below", {"name": name, "above": self._called(node)})
        return self._only(under[0] or under[1], [unit] if unit else [], missing)

    def _stands_below(self, index: int, node: _Node) -> bool:
        place = self._places.get(index)
        return place is not None and place.above == node

    def _called(self, node: _Node) -> str:
        return node.unit.name if node.unit else self.lines[node.line or 0].said("name")

    def _only(
        self, candidates: Sequence[int], units: Sequence[Unit], otherwise: Unit | Reason
    ) -> _Node | Reason | None:
        """The one thing that lines and organizations of a name come to."""
        if any(index not in self._is for index in candidates):
            return None
        found = {self._is[index] for index in candidates} | {_Node(unit=unit) for unit in units}
        if len(found) == 1:
            return found.pop()
        if found:
            return Reason("unit_ambiguous", {"count": len(found)})
        return otherwise if isinstance(otherwise, Reason) else Reason("unit_unknown", {})


def _compare(verdict: Verdict, known: Unit, kind: Kind | None, stage: str) -> None:
    """What is there already is left as it is; where the file says otherwise, so does the verdict."""
    if kind is not None and kind != known.kind:
        verdict.note(LineState.CHANGED, "kind", "kind_differs", kind=str(Kind(known.kind).label))
    if stage and stage != known.stage:
        told = str(SchoolStage(known.stage).label) if known.stage else ""
        verdict.note(LineState.CHANGED, "stage", "stage_differs", stage=told)
    if verdict.state is LineState.NEW:
        verdict.note(LineState.SAME, "name", "unit_exists")


def _fields(verdict: Verdict, line: Line, today: date) -> _Read:
    name = " ".join(line.said("name").split())
    if not name:
        verdict.bad("name", "missing")
    if len(name) > LONGEST_NAME:
        verdict.bad("name", "text_long", most=LONGEST_NAME)
    kind, stage = _kind(verdict, line, name), _stage(verdict, line)
    return _Read(name, kind, stage, take_day(verdict, line, "opened_on", last=today))


def _kind(verdict: Verdict, line: Line, name: str) -> Kind | None:
    text = line.said("kind")
    kind = vocabulary.KINDS.get(folded(text)) if text else vocabulary.kind_in(name)
    if kind is None and (text or name):
        verdict.bad("kind", "word_unknown" if text else "kind_missing")
    return kind


def _stage(verdict: Verdict, line: Line) -> str:
    text = line.said("stage")
    if not text:
        return ""
    stage = vocabulary.STAGES.get(folded(text))
    if stage is None:
        verdict.bad("stage", "word_unknown")
        return ""
    return stage.value
