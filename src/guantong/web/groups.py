"""单位组合: the collective names of a district, whom each means today, and how they are made and let go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from guantong import clock
from guantong.apps.organizations import groups as known
from guantong.apps.organizations import queries
from guantong.apps.organizations.access import Actor
from guantong.apps.organizations.names import folded, resolve, save_group
from guantong.web.exports import answer
from guantong.web.guard import Refusal, page, shown, taken
from guantong.web.listing import Column, paged
from guantong.web.organizations import name_of
from guantong.web.plain import PlainForm

_LONGEST_LIST = 20_000
_SHOWN_WRONG = 5


_GROUPS = (
    Column("名称", value=lambda told: told.group.name),
    Column("包括", value=lambda told: told.scope),
    Column("今天有几个单位", value=lambda told: len(told.members)),
)
_UNITS = (
    Column("单位", value=lambda told: told[0].name),
    Column("上级", value=lambda told: told[1] or "—"),
    Column("类别", value=lambda told: told[0].get_kind_display()),
    Column("学段", value=lambda told: told[0].get_stage_display() or "—"),
)


class GroupForm(PlainForm):
    """What a collective name means: kinds and stages, or organizations listed one a line."""

    name = forms.CharField(label="名称", max_length=100, help_text="文件里怎么称呼就怎么写，如“各中学”。")
    kinds = forms.MultipleChoiceField(label="类别", required=False, widget=forms.CheckboxSelectMultiple)
    stages = forms.MultipleChoiceField(
        label="学段",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="选了学段的，只指每所学校的党组织，不含学校内部的支部。",
    )
    units = forms.CharField(
        label="或者逐个列出单位（每行一个）",
        required=False,
        max_length=_LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="可以从 Excel 里整列复制过来。列了单位的，不要再选类别、学段。",
    )

    def __init__(self, *args: Any, district: Any, is_known: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.district = district
        self.fields["kinds"].choices = queries.kinds()  # type: ignore[attr-defined]
        self.fields["stages"].choices = queries.stages()  # type: ignore[attr-defined]
        if is_known:
            del self.fields["name"]

    def clean_units(self) -> tuple[int, ...]:
        """The organizations that the lines mean; each must mean exactly one."""
        names = list(dict.fromkeys(filter(None, map(folded, self.cleaned_data["units"].splitlines()))))
        if not names:
            return ()
        found = resolve(self.district, names).found
        wrong = [name for name in names if len(found.get(name, ())) != 1]
        if wrong:
            told = "、".join(f"“{name}”" for name in wrong[:_SHOWN_WRONG])
            more = f"等 {len(wrong)} 行" if len(wrong) > _SHOWN_WRONG else ""
            raise forms.ValidationError(
                f"{told}{more}对不上唯一的单位，可能写法不同、已经撤并，或有几个同名的。请改为单位全称。"
            )
        return tuple(dict.fromkeys(found[name][0] for name in names))


@page
def groups(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:
    """The collective names of the district, with whom each means today, and the form for another."""
    district = known.own_district(actor)
    listing = paged(request, known.meanings_of(district), columns=_GROUPS, chosen={})
    form = shown(GroupForm, refused, district=district)
    told = {"district": district, "listing": listing, "form": form}
    return answer(request, "groups.html", told, name="单位组合")


@groups.post
def _add(request: HttpRequest, actor: Actor) -> HttpResponse:
    district = known.own_district(actor)
    sent = taken(GroupForm, request, district=district).cleaned_data
    row = _saved(actor, district, sent["name"], sent)
    messages.success(request, f"已保存“{row.name}”。")
    return redirect("group", pk=row.pk)


@page
def group(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """Whom one collective name means today, and the form that changes it."""
    row = known.group_of(actor, pk)
    meaning = known.meaning_of(row)
    listing = paged(request, meaning.members, columns=_UNITS, chosen={})
    is_list = not row.kinds and not row.stages
    units = known.named(meaning.members if is_list else listing.rows)
    initial = {
        "kinds": row.kinds,
        "stages": row.stages,
        "units": "\n".join(units[key].name for key in meaning.members) if is_list else "",
    }
    form = shown(GroupForm, refused, initial=initial, district=row.district, is_known=True)
    told = {
        "row": row,
        "meaning": meaning,
        "listing": listing,
        "rows": [(units[key], name_of(actor, units[key].parent)) for key in listing.rows],
        "bound": known.names_bound(row),
        "form": form,
    }
    return answer(request, "group.html", told, name=row.name)


@group.post
def _change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    row = known.group_of(actor, pk)
    if request.POST.get("what") == "delete":
        gone = known.delete_group(actor, group=pk, now=clock.now())
        also = f"，对应它的 {gone} 个叫法也一并删除" if gone else ""
        messages.success(request, f"已删除“{row.name}”{also}。")
    else:
        sent = taken(GroupForm, request, district=row.district, is_known=True).cleaned_data
        _saved(actor, row.district, row.name, sent)
        messages.success(request, f"已保存“{row.name}”。")
    return redirect("groups")


def _saved(actor: Actor, district: Any, name: str, sent: Mapping[str, Any]) -> Any:
    return save_group(
        actor,
        district=district.pk,
        name=name,
        kinds=sent["kinds"],
        stages=sent["stages"],
        members=sent["units"],
        now=clock.now(),
    )
