"""How a directive ends, on its page: withdrawn, repealed or concluded; each goes to one service."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from guantong import clock
from guantong.apps.directives import services
from guantong.apps.organizations.access import Actor
from guantong.web import forms
from guantong.web.directives import directive
from guantong.web.guard import act, taken


@act(back=directive)
def withdraw(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take back what was issued by mistake and nobody has signed for."""
    reason = taken(forms.EndForm, request).cleaned_data["reason"]
    services.withdraw_directive(actor, directive=pk, reason=reason, now=clock.now())
    return _done(request, pk, "已撤回。")


@act(back=directive)
def repeal(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """End what is in force; what is finished stays so."""
    reason = taken(forms.EndForm, request).cleaned_data["reason"]
    services.repeal_directive(actor, directive=pk, reason=reason, now=clock.now())
    return _done(request, pk, "已废止。")


@act(back=directive)
def conclude(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Close what is finished everywhere."""
    services.conclude_directive(actor, directive=pk, now=clock.now())
    return _done(request, pk, "已办结。")


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("directive", pk=pk)
