"""Documents in: a file becomes text, or one sentence that says why not.

Importing this package is light; the parsers (lxml, pypdf) are only ever imported by the worker process.
"""

from guantong.files.reader import read_bytes, read_pasted, read_text
from guantong.files.source import Furniture, SourceText, Unreadable

__all__ = ["Furniture", "SourceText", "Unreadable", "read_bytes", "read_pasted", "read_text"]
