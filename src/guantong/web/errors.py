"""The pages of what went wrong, in plain words; none says what exists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

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
    """Rendered without the request, which cannot be trusted."""
    return render(None, "400.html", {"sentence": words.FAILURES[400], "theme": theme()}, status=400)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Rendered without the request, so that it needs no table."""
    return render(None, "500.html", {"sentence": words.FAILURES[500], "theme": theme()}, status=500)
