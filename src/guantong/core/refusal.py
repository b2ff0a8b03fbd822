"""The one way the core says no."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 — a refusal is an answer, not an error of the program
    """A rule forbids the step. `code` names the rule, `facts` are the figures and ids a sentence needs."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code
