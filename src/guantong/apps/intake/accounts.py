"""Lines that are accounts: whose, and the name to sign in with, which is proposed where none is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from guantong.apps.intake.fields import Field
from guantong.apps.intake.judging import Ground, Line, Verdict
from guantong.apps.intake.models import LineState
from guantong.apps.intake.people import NAME, YEAR, Known, Roster
from guantong.apps.intake.persons import take_unit
from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.accounts.listing import proposed_names
from guantong.apps.organizations.accounts.opening import NewAccount, changeable, open_many
from guantong.apps.people import codes
from guantong.apps.people.models import Account, folded, is_name
from guantong.core.matters import DIGITS_PER_LEVEL

PERMIT = "account.change"
FIELDS = (
    NAME,
    Field(
        "organization",
        "所在单位",
        ("单位名称", "单位", "所在党组织", "所在党支部", "党组织", "党组织全称", "组织名称"),
        needed=True,
        names_unit=True,
        example="云岫小学党支部",
        hint="这个人在名册上的单位；同名的写成“上级/名称”。",
    ),
    Field(
        "account",
        "账号",
        ("账号名", "登录名", "用户名", "登录账号"),
        example="",
        hint="不填时按姓名拼音生成；只用字母、数字、点、横线。",
    ),
    YEAR,
)
_PIECE = 500


class Slip(NamedTuple):
    """What is handed to somebody: where they belong, the name to sign in with, and the code, good until a moment."""

    unit: str
    person: str
    account: str
    code: str
    until: datetime


def judge(ground: Ground, lines: Sequence[Line]) -> list[Verdict]:
    """A verdict on each line."""
    ground.look_up(line.said("organization") for line in lines)
    roster = Roster(ground, lines)
    verdicts = [Verdict() for _ in lines]
    meant: dict[int, Known] = {}
    for index, (verdict, line) in enumerate(zip(verdicts, lines, strict=True)):
        unit = take_unit(verdict, ground, line, "organization", "")
        person = roster.find(verdict, line, "organization", unit) if unit is not None else None
        if person is not None and not verdict.is_bad:
            meant[index] = person
    mine = changeable(ground.actor, [person.id for person in meant.values()])
    held = dict(_in_pieces(Account, "person", [person.id for person in meant.values()]))
    earlier: dict[int, int] = {}
    wanted: dict[int, str] = {}
    for index, person in meant.items():
        verdict, line = verdicts[index], lines[index]
        if person.id == ground.actor.person:
            verdict.bad("person", "own_account")
        elif person.id not in mine:
            verdict.bad("organization", "not_permitted_account")
        elif person.id in held:
            verdict.note(LineState.SAME, "person", "account_exists", name=held[person.id])
        elif person.id in earlier:
            verdict.bad("person", "row_twice", row=earlier[person.id])
        else:
            earlier[person.id] = line.number
            wanted[index] = folded(line.said("account"))
    _name_all(wanted, meant, verdicts)
    return verdicts


def write(actor: Actor, fresh: Sequence[tuple[int, NewAccount]], now: datetime) -> list[int]:
    """Open them; the ids of whose they are. Their codes are made anew when they are asked for, and not kept."""
    rows = [new for _, new in fresh]
    open_many(actor, rows, now=now)
    return [row.person for row in rows]


def fresh_codes(actor: Actor, persons: Sequence[int], now: datetime) -> list[Slip]:
    """A code for every account of `persons` that nobody has used yet and the actor may change; earlier ones are dead."""
    until = now + codes.FIRST
    with transaction.atomic():
        accounts = [
            account
            for piece in _pieces(persons)
            for account in Account.objects.select_for_update()
            .filter(person__in=piece, set_at=None, is_active=True)
            .order_by("pk")
        ]
        rows = changeable(actor, [account.person for account in accounts])
        mine = [account for account in accounts if account.person in rows]
        order = {person: place for place, person in enumerate(persons)}
        mine.sort(key=lambda account: order[account.person])
        given = codes.give(mine, until=until)
        append(
            (
                Act(
                    rows[account.person].organization.path[:DIGITS_PER_LEVEL],
                    rows[account.person].organization_id,
                    "account.coded",
                    "account",
                    account.person,
                    {"account": account.pk},
                )
                for account in mine
            ),
            actor=actor.person,
            now=now,
        )
    return [
        Slip(rows[account.person].organization.name, rows[account.person].name, account.name, code, until)
        for account, code in zip(mine, given, strict=True)
    ]


def _name_all(wanted: dict[int, str], meant: dict[int, Known], verdicts: Sequence[Verdict]) -> None:
    """Give each line its name: the one it says, or a free one spelled like the person."""
    said = {name for name in wanted.values() if name}
    taken = {name for _, name in _in_pieces(Account, "name", sorted(said))}
    unnamed = [index for index, name in wanted.items() if not name]
    proposed = proposed_names([meant[index].name for index in unnamed], besides=said)
    for index, name in zip(unnamed, proposed, strict=True):
        verdicts[index].new = NewAccount(meant[index].id, name)
        verdicts[index].note(LineState.NEW, "account", "account_proposed", name=name)
    for index, name in wanted.items():
        if not name:
            continue
        _check_name(verdicts[index], name, taken)
        taken.add(name)
        if not verdicts[index].is_bad:
            verdicts[index].new = NewAccount(meant[index].id, name)


def _check_name(verdict: Verdict, name: str, taken: set[str]) -> None:
    if not is_name(name):
        verdict.bad("account", "account_name_bad")
    elif name in taken:
        verdict.bad("account", "account_name_taken")


def _in_pieces(table: type[Account], field: str, wanted: Sequence[object]) -> Iterator[tuple[object, str]]:
    for piece in _pieces(wanted):
        yield from table.objects.filter(**{f"{field}__in": piece}).values_list(field, "name")


def _pieces(keys: Sequence[object] | Iterable[object]) -> Iterator[list[object]]:
    """A database takes only so many values at once."""
    keys = list(keys)
    return (keys[start : start + _PIECE] for start in range(0, len(keys), _PIECE))
