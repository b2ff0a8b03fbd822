"""The pages of what went wrong, in plain words; none says what exists."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guantong.apps.organizations.queries import any_invented
from guantong.web import words
from guantong.web.frame import theme
from guantong.web.guard import failed


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return failed(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return failed(request, 403)


def without_token(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form sent without its token: mostly a page that was left open for too long."""
    return failed(request, 403, "页面停留太久，为安全起见没有提交。请返回上一页，刷新后再提交一次。")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Rendered without the request, which cannot be trusted. Of a name that is not allowed it says how it would be."""
    if isinstance(exception, DisallowedHost):
        return _bare(400, words.HOST_UNKNOWN, words.HOST_TO_ALLOW)
    return _bare(400)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Rendered without the request; a database that does not answer is no hindrance."""
    return _bare(500)


def _bare(status: int, sentence: str = "", todo: str = "") -> HttpResponse:
    """The page of an error without who asked; whether data is invented is said as far as the database answers."""
    try:
        invented = any_invented()
    except Error:
        invented = False
    said = {"sentence": sentence or words.FAILURES[status], "todo": todo}
    told = {**said, "theme": theme(), "invented": invented}
    return render(None, f"{status}.html", told, status=status)
