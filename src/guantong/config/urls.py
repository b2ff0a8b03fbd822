"""Addresses of all pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from guantong.web import entry, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("password/", entry.password, name="password"),
]

handler400 = "guantong.web.errors.bad_request"
handler403 = "guantong.web.errors.forbidden"
handler404 = "guantong.web.errors.not_found"
handler500 = "guantong.web.errors.broken"
