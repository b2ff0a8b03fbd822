"""Characters of symbol fonts (Wingdings, Symbol), by code point in the private use area."""

from __future__ import annotations

_PLAIN = {
    "\uf0b7": "•",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf075": "◆",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf0fb": "✗",
    "\uf0a8": "□",
    "\uf06f": "□",
    "\uf0fe": "☑",
    "\uf052": "☑",
}


def plain_symbol(char: str, unknown: str | None = None) -> str:
    """The ordinary character nearest to one of a symbol font; `unknown`, else itself, where none is known."""
    if "\ue000" <= char <= "\uf8ff":
        return _PLAIN.get(char, char if unknown is None else unknown)
    return char
