"""The sample speech: written for this project in the style of such speeches; no real place, no real person."""

from importlib import resources


def sample_speech() -> str:
    """The text of the speech that `guantong demo` hands down when it is given no document."""
    return resources.files(__package__).joinpath("speech.txt").read_text(encoding="utf-8")
