"""Damaged files are read or refused, no more. Parsed in this process, so that nothing hides a crash."""

from __future__ import annotations

import contextlib
import warnings
import zipfile
from io import BytesIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.files import Unreadable, decode, docx, html, pdf, sniff
from guantong.files.source import Extract

from .made import make_page, make_pdf, make_zip
from .numbered import DOCUMENTS

SEED_DOCX = DOCUMENTS["by_styles"].data
SEED_PDF = make_pdf([make_page(["一、总体要求", "各校要落实。" * 9]), make_page(["二、任务"])])
PARTS = {
    name: zipfile.ZipFile(BytesIO(SEED_DOCX)).read(name)
    for name in zipfile.ZipFile(BytesIO(SEED_DOCX)).namelist()
}

Changes = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 30)), min_size=1, max_size=6
)


def changed(data: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    """Each change: where, what to put in, how much to take out."""
    out = bytearray(data)
    for where, new, gone in changes:
        at = int(where * len(out))
        out[at : at + gone] = new
    return bytes(out)


def check(extract: Extract) -> None:
    """Whatever is read is sound: spans in order, inside the text, and something there."""
    assert extract.text.strip()
    for spans in ([(f.start, f.end) for f in extract.furniture], list(extract.tables)):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(extract.text) for edge in edges)


@given(Changes)
@settings(max_examples=300, deadline=None)
def test_docx_bytes(changes: list[tuple[float, bytes, int]]) -> None:
    with contextlib.suppress(Unreadable):
        check(docx.parse(changed(SEED_DOCX, changes)))


@given(st.sampled_from(sorted(PARTS)), Changes)
@settings(max_examples=300, deadline=None)
def test_docx_parts(name: str, changes: list[tuple[float, bytes, int]]) -> None:
    """The archive is whole, a part of it is not: this gets past the checksums."""
    with contextlib.suppress(Unreadable):
        check(docx.parse(make_zip({**PARTS, name: changed(PARTS[name], changes)})))


VALUES = st.sampled_from(
    ["", "0", "1", "-1", "99999999999", "x", "一", "chineseCounting", "%1%2", "1.5", "on"]
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_docx_values(data: st.DataObject) -> None:
    """Well-formed parts with attribute values nobody would write."""
    name = data.draw(st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"]))
    pieces = PARTS[name].decode().split('w:val="')
    for index in data.draw(st.lists(st.integers(1, len(pieces) - 1), max_size=5)):
        pieces[index] = data.draw(VALUES) + '"' + pieces[index].partition('"')[2]
    with contextlib.suppress(Unreadable):
        check(docx.parse(make_zip({**PARTS, name: 'w:val="'.join(pieces).encode()})))


@given(Changes)
@settings(max_examples=300, deadline=None)
def test_pdf_bytes(changes: list[tuple[float, bytes, int]]) -> None:
    with contextlib.suppress(Unreadable), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pypdf warns of what it mends
        check(pdf.parse(changed(SEED_PDF, changes)))


PAGE = (
    "<html><table><tr><td>甲<td>乙</table><ol><li>a</ol><pre>b\n c</pre><p hidden>d</p>正文</html>".encode()
)


@given(Changes)
@settings(max_examples=200, deadline=None)
def test_html_bytes(changes: list[tuple[float, bytes, int]]) -> None:
    with contextlib.suppress(Unreadable):
        check(html.parse(changed(PAGE, changes)))


TAGS = st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td>", "</td>", "<ol>", "</ol>", "<li>", "<pre>", "</pre>"]
)


@given(
    st.lists(
        TAGS | st.sampled_from(["甲", " ", "<!--", "<script>", "</script>", "<p hidden>", "</p>", "<br>"])
    )
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_html_tag_soup(tags: list[str]) -> None:
    with contextlib.suppress(Unreadable):
        check(html.parse("".join(tags).encode()))


@given(
    st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-16-le", "surrogatepass"))
)
@settings(max_examples=300, deadline=None)
def test_decoding(data: bytes) -> None:
    assert sniff.kind_of(data) in {*sniff.NAMES, "encrypted"}
    for reader in (decode.decode_text, decode.decode_page):
        with contextlib.suppress(Unreadable):
            reader(data).encode("utf-8")


@given(st.text(alphabet="各校要落实责任制，一二三。1\n", min_size=1, max_size=200))
def test_texts_survive_their_encoding(text: str) -> None:
    """Whole texts of common characters come back from the encodings that carry no mark."""
    assert decode.decode_text(text.encode()) == text
    assert decode.decode_text(text.encode("gb18030")) == text
