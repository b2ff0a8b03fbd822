"""The demo from beginning to end: play a year, found the district, do the year again, count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from django.db import transaction

from guantong.analytics.gauges import Gauges
from guantong.apps.directives.services import refresh_due
from guantong.apps.documents.models import Document
from guantong.apps.documents.services import import_document, import_text
from guantong.apps.figures.queries import gauges_of
from guantong.core.permits import Role
from guantong.core.reading import Furniture, Reading, read
from guantong.demo.build import Setting, build_setting, keep_calendar
from guantong.demo.replay import Replay
from guantong.demo.roster import SignIn, make_accounts
from guantong.example.deeds import By
from guantong.example.demo import SEED, Handed, Played, play, received_on
from guantong.example.speech import sample_speech
from guantong.files import SourceText, read_pasted, read_text


@dataclass(slots=True)
class Clock:
    """How many seconds each step took; each is told when it is over."""

    tell: Callable[[str, float], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        begun = perf_counter()
        yield
        self.seconds[name] = perf_counter() - begun
        self.tell(name, self.seconds[name])


@dataclass(frozen=True, slots=True)
class Made:
    """A demo as it stands in the database: `main` and `notice` are keys of directives."""

    played: Played
    setting: Setting
    main: int
    notice: int
    gauges: Gauges
    accounts: list[SignIn]


def load(file: Path | None) -> tuple[SourceText, Reading]:
    """The document of the demo as it is read: that of the file, else the sample speech. Raises files.Unreadable."""
    source = read_text(file) if file else read_pasted(sample_speech())
    known = [Furniture(piece.start, piece.end, piece.reason) for piece in source.furniture]
    return source, read(source.text, known, source.tables)


def make(reading: Reading, file: Path | None, clock: Clock, seed: int = SEED) -> Made:
    """Build the demo in the database, which is empty.

    Raises Refused("nothing_to_assign") for a document in which nothing can be seen to be done.
    """
    with clock.step("play"), transaction.atomic():
        calendars = keep_calendar(received_on(reading).year)
        played = play(reading, seed, calendars)
    founded = played.main.received_on - timedelta(days=1)
    with clock.step("district"), transaction.atomic():
        setting = build_setting(played, founded)
    replay = Replay(setting)
    with clock.step("issue"), transaction.atomic():
        document = _import_main(replay, played.main, file)
        main = replay.hand_down(played.main, document)
    notice_on = played.notice.issued_on
    with clock.step("year"):
        replay.run([deed for deed in played.deeds if deed.day < notice_on])
        with transaction.atomic():
            paper = _import_notice(replay, played.notice)
            notice = replay.hand_down(played.notice, paper)
        replay.run([deed for deed in played.deeds if deed.day >= notice_on])
    with clock.step("standings"):
        refresh_due(today=played.present)
    with clock.step("figures"):
        gauges = gauges_of(path=setting.district.path, directive=main)
    with clock.step("accounts"), transaction.atomic():
        now = replay.now(played.present)
        accounts = make_accounts(played, setting.organizations, setting.persons, now)
    return Made(played, setting, main, notice, gauges, accounts)


def _import_main(replay: Replay, handed: Handed, file: Path | None) -> Document:
    day = handed.received_on
    staff = replay.actor(By(Role.SECTION_STAFF, handed.directive.issuer_id), day)
    organization = replay.place(handed.directive.issuer_id)
    if file is None:
        return import_text(
            staff, organization=organization, text=sample_speech(), received_on=day, now=replay.now(day)
        )
    return import_document(
        staff,
        organization=organization,
        file_name=file.name,
        content=file.read_bytes(),
        received_on=day,
        now=replay.now(day),
    )


def _import_notice(replay: Replay, handed: Handed) -> Document:
    day = handed.received_on
    staff = replay.actor(By(Role.SECTION_STAFF, handed.directive.issuer_id), day)
    return import_text(
        staff,
        organization=replay.place(handed.directive.issuer_id),
        text=handed.reading.text,
        received_on=day,
        now=replay.now(handed.issued_on),
    )
