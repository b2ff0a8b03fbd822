"""A request as it is ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.http import urlencode

MISSING = 10**9


@dataclass(frozen=True, slots=True)
class Sent:
    """What the address names, and what the form holds; with a file in it, it goes in parts."""

    names: dict[str, int | str]
    form: dict[str, Any]

    def to_what_is_missing(self) -> Sent:
        """The same to an object that does not exist."""
        return Sent({name: MISSING for name, told in self.names.items() if isinstance(told, int)}, self.form)

    def body(self) -> tuple[str | bytes, str]:
        """The form as it goes over the wire, and how that is called."""
        if any(isinstance(value, UploadedFile) for value in self.form.values()):
            for value in self.form.values():
                if isinstance(value, UploadedFile):
                    value.seek(0)
            return encode_multipart(BOUNDARY, self.form), MULTIPART_CONTENT
        return urlencode(self.form, doseq=True), "application/x-www-form-urlencoded"
