"""What stands ready of imports when somebody asks: a batch that whoever is at the head of a place brought in."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from guantong.apps.intake import services
from guantong.apps.intake.models import Batch, BatchState
from guantong.apps.people.models import Account
from guantong.apps.people.services import make_account
from tests.apps.intake import HEADS
from tests.apps.make import make_person
from tests.apps.road import at
from tests.cast import TODAY, Cast, Place
from tests.files.books import make_book
from tests.web.make import PASSWORD

from .sent import MISSING, Sent

HEAD_OF = {
    Place.DISTRICT: "section",
    Place.SCHOOL: "school",
    Place.BRANCH: "branch",
    Place.NEIGHBOUR: "stranger",
    Place.GUIDED: "guided",
}
_LINES = {
    "organizations": ["试点党支部", "", "党支部", "", "2020-01-01"],
    "persons": ["", "方砚", "男", "1980", "正式党员", "2001-07-01", ""],
    "posts": ["方砚", "", "委员", "2026-01-01", "", ""],
    "accounts": ["方砚", "", "fangyan", ""],
}
_OF_BATCH = frozenset({"batch", "map-batch", "confirm-batch", "discard-batch", "marked-batch"})


class Batches:
    """A batch of persons at a place, or one of accounts that is through; each read from its workbook once."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._read: dict[Place, Batch] = {}

    def knows(self, address: str) -> bool:
        """Whether the address is one of imports."""
        return address in _OF_BATCH | {"batch-codes", "intake", "intake-template"}

    def ready(self, address: str, place: Place) -> Sent:
        """A batch of a place, and a form that fits what is done with it."""
        if address == "batch-codes":
            return Sent({"pk": self._accounts(place).pk}, {})
        batch = self._persons(place)
        forms: dict[str, dict[str, Any]] = {
            "map-batch": {f"column-{number}": field for number, field in enumerate(batch.columns)},
            "confirm-batch": {"which": "all"},
        }
        return Sent({"pk": batch.pk}, forms.get(address, {}))

    def without_object(self, address: str, sent: str) -> Sent:
        """A workbook of the kind that is sent, or the template of it."""
        kind = sent if sent in HEADS else "persons"
        if address == "intake":
            book = make_book([HEADS[kind], _LINES[kind]])
            return Sent({}, {"kind": kind, "file": SimpleUploadedFile("名册.xlsx", book)})
        return Sent({"kind": kind} if address == "intake-template" else {"pk": MISSING}, {})

    def _persons(self, place: Place) -> Batch:
        """One line for the place's roster."""
        if place not in self._read:
            line = [self.cast.places[place].name, *_LINES["persons"][1:]]
            self._read[place] = services.receive(
                self.cast.actor(HEAD_OF[place], TODAY),
                kind="persons",
                file_name="名册.xlsx",
                content=make_book([HEADS["persons"], line]),
                now=at(TODAY, 9),
            )
            assert self._read[place].counts == {"new": 1}, self._read[place].lines
        return self._again(self._read[place])

    def _accounts(self, place: Place) -> Batch:
        """For somebody right under the place, an account that nobody has used yet."""
        person = make_person(self.cast.below[place], name="方砚")
        account = make_account(name="fangyan", person=person.pk, password=PASSWORD, now=at(TODAY, 9))
        Account.objects.filter(pk=account.pk).update(set_at=None)
        batch = self._persons(place)
        batch.kind, batch.state, batch.entered, batch.imported = "accounts", BatchState.DONE, [person.pk], 1
        batch.save()
        return batch

    @staticmethod
    def _again(batch: Batch) -> Batch:
        """The batch once more: the row is gone with the scene in which it was read, the file is not."""
        copy: Batch = Batch.objects.get_or_create(
            pk=batch.pk,
            defaults={
                field.attname: getattr(batch, field.attname)
                for field in Batch._meta.concrete_fields
                if not field.primary_key
            },
        )[0]
        return copy
