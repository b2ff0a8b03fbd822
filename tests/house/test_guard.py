"""No address without a guard: who is not known sees the sign-in page and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from guantong.web.guard import page, public

PUBLIC = {"sign-in", "code", "setup"}


def views(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str, Any]]:
    """Address, name and view of every address."""
    for each in patterns:
        here = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns, here)
        else:
            yield here, each.name or "", each.callback


def unguarded(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """What breaks the law, with what to do."""
    problems = []
    for address, name, view in views(patterns):
        if getattr(view, "public", False):
            if name not in PUBLIC:
                problems.append(
                    f"/{address}: public; put its view behind guard.page, only {PUBLIC} may be open."
                )
        elif not getattr(view, "guarded", False):
            problems.append(
                f"/{address}: not behind the gate; decorate its view with guard.page or guard.act."
            )
        if getattr(view, "csrf_exempt", False):
            problems.append(f"/{address}: takes forms without a token; remove csrf_exempt.")
    return problems


def test_every_address_is_behind_the_gate() -> None:
    patterns = get_resolver().url_patterns
    assert {name for _, name, _ in views(patterns)} >= {"home", "sign-in", "sign-out", "password"}
    problems = unguarded(patterns)
    assert not problems, "\n".join(problems)


def test_control_open_addresses_are_noticed() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    def exempt() -> Callable[..., HttpResponse]:
        guarded: Any = page(view)
        guarded.csrf_exempt = True
        return guarded  # type: ignore[no-any-return]

    patterns = [
        path("a/", view, name="a"),
        path("b/", public(view), name="b"),
        path("c/", exempt(), name="c"),
        path("d/", page(view), name="d"),
        path("e/", public(view), name="sign-in"),
    ]
    assert [line[:3] for line in unguarded(patterns)] == ["/a/", "/b/", "/c/"]
