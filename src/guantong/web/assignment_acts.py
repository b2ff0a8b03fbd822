"""What may be done on the page of an assignment: each form goes to one service."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from guantong import clock
from guantong.apps.directives import queries, services
from guantong.apps.directives.rows import terms_of
from guantong.apps.directives.services import PartTo
from guantong.apps.documents.queries import documents
from guantong.apps.organizations.access import Actor, NotFound, fetch
from guantong.apps.organizations.queries import children
from guantong.core.matters import Indicator, Terms
from guantong.web import forms
from guantong.web.assignments import assignment, owners
from guantong.web.guard import act, taken


@act(back=assignment)
def adopt(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take it on in one's own terms."""
    row = queries.one_with_terms(actor, pk)
    agreed = terms_of(row.adjusted_terms or row.assigned_terms)
    form = taken(forms.AdoptForm, request, target=agreed.target, owners=owners(actor, row))
    measure = form.cleaned_data["measure"]
    services.adopt_assignment(
        actor, assignment=pk, terms=form.terms(agreed), measure=measure, now=clock.now()
    )
    return _done(request, pk, "已承接。")


@act(back=assignment)
def restore(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Put right what was taken on otherwise."""
    services.restore_assignment(actor, assignment=pk, now=clock.now())
    return _done(request, pk, "已改为按要求承接。")


@act(back=assignment)
def record(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Record what was done."""
    papers = list(documents(actor).values_list("pk", "title")[:50])
    form = taken(forms.ProgressForm, request, papers=papers)
    typed = form.cleaned_data
    services.record_progress(
        actor,
        assignment=pk,
        held_on=typed["held_on"],
        text=typed["text"],
        shown=[("document", key) for key in typed.get("shown", [])],
        once=typed["once"],
        now=clock.now(),
    )
    return _done(request, pk, "已登记。")


@act(back=assignment)
def report(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Report it done."""
    form = taken(forms.ReportForm, request, target=_agreed(actor, pk).target)
    typed = form.cleaned_data
    services.report_done(
        actor,
        assignment=pk,
        done_on=typed["done_on"],
        actual=form.actual(),
        text=typed["text"],
        now=clock.now(),
    )
    return _done(request, pk, "已报办结，等待核验。")


@act(back=assignment)
def verify(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Accept what was reported."""
    judges = _agreed(actor, pk).indicator is Indicator.REPORT_BACK
    form = taken(forms.VerifyForm, request, judges=judges)
    services.verify_assignment(
        actor,
        assignment=pk,
        judged=form.judgement(),
        decision=form.cleaned_data["decision"],
        now=clock.now(),
    )
    return _done(request, pk, "已核验通过。")


@act(back=assignment)
def send_back(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Send a report back with a reason."""
    form = taken(forms.ReturnForm, request)
    reason = form.cleaned_data["reason"]
    services.return_assignment(actor, assignment=pk, reason=reason, now=clock.now())
    return _done(request, pk, "已退回。")


@act(back=assignment)
def split(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Hand parts on to organizations below."""
    row = fetch(actor, "assignment.see", pk)
    target = _agreed(actor, pk).target
    below = [(each.pk, each.name) for each in children(actor, queries.organization_of(row))]
    form = taken(forms.SplitForm, request, below=below, target=target)
    typed = form.cleaned_data
    parts = [PartTo(key, target=form.parts_target(), due=typed["due"]) for key in typed["organizations"]]
    services.split_assignment(
        actor,
        assignment=pk,
        parts=parts,
        sign_days=typed["sign_days"],
        adopt_days=typed["adopt_days"],
        now=clock.now(),
    )
    return _done(request, pk, f"已分给 {len(parts)} 个下级组织。")


@act(back=assignment)
def adjust(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Ask for other terms."""
    agreed = _agreed(actor, pk)
    form = taken(forms.AdjustForm, request, target=agreed.target)
    services.request_adjustment(
        actor,
        assignment=pk,
        terms=form.terms(agreed),
        reason=form.cleaned_data["reason"],
        now=clock.now(),
    )
    return _done(request, pk, "已提交调整申请。")


@act(back=assignment)
def exempt(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Ask not to have to do it."""
    form = taken(forms.ExemptForm, request)
    reason = form.cleaned_data["reason"]
    services.request_exemption(actor, assignment=pk, reason=reason, now=clock.now())
    return _done(request, pk, "已提交免办申请。")


@act(back=assignment)
def decide(request: HttpRequest, actor: Actor, pk: int, reply: int) -> HttpResponse:
    """Approve or refuse what was asked for."""
    if not queries.belongs(reply, pk):
        raise NotFound
    form = taken(forms.DecideForm, request, prefix=f"d{reply}")
    approve = request.POST.get("approve") == "yes"
    services.decide_request(
        actor, reply=reply, approve=approve, reason=form.cleaned_data["reason"], now=clock.now()
    )
    return _done(request, pk, "已同意。" if approve else "已答复不同意。")


@act(back=assignment)
def inspect(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Record whether a prohibition was kept."""
    form = taken(forms.InspectForm, request)
    typed = form.cleaned_data
    services.record_inspection(
        actor,
        assignment=pk,
        held_on=typed["held_on"],
        found=typed["found"] == "yes",
        note=typed["note"],
        now=clock.now(),
    )
    return _done(request, pk, "已登记检查结果。")


@act(back=assignment)
def ask(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Ask the organization about the fact that is seen."""
    form = taken(forms.AskForm, request)
    services.ask_case(actor, assignment=pk, days=form.cleaned_data["days"], now=clock.now())
    return _done(request, pk, "已请单位说明。")


@act(back=assignment)
def explain(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Explain, or say how it was put right."""
    form = taken(forms.ExplainForm, request)
    services.explain_case(actor, case=_case(actor, pk), text=form.cleaned_data["text"], now=clock.now())
    return _done(request, pk, "已提交说明。")


@act(back=assignment)
def judge(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Confirm, accept the explanation, or take a confirmation back."""
    form = taken(forms.ReasonForm, request)
    verb = request.POST.get("verb", "")
    if verb not in _JUDGING:
        raise NotFound
    service, words = _JUDGING[verb]
    service(actor, case=_case(actor, pk), reason=form.cleaned_data["reason"], now=clock.now())
    return _done(request, pk, words)


_JUDGING = {
    "confirm": (services.confirm_case, "已确认。"),
    "clear": (services.clear_case, "已采纳说明。"),
    "lift": (services.lift_case, "已撤销确认。"),
}


def _agreed(actor: Actor, pk: int) -> Terms:
    """The terms an assignment is held to."""
    row = queries.one_with_terms(actor, pk)
    return terms_of(row.adjusted_terms or row.assigned_terms)


def _case(actor: Actor, pk: int) -> int:
    """The case of an assignment that is open or confirmed. Raises NotFound where there is none."""
    found = queries.current_case(fetch(actor, "assignment.see", pk).pk)
    if found is None:
        raise NotFound
    return found


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("assignment", pk=pk)
