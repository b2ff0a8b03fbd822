"""The forms of an assignment's page: only what the act needs, prefilled with what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from guantong.apps.directives.rows import target_of
from guantong.core.matters import Actual, Bound, Terms
from guantong.core.moves import AssignmentState
from guantong.core.refusal import Refused
from guantong.web import sentences, words
from guantong.web.plain import MOST, Day, PlainForm

_LONGEST = 2000


def _text(label: str, *, required: bool = True, rows: int = 3, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=_LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AssignmentFilter(PlainForm):
    """What somebody narrows the list of assignments by; the rest of the address goes along unseen."""

    text = forms.CharField(label="单位名称", required=False, max_length=50)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), *words.choices(AssignmentState)],
    )


class TermsForm(PlainForm):
    """A target value, where there is a target, and a date in place of those assigned."""

    value = forms.CharField(label="目标值", required=False, max_length=20)
    due = Day(label="完成时间", required=False)

    def __init__(self, *args: Any, target: Bound | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.target = target
        if target is None:
            del self.fields["value"]

    def terms(self, agreed: Terms) -> Terms:
        """The terms as typed; indicator, comparison and unit stay as they were assigned."""
        target = agreed.target
        typed = self.cleaned_data
        bound = target_of(target.op, typed["value"], target.unit) if target else None
        return Terms(agreed.indicator, bound, typed["due"], agreed.scope)

    def clean_value(self) -> str:
        """A number, or nothing."""
        value = str(self.cleaned_data["value"])
        try:
            target_of(">=", value, self.target.unit if self.target else "")
        except Refused as refused:
            raise forms.ValidationError(sentences.sentence(refused)) from None
        return value


class AdoptForm(TermsForm):
    """Taking an assignment on in one's own terms; who owns it is asked where there is a choice."""

    owner = forms.TypedChoiceField(label="责任人", required=False, coerce=int, empty_value=None)
    measure = _text("具体措施", required=False, help_text="不填也可以承接。")

    def __init__(self, *args: Any, owners: Sequence[tuple[int | str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].choices = list(owners)  # type: ignore[attr-defined]
        if len(owners) < 2:
            del self.fields["owner"]

    def terms(self, agreed: Terms) -> Terms:
        """The terms as typed, with the owner where one was chosen."""
        owner = self.cleaned_data.get("owner")
        return replace(super().terms(agreed), owner_id=str(owner) if owner else None)


class AdjustForm(TermsForm):
    """Asking for other terms."""

    reason = _text("申请理由")


class ExemptForm(PlainForm):
    """Asking not to have to do it."""

    reason = _text("申请理由")


class DecideForm(PlainForm):
    """Approving or refusing what was asked for."""

    reason = _text("审批意见", required=False, rows=2)


class ProgressForm(PlainForm):
    """What was done, when, and which records show it."""

    held_on = Day(label="哪一天做的")
    text = _text("做了什么")
    shown = forms.TypedMultipleChoiceField(
        label="佐证（已有文件，可不选）", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    once = forms.CharField(label="表单编号", required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, papers: Sequence[tuple[int, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shown"].choices = list(papers)  # type: ignore[attr-defined]
        if not papers:
            del self.fields["shown"]


class ReportForm(PlainForm):
    """Reporting done: the day, and the figure where there is a target."""

    done_on = Day(label="完成日期")
    part = forms.DecimalField(
        label="实际完成数", required=False, decimal_places=4, min_value=0, max_value=MOST
    )
    whole = forms.IntegerField(label="总数", required=False, min_value=1, max_value=MOST)
    text = _text("完成情况", required=False)

    def __init__(self, *args: Any, target: Bound | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.target = target
        if target is None:
            del self.fields["part"], self.fields["whole"]
        elif target.is_rate:
            self.fields["part"].label = "完成数（分子）"
            self.fields["whole"].label = "总数（分母）"
            self.fields["whole"].help_text = f"要求 {words.bound(target)}，系统按分子、分母计算。"
        else:
            del self.fields["whole"]
            self.fields["part"].help_text = f"要求 {words.bound(target)}。"

    def actual(self) -> Actual | None:
        """The figure as typed; None where nothing was."""
        part: Decimal | None = self.cleaned_data.get("part")
        return None if part is None else Actual(part, self.cleaned_data.get("whole"))


class VerifyForm(PlainForm):
    """Accepting a report; of a report back, whether the effect is seen."""

    judged = forms.ChoiceField(
        label="核验结论", choices=[("yes", "达到"), ("no", "未达到")], widget=forms.RadioSelect
    )
    decision = _text("核验意见", required=False, rows=2)

    def __init__(self, *args: Any, judges: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not judges:
            del self.fields["judged"]

    def judgement(self) -> bool | None:
        """What was found, of a report back."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("judged", ""))


class ReturnForm(PlainForm):
    """Sending a report back."""

    reason = _text("退回理由", rows=2)


class AskForm(PlainForm):
    """Asking the organization about a fact."""

    days = forms.IntegerField(label="说明期限（工作日，至少 3 个）", initial=3, min_value=3, max_value=30)


class ExplainForm(PlainForm):
    """Explaining, or saying how it was put right."""

    text = _text("情况说明")


class ReasonForm(PlainForm):
    """The reason of a decision about a fact."""

    reason = _text("理由", rows=2)


class InspectForm(PlainForm):
    """Whether a prohibition was kept when somebody looked."""

    held_on = Day(label="检查日期")
    found = forms.ChoiceField(
        label="结果",
        choices=[("no", "未发现问题"), ("yes", "发现问题")],
        widget=forms.RadioSelect,
        initial="no",
    )
    note = _text("核实情况", required=False, rows=2)


class SplitForm(PlainForm):
    """Handing parts on to organizations below."""

    organizations = forms.TypedMultipleChoiceField(
        label="分给",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个下级组织。"},
    )
    value = forms.CharField(label="每个组织的目标值", required=False, max_length=20)
    due = Day(label="下级完成时间", required=False)
    sign_days = forms.IntegerField(label="签收期限（工作日）", initial=2, min_value=2, max_value=60)
    adopt_days = forms.IntegerField(label="承接期限（工作日）", initial=5, min_value=2, max_value=60)

    def __init__(
        self,
        *args: Any,
        below: Sequence[tuple[int, str]] = (),
        target: Bound | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.target = target
        self.fields["organizations"].choices = list(below)  # type: ignore[attr-defined]
        if target is None:
            del self.fields["value"]
        else:
            self.fields["value"].help_text = f"本级要求 {words.bound(target)}；比率可不填，数量要分开填。"

    def parts_target(self) -> Bound | None:
        """The target of each part; None leaves that of the whole."""
        if self.target is None:
            return None
        return target_of(self.target.op, self.cleaned_data["value"], self.target.unit)


class EndForm(PlainForm):
    """Why a directive is taken back or repealed."""

    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class BindForm(PlainForm):
    """What a name in a document means here: one organization, or a saved group."""

    text = forms.CharField(label="名称", widget=forms.HiddenInput, max_length=100)
    meaning = forms.ChoiceField(label="对应")

    def __init__(self, *args: Any, meanings: Sequence[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["meaning"].choices = [("", "请选择"), *meanings]  # type: ignore[attr-defined]
