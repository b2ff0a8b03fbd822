"""How fast pages are in a district of 300 and of 3,000 schools, against the least that the same page could cost.

    python bench/pages.py [SCHOOLS …]

Every page is asked for in turn with its bare twin, through the same server interface and the same middleware: a view
that runs the very statements the page ran and joins the very same HTML from strings. Wanted are at most 12 queries, a
time of at most twice the bare view's (median of the pairs, so that a busy moment hits both), and 150 ms for 95 of 100
requests of one user. Where the bare view takes less than 10 ms, what shows is the cost of Django by itself: its
middleware is in both, but sessions, making statements out of Python and filling templates are in ours alone. There the
ratio is printed and not counted, and `own`, what we take more than the bare view, says what it comes to. `alone` is the
twin called as a function, without middleware. SQLite and PostgreSQL each have a process of their own.
"""

from __future__ import annotations

import gc
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

from apart import on_each_database, task

SIZES = {"300": 1_000, "3000": 10_000}  # schools: branches
MOST_QUERIES, MOST_TIMES, MOST_SECONDS = 12, 2.0, 0.150
SMALL = 0.010
ROUNDS, WARM_UP = 100, 5
_PIECES = re.compile(r"(?=<)")

Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody asks for it; one that is not counted has no limit to keep, and is shown beside the others."""

    name: str
    who: str
    address: str
    counted: bool = True


class Server:
    """The application as a server calls it, in this process, for somebody who has signed in."""

    def __init__(self) -> None:
        from django.urls import path

        from guantong.config import urls
        from guantong.config.wsgi import application

        self._application = application
        self._cookies: dict[str, str] = {}
        self.statements: list[Statement] = []
        self.pieces: list[str] = []
        urls.urlpatterns.append(path("bare/", self._bare_view))

    def sign_in(self, name: str, password: str) -> None:
        from django.test import Client

        client = Client(headers={"host": "localhost"})
        answer = client.post("/sign-in/", {"name": name, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        self._cookies[name] = "; ".join(f"{key}={each.value}" for key, each in client.cookies.items())

    def get(self, address: str, who: str) -> bytes:
        """The body of a page, which has to be there."""
        place, _, query = address.partition("?")
        told: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost:8000",
            "PATH_INFO": place,
            "QUERY_STRING": query,
            "HTTP_COOKIE": self._cookies[who],
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
        }

        def begin(status: str, *_: object) -> Callable[[bytes], object]:
            told.append(status)
            return lambda _: None

        answer = self._application(environ, begin)
        body = b"".join(answer)
        answer.close()  # as a server does: it ends the request, and with it connections that are not kept
        assert told == ["200 OK"], (address, told)
        return body

    def bare(self) -> str:
        """The statements of the page in hand, and its HTML from strings."""
        from django.db import connection

        for sql, params in self.statements:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                cursor.fetchall()
        return "".join(self.pieces)

    def _bare_view(self, request: object) -> Any:  # noqa: ARG002
        from django.http import HttpResponse

        return HttpResponse(self.bare())


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """The statements that run inside, with what is bound to them."""
    from django.db import connection

    seen: list[Statement] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield seen


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(server: Server, page: Page) -> bool:
    """Print a line about a page; whether it keeps within the limits."""
    for _ in range(WARM_UP):
        server.get(page.address, page.who)
    with recorded() as server.statements:
        html = server.get(page.address, page.who).decode()
    server.pieces = _PIECES.split(html)
    assert server.get("/bare/", page.who).decode() == html
    ours, bare, alone = [], [], []
    gc.collect()
    for _ in range(ROUNDS):
        ours.append(timed(lambda: server.get(page.address, page.who)))
        bare.append(timed(lambda: server.get("/bare/", page.who)))
        alone.append(timed(server.bare))
    p95 = quantiles(ours, n=20)[-1]
    ratio = median(a / b for a, b in zip(ours, bare, strict=True))
    own = median(a - b for a, b in zip(ours, bare, strict=True))
    is_small = median(bare) < SMALL
    keeps = (
        len(server.statements) <= MOST_QUERIES and p95 <= MOST_SECONDS and (is_small or ratio <= MOST_TIMES)
    )
    mark = "" if keeps else "  over" if page.counted else "  (over, not counted)"
    if keeps and ratio > MOST_TIMES:
        mark = "  (ratio not counted)"
    print(
        f"  {page.name:<34} {len(server.statements):>3} {len(html.encode()) / 1024:>6.0f} {median(ours) * 1000:>8.1f} "
        f"{p95 * 1000:>8.1f} {median(bare) * 1000:>8.1f} {ratio:>6.2f} {own * 1000:>6.1f} {median(alone) * 1000:>8.1f}{mark}"
    )
    return keeps or not page.counted


def pages(place: Any) -> list[Page]:
    """Every page that is measured, with what it shows chosen so that it has much to show."""
    from guantong.apps.directives.models import Assignment, Receipt

    rows = Assignment.objects.filter(directive=place.directive)
    confirmed = rows.exclude(confirmed="").filter(parent=None).values_list("pk", flat=True)[0]
    school = place.schools[0].pk
    own = rows.filter(organization=school, acted=1, asks=1).values_list("pk", flat=True)[0]
    receipt = Receipt.objects.get(directive=place.directive, organization=school).pk
    clerk, head = "section-staff", "school"
    behind = f"/assignments/?directive={place.directive}"
    deep = rows.filter(counted=1).count() // 20 - 1
    return [
        Page("home, district", clerk, "/"),
        Page("home, school", head, "/"),
        Page("directives", clerk, "/directives/"),
        Page("directive", clerk, f"/directives/{place.directive}/"),
        Page("assignments, all", clerk, "/assignments/"),
        Page("assignments behind a figure", clerk, f"{behind}&answer=verified&said=yes&level=2"),
        Page("assignments with a fact", clerk, f"{behind}&fact=any"),
        Page("assignments overdue", clerk, "/assignments/?open=late"),
        Page("assignments, the last page", clerk, f"{behind}&page={deep}", counted=False),
        Page("assignments by name of school", clerk, f"{behind}&text={quote('中学')}", counted=False),
        Page("assignments by due date", clerk, f"{behind}&sort=-due", counted=False),
        Page("assignments, school", head, "/assignments/"),
        Page("assignment, district", clerk, f"/assignments/{confirmed}/"),
        Page("assignment, school", head, f"/assignments/{own}/"),
        Page("receipts", head, "/receipts/"),
        Page("receipt", head, f"/receipts/{receipt}/"),
        Page("paper of a receipt", head, f"/receipts/{receipt}/paper/"),
        Page("documents", clerk, "/documents/"),
        Page("documents by title", clerk, f"/documents/?text={quote('中学')}"),
        Page("document", clerk, f"/documents/{place.document}/"),
    ]


def main_child(schools: str) -> int:
    """Build a district, then measure its pages."""
    from guantong.config.setup import prepare

    prepare()
    from django.core.management import call_command
    from django.db import connection

    from guantong.apps.directives.models import Assignment, Receipt
    from guantong.jobs.statistics import keep_statistics
    from making import PASSWORD, make_place

    call_command("migrate", verbosity=0, skip_checks=True)
    start = time.perf_counter()
    place = make_place(int(schools), SIZES.get(schools, int(schools) * 3))
    keep_statistics()  # as the next tick does
    if connection.vendor == "postgresql":  # which does it by itself within a minute
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    connection.close()
    print(
        f"{connection.vendor}: {len(place.schools):,} schools, {len(place.branches):,} branches, "
        f"{Assignment.objects.count():,} assignments, {Receipt.objects.count():,} receipts "
        f"(made in {time.perf_counter() - start:.0f} s); at most {MOST_QUERIES} queries, "
        f"{MOST_TIMES:.0f} x bare, p95 {MOST_SECONDS * 1000:.0f} ms"
    )
    server = Server()
    for name in ("section-staff", "school"):
        server.sign_in(name, PASSWORD)
    print(
        f"  {'page':<34} {'sql':>3} {'KiB':>6} {'ms':>8} {'p95':>8} {'bare':>8} {'ratio':>6} {'own':>6} {'alone':>8}"
    )
    kept = [measure(server, page) for page in pages(place)]
    return 0 if all(kept) else 1


def main(sizes: list[str]) -> int:
    """Each size on each database."""
    if task():
        return main_child(task())
    return on_each_database(__file__, sizes or list(SIZES), GUANTONG_DEMO_DAY="2026-11-23")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
