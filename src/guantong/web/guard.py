"""The gate of every page: who is there, what they may see, and how a no is shown.

A page is a function of `request, actor` and what its address names. `@page` makes it the answer to GET. What is sent
to the same address goes to the function decorated with `@<page>.post`; an act with an address of its own is
decorated with `@act(back=<page>)`. Both show the page again when the act is refused, with the sentence on top, the
typed text kept, and status 400, or 409 where the state is no longer what the sender saw:

    @page
    def assignment(request, actor, pk, *, refused=None):
        form = shown(AdoptForm, refused, initial=…)
        return render(request, "assignment.html", {"form": form})

    @act(back=assignment)
    def adopt(request, actor, pk):
        form = taken(AdoptForm, request)
        services.adopt(actor=actor, …, now=clock.now())
        return redirect("assignment", pk)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, TypeVar

from django.contrib.auth import login, logout
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from guantong import clock
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, actor_of
from guantong.apps.organizations.accounts.opening import needs_factor
from guantong.apps.organizations.leaving import has_left
from guantong.apps.people import passwords
from guantong.core.refusal import Refused
from guantong.web import sentences, words

View = Callable[..., HttpResponse]
F = TypeVar("F", bound=BaseForm)

SEEN, BEGAN, FACTOR = "seen", "began", "factor"
GIVEN, SPARED = "given", "spared"
"""What a session says of the second factor: it was given, or there was none to ask for. It counts with one of them."""
_READS = ("GET", "HEAD")
_REMEMBER_EVERY = 60  # seconds: a session that is in use is written down once a minute, not at every page
_LONGEST = 12 * 3600  # seconds: a session ends after half a day, however busy


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the page is shown again with: the sentence, the status, and what had been typed."""

    sentence: str
    status: int
    form: BaseForm | None = None


class Unfit(Exception):  # noqa: N818 — an answer to the sender, not an error of the program
    """What was typed cannot be used; the form says why."""

    def __init__(self, form: BaseForm) -> None:
        super().__init__(form.errors)
        self.form = form


def taken(kind: type[F], request: HttpRequest, **options: Any) -> F:
    """What was typed, checked. Raises Unfit, which shows the page again; a later refusal keeps what was typed too."""
    form = kind(request.POST, request.FILES, **options)
    request.taken = form  # type: ignore[attr-defined]
    if not form.is_valid():
        raise Unfit(form)
    return form


def shown(kind: type[F], refused: Refusal | None, **options: Any) -> F:
    """The form a page shows: the one that was sent and refused, or a fresh one made with `options`."""
    if refused is not None and isinstance(refused.form, kind):
        return refused.form
    return kind(**options)


class Page:
    """An address behind the gate: a view for GET, and, where there is one, an act for POST."""

    guarded = True

    def __init__(self, view: View | None = None, act: View | None = None, back: Page | None = None) -> None:
        self.view, self.act, self.back = view, act, back or (self if view else None)
        update_wrapper(self, view or act)  # type: ignore[arg-type]

    def post(self, act: View) -> View:
        """The decorated function answers POST to the page's own address."""
        self.act = act
        return act

    def __call__(self, request: HttpRequest, **names: Any) -> HttpResponse:
        answer = self._answer(request, names)
        patch_cache_control(answer, no_store=True, private=True)
        return answer

    def _answer(self, request: HttpRequest, names: dict[str, Any]) -> HttpResponse:
        reads = request.method in _READS
        answering = self.view if reads else self.act if request.method == "POST" else None
        if answering is None:
            wanted = (self.view and _READS, self.act and ("POST",))
            return HttpResponseNotAllowed([name for names_ in wanted if names_ for name in names_])
        if (elsewhere := _not_ready(request)) is not None:
            return _led(request, elsewhere)
        actor = actor_of(request.user.person, clock.today())  # type: ignore[union-attr]
        if has_left(actor):  # the last post has ended: so has the session
            return _led(request, _to_sign_in(request))
        if _is_bare(request, actor) and not _is_free(request, "before_password"):
            return _led(request, _to("enrol", request))
        try:
            return _led(request, answering(request, actor, **names))
        except NotFound:
            return failed(request, 404)
        except Forbidden:
            return failed(request, 403)
        except Unfit as unfit:
            refusal = Refusal("填写的内容有误，请改正下面列出的各项后再提交。", 400, unfit.form)
        except Refused as refused:
            status = 409 if refused.code in sentences.STALE else 400
            refusal = Refusal(sentences.sentence(refused), status, getattr(request, "taken", None))
        back = None if reads else self.back
        return _shown_again(request, actor, refusal, back, names)


def page(view: View) -> Page:
    """Put a view behind the gate: it answers GET, with `request, actor` and what the address names."""
    return Page(view)


