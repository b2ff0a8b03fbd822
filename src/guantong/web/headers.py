"""Response headers that no package of ours sets."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_NONE = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)


def permissions(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages of ours use no camera, no place, no microphone, so none can be asked for (boundary 4)."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response["Permissions-Policy"] = _NONE
        return response

    return answered
