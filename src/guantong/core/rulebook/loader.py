"""Reads the rulebook's package data. The only module that imports PyYAML."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as Yaml
else:  # libyaml reads the lexicon ten times faster; some builds of PyYAML lack it
    Yaml = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DROPPED = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff“”‘’〝〞〟「」『』＂＇\"'`´]+")  # noqa: RUF001
_REQUIRED = frozenset({"id", "name"})
_LISTS = frozenset({"forms", "not_in", "rules"})
_FLAGS = frozenset({"countable"})
_NEVER_COUNTED = ("petition-", "tipoff-")


class RulebookError(ValueError):
    """The package data breaks its own rules; the message names the row and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Institution:
    """A named institution of Party work.

    `forms` are the ways it is written (its name first), `not_in` longer words that contain a form and mean
    something else; both are `bare`. `rules` are the ids of the rules the name stands for. Where it is not
    `countable`, no figure may be formed from what is asked under the name.
    """

    id: str
    name: str
    forms: tuple[str, ...]
    not_in: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    countable: bool = True


def bare(text: str) -> str:
    """The text without quotation marks and white space: what forms are compared in."""
    return _DROPPED.sub("", text)


@cache
def institutions() -> tuple[Institution, ...]:
    """The lexicon, in the order of its file. Raises RulebookError where the file breaks its own rules."""
    return parse_institutions(
        files("guantong.core.rulebook").joinpath("institutions.yaml").read_text(encoding="utf-8")
    )


def parse_institutions(source: str) -> tuple[Institution, ...]:
    """The lexicon written in a YAML text. Raises RulebookError."""
    rows = _read(source)
    if not isinstance(rows, list) or not rows:
        raise RulebookError("the lexicon must be a list of institutions")
    found = tuple(_institution(row) for row in rows)
    _refuse_doubles("id", ((i.id, i.id) for i in found))
    _refuse_doubles("form", ((form, i.id) for i in found for form in (*i.forms, *i.not_in)))
    return found


class _StrictYaml(Yaml):
    """Plain values only, and no key twice in a row: YAML itself would quietly keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise RulebookError(f"{node.start_mark.line + 1}: a key stands twice in one row: {keys}")
        return super().construct_mapping(node, deep=deep)


def _read(source: str) -> object:
    loader = _StrictYaml(source)
    try:
        value: object = loader.get_single_data()
    except yaml.YAMLError as error:
        raise RulebookError(f"the lexicon is not readable YAML: {error}") from error
    finally:
        loader.dispose()
    return value


def _institution(row: object) -> Institution:
    if not isinstance(row, dict):
        raise RulebookError(f"a row must have keys, not {row!r}")
    where = f"institution {row.get('id')!r}"
    if unknown := set(row) - _REQUIRED - _LISTS - _FLAGS:
        raise RulebookError(f"{where}: unknown keys {sorted(map(str, unknown))}")
    for key in sorted(_REQUIRED):
        if not isinstance(row.get(key), str) or not row[key]:
            raise RulebookError(f"{where}: {key} must be a word")
    if not _ID.fullmatch(row["id"]):
        raise RulebookError(f"{where}: the id must be kebab-case")
    lists = {key: _words(where, key, row.get(key, [])) for key in _LISTS}
    forms = (row["name"], *lists["forms"])
    for form in (*forms, *lists["not_in"]):
        if form != bare(form) or len(form) < 2:
            raise RulebookError(
                f"{where}: {form!r} needs two characters or more, no quotation mark, no space"
            )
    for word in lists["not_in"]:
        if not any(form in word for form in forms):
            raise RulebookError(f"{where}: not_in {word!r} contains none of its forms")
    _refuse_doubles("rule", ((rule, row["id"]) for rule in lists["rules"]))
    countable = _countable(where, row.get("countable", True), lists["rules"])
    return Institution(row["id"], row["name"], forms, lists["not_in"], lists["rules"], countable)


def _countable(where: str, value: object, rules: tuple[str, ...]) -> bool:
    if not isinstance(value, bool):
        raise RulebookError(f"{where}: countable must be true or false")
    if value and any(rule.startswith(_NEVER_COUNTED) for rule in rules):
        raise RulebookError(f"{where}: petitions and whistleblowers' reports are never counted")
    return value


def _words(where: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise RulebookError(f"{where}: {key} must be a list of words")
    return tuple(value)


def _refuse_doubles(what: str, pairs: Iterable[tuple[str, str]]) -> None:
    owners: dict[str, str] = {}
    for value, owner in pairs:
        if value in owners:
            raise RulebookError(f"{what} {value!r} stands twice: in {owners[value]!r} and in {owner!r}")
        owners[value] = owner
