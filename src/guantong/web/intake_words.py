"""What is wrong with a line that is to be imported, or asked about it, as one sentence at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from guantong.apps.intake.fields import Field
from guantong.web import words

REASONS: Mapping[str, str] = {
    # a cell
    "missing": "必填，请补上。",
    "text_long": "最多 {most} 个字，请精简。",
    "word_unknown": "不认识这个词。",
    "day_wrong": "不是日期，请写成 2026年11月23日 这样。",
    "day_later": "最晚到 {last}，请核对。",
    "year_wrong": "应是 {first} 到 {last} 之间的年份，请核对。",
    "row_twice": "与第 {row} 行重复，请删去一行。",
    # units
    "unit_unknown": "没有这个单位，或者您看不到它。请核对名称，或先导入单位。",
    "unit_ambiguous": "有 {count} 个单位叫这个名称，请写成“上级/名称”。",
    "unit_is_group": "这个名称指的是一组单位，请写一个单位。",
    "unit_not_below": "“{above}”下面没有“{name}”，请核对。",
    "unit_circle": "上级关系绕成了圈，请核对上级单位。",
    "unit_exists": "已有这个单位，不再导入。",
    "parent_needed": "请填写上级单位。",
    "parent_row_bad": "上级单位在第 {row} 行，请先改正那一行。",
    "too_deep": "层级太多，最多 {most} 级，请核对上级单位。",
    "kind_missing": "看不出类别，请填写。",
    "kind_differs": "已有这个单位，类别是“{kind}”，导入不改动它。要改的，请在单位页面办理。",
    "stage_differs": "已有这个单位，学段是“{stage}”，导入不改动它。要改的，请在单位页面办理。",
    "not_permitted_below": "您不能在“{unit}”下面增加单位。",
    "not_permitted_at": "您不能办理这个单位的事项。",
    "not_permitted_account": "您不能办理这个人的账号：他在别处任职，或是管理员。",
    # persons
    "since_missing": "填了党员身份，请填从哪天起。",
    "status_missing": "填了日期，请填党员身份。",
    "same_person": "{namesakes}，是同一人吗？",
    "said_same": "是已有的人，不再录入。",
    "person_not_known": "名册里没有这个人，请核对姓名和出生年份，或先导入人员。",
    "person_not_there": "“{unit}”的名册里没有这个人，请核对。",
    "which_person": "有 {count} 个人叫这个名字，是哪一个？",
    # posts
    "not_full_member": "名册上看不出这个人任职那天是正式党员，请核对；没有错的照常导入。",
    "post_exists": "已有这个任职，不再导入。",
    "post_not_kept": "这不是党内职务，系统里只登记党内职务和校长、园长，请删去这一行。",
    "posts_two": "一行只写一个职务，兼任的请分两行。",
    "not_a_branch": "这个单位不是支部，请填“书记”，或核对单位。",
    "until_before_since": "结束日期早于任职日期，请核对。",
    "organization_closed": "这个单位在任职日期已撤并，请核对。",
    "secretary_already": "{holder}，同一时间只能有一位书记。",
    "portfolio_of_members_only": "只有委员才填分工，其他职务请留空。",
    "portfolio_differs": "分工和职务说的不一样，请核对。",
    "portfolio_held": "{holder}分管这一项，同一时间只能有一位。",
    "administrators_apart": "系统、安全、审计三种管理员不能由同一个人担任。",
    "administrator_alone": "管理员不能同时担任别的职务。",
    "administrators_at_the_top": "管理员只在区级单位任命，请核对任职单位。",
    "post_twice": "这个人在该单位已有同样的职务。",
    "own_post": "不能给自己任职。",
    # accounts
    "account_exists": "已有账号“{name}”，不再开通。",
    "account_proposed": "将用账号“{name}”。",
    "account_name_bad": "账号要有 2 到 64 个字，只用文字、数字和 . _ - @。",
    "account_name_taken": "这个账号名已有人用，请换一个，或留空由系统生成。",
    "own_account": "不能开通自己的账号。",
    # answers
    "choice_same": "同一人（不再录入）",
    "choice_other": "另一人（照录）",
    "choice_person": "{place}，{born}",
}
"""A sentence for every code that judging gives; fields are its facts."""

WORTH_A_LOOK = ("not_full_member",)
"""What is said of lines that can be imported and may yet be wrong."""


def told(reason: Sequence[Any], field: Field | None = None) -> str:
    """A reason, [code, facts], as a sentence; of a word that is not known, with those that are, or whether none will do."""
    code, facts = reason
    sentence = REASONS[code].format(**_facts(code, facts))
    if code in ("word_unknown", "kind_missing") and field and field.offers:
        sentence += f"可填：{'、'.join(field.offers)}。"
    if code == "word_unknown" and field:
        sentence += "不能留空。" if field.needed else field.blank
    return sentence


def _facts(code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: _word(name, value) for name, value in facts.items()}
    if code == "same_person":
        made["namesakes"] = _namesakes(facts)
    if code in ("secretary_already", "portfolio_held"):
        who = "书记" if code == "secretary_already" else "委员"
        made["holder"] = f"第 {facts['row']} 行已有{who}" if "row" in facts else f"这个单位已有{who}"
    if code == "choice_person":
        made["born"] = f"{facts['year']} 年生" if facts["year"] else "出生年份不详"
    if code == "stage_differs":
        made["stage"] = facts["stage"] or "未填"
    return made


def _word(name: str, value: Any) -> Any:
    """A fact as it is told: days come as text; the last of some years is a number and stays one."""
    is_day = name in ("last", "since", "until", "on") and isinstance(value, str) and value
    return words.day(date.fromisoformat(value)) if is_day else value


def _namesakes(facts: Mapping[str, Any]) -> str:
    """Where there are persons of the same name; of those elsewhere no more than that."""
    places = "、".join(f"“{place}”" for place in facts["places"])
    known = f"名册里（{places}）" if places else ""
    rows = f"第 {'、'.join(map(str, facts['rows']))} 行" if facts["rows"] else ""
    near = "和".join(each for each in (known, rows) if each)
    told = [f"{near}已有同名、出生年份相同或不详的人"] if near else []
    return "；".join([*told, *(["本区其他单位有同名的人"] if facts["elsewhere"] else [])])