def act(back: Page) -> Callable[[View], Page]:
    """Put an act behind the gate: it answers POST; refused, it shows `back`, which takes the same address parts."""
    return lambda view: Page(act=view, back=back)


def public(view: View) -> View:
    """Mark a view that needs nobody signed in: what leads to signing in, alone."""

    def open_view(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        answer = view(request, *args, **names)
        patch_cache_control(answer, no_store=True, private=True)
        return answer

    update_wrapper(open_view, view)
    open_view.public = True  # type: ignore[attr-defined]
    return open_view


def allowed_before_password(view: Page) -> Page:
    """Mark a page that somebody who must change the password, or bind a second factor, may still use."""
    view.before_password = True  # type: ignore[attr-defined]
    return view


def allowed_before_factor(view: Page) -> Page:
    """Mark a page that somebody may use who has yet to give the second factor, or the password alone."""
    view.before_factor = True  # type: ignore[attr-defined]
    return allowed_before_password(view)


def begin(request: HttpRequest, account: Any, *, factor: str = "") -> None:
    """Begin the session of somebody who signed in; `factor` is GIVEN or SPARED, or empty while it is to be given."""
    if request.user.is_authenticated:
        logout(request)  # a session is nobody else's afterwards, and never keeps its id
    login(request, account)
    request.session[BEGAN] = request.session[SEEN] = clock.second()
    request.session[FACTOR] = factor


def failed(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    """The page of an error status; for a part of a page, the sentence alone."""
    if getattr(request, "htmx", False):
        refusal = Refusal(sentence or words.FAILURES[status], status)
        return _part(request, refusal)
    return render(request, f"{status}.html", {"sentence": sentence or words.FAILURES[status]}, status=status)


def _not_ready(request: HttpRequest) -> HttpResponse | None:
    """Where somebody has to go first: to sign in, to give the second factor, to change the password; None: nowhere."""
    session, second = request.session, clock.second()
    if request.user.is_authenticated and second - session.get(BEGAN, 0) > _LONGEST:
        logout(request)
    if not request.user.is_authenticated:
        return _to_sign_in(request)
    if abs(second - session.get(SEEN, 0)) > _REMEMBER_EVERY:
        session[SEEN] = second
    if session.get(FACTOR) not in (GIVEN, SPARED) and not _is_free(request, "before_factor"):
        return _to("second-factor", request)
    if passwords.must_change(request.user, clock.now()) and not _is_free(request, "before_password"):
        return redirect("password")
    return None


def _is_bare(request: HttpRequest, actor: Actor) -> bool:
    """Whether the session does not count: the second factor is to be given, or to be bound first.

    Where it counts, the actor stands with the request, and the frame shows what is theirs.
    """
    factor = request.session.get(FACTOR)
    bare = factor not in (GIVEN, SPARED) or (factor == SPARED and needs_factor(actor))
    if not bare:
        request.actor = actor  # type: ignore[attr-defined]
    return bare


def _is_free(request: HttpRequest, mark: str) -> bool:
    """Whether the page that is asked for is marked so."""
    match = request.resolver_match
    return match is not None and getattr(match.func, mark, False)


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """To a page that comes first, and from there to where somebody wanted to go."""
    wanted = request.get_full_path() if request.method in _READS else reverse("home")
    return redirect_to_login(wanted, reverse(name))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; a session that still stands, of a closed account say, ends and does not come back."""
    if BEGAN in request.session:
        logout(request)
    return redirect_to_login(request.get_full_path() if request.method in _READS else reverse("home"))


def _led(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A redirect that answers a part of a page leads the whole page, not the part."""
    if getattr(request, "htmx", False) and answer.status_code in (301, 302, 303):
        led = HttpResponse(status=204)
        led["HX-Redirect"] = answer["Location"]
        return led
    return answer


def _shown_again(
    request: HttpRequest,
    actor: Actor,
    refusal: Refusal,
    back: Page | None,
    names: dict[str, Any],
) -> HttpResponse:
    if getattr(request, "htmx", False):
        return _part(request, refusal)
    if back is None or back.view is None:
        return failed(request, refusal.status, refusal.sentence)
    request.refusal = refusal  # type: ignore[attr-defined]
    try:
        answer = back.view(request, actor, refused=refusal, **names)
    except NotFound:
        return failed(request, 404)
    except (Forbidden, Refused):
        return failed(request, refusal.status, refusal.sentence)
    answer.status_code = refusal.status
    return answer


def _part(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The sentence alone, put where errors stand; what is on the page stays, and with it what was typed."""
    answer = render(request, "parts/errors.html", {"refused": refusal}, status=refusal.status)
    answer["HX-Retarget"] = "#errors"
    answer["HX-Reswap"] = "outerHTML"
    return answer
