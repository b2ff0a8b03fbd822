"""What the regulations name and ask for, as data with its source."""

from guantong.core.rulebook.loader import Institution, RulebookError, bare, institutions

__all__ = ["Institution", "RulebookError", "bare", "institutions"]
