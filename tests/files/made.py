"""Small documents made for the tests: .docx from raw XML, .pdf from a list of texts and where they stand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_MAIN_TYPE = f"{_TYPES}.document.main+xml"
_PARTS = ("styles", "numbering", "footnotes", "endnotes")


def make_paragraph(
    text: str, *, num: tuple[int, int] | None = None, style: str = "", properties: str = ""
) -> str:
    """A `w:p`; `num` is (numId, ilvl)."""
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        inside += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{inside}{properties}</w:pPr>{run}</w:p>"


def make_level(
    ilvl: int, kind: str, text: str, *, suffix: str = "nothing", start: int = 1, extra: str = ""
) -> str:
    """A `w:lvl`; `extra` is XML that stands after the number format (pStyle, isLgl, lvlRestart)."""
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{extra}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def make_numbering(abstracts: Mapping[int, str], nums: Mapping[int, tuple[int, str]]) -> str:
    """`abstracts`: id → levels; `nums`: numId → (abstract id, overrides)."""
    return "".join(
        f'<w:abstractNum w:abstractNumId="{key}">{levels}</w:abstractNum>'
        for key, levels in abstracts.items()
    ) + "".join(
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'
        for key, (abstract, overrides) in nums.items()
    )


def make_style(
    style_id: str, inside: str = "", *, based_on: str = "", kind: str = "paragraph", name: str = ""
) -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    named = f'<w:name w:val="{name or style_id}"/>'
    return f'<w:style w:type="{kind}" w:styleId="{style_id}">{named}{base}{inside}</w:style>'


def make_docx(
    body: str,
    *,
    numbering: str = "",
    styles: str = "",
    footnotes: str = "",
    endnotes: str = "",
    more: Mapping[str, bytes] | None = None,
    relations: str = "",
    main_type: str = _MAIN_TYPE,
) -> bytes:
    """A whole .docx; `relations` are further Relationships of the main document, `more` further parts."""
    given = dict(zip(_PARTS, (styles, numbering, footnotes, endnotes), strict=True))
    parts = {name: xml for name, xml in given.items() if xml}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{name}+xml"/>' for name in parts
    )
    files: dict[str, bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>{overrides}</Types>'
        ).encode(),
        "_rels/.rels": make_relations(
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        ),
        "word/_rels/document.xml.rels": make_relations(
            "".join(
                f'<Relationship Id="p{i}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
                for i, name in enumerate(parts)
            )
            + relations
        ),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode(),
    }
    for name, xml in parts.items():
        files[f"word/{name}.xml"] = f"<w:{name} {NAMESPACES}>{xml}</w:{name}>".encode()
    return make_zip({**files, **(more or {})})


def make_relations(inside: str) -> bytes:
    return f'<Relationships xmlns="{_RELATIONS}">{inside}</Relationships>'.encode()


def make_zip(files: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


Placed = tuple[
    float, float, float, str
]  # x, y from the lower edge, size, text; a full-width character is one size wide


def make_pdf(pages: Iterable[Iterable[Placed]], *, mapped: bool = True, rotate: int = 0) -> bytes:
    """A4 pages with a text layer; without `mapped` the glyphs have no characters, as in badly made files."""
    contents = [
        "BT\n"
        + "\n".join(f"/F {size} Tf 1 0 0 1 {x} {y} Tm <{_codes(text)}> Tj" for x, y, size, text in page)
        + "\nET"
        for page in pages
    ]
    return make_raw_pdf(contents, mapped=mapped, rotate=rotate)


PICTURE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    " /Length 1 >>\nstream\n0\nendstream"
)


def make_raw_pdf(
    contents: list[str],
    *,
    mapped: bool = True,
    rotate: int = 0,
    drawn: str = "",
    encoding: str = "Identity-H",
    corner: tuple[int, int] = (0, 0),
) -> bytes:
    """Pages from content streams; the font /F takes UTF-16 codes, ASCII half as wide as the rest.

    `drawn` is an object that `/Im Do` draws, `corner` the lower left one of the page.
    """
    text = sorted({code for content in contents for code in _shown(content)})
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + "\n".join(
            f"{len(chunk)} beginbfchar\n" + "\n".join(f"<{code}> <{code}>" for code in chunk) + "\nendbfchar"
            for chunk in (text[i : i + 100] for i in range(0, len(text), 100))
        )
        + "\nendcmap"
    )
    kids = " ".join(f"{6 + 2 * i} 0 R" for i in range(len(contents)))
    unicode = "/ToUnicode 4 0 R" if mapped else ""
    picture = f"/XObject << /Im {6 + 2 * len(contents)} 0 R >>" if drawn else ""
    box = f"[{corner[0]} {corner[1]} {corner[0] + 595} {corner[1] + 842}]"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        f"<< /Type /Font /Subtype /Type0 /Encoding /{encoding} /DescendantFonts [5 0 R] {unicode} >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        "<< /Type /Font /Subtype /CIDFontType2 /DW 1000 /W [32 126 500] >>",
    ]
    for i, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Rotate {rotate}"
            f" /Contents {7 + 2 * i} 0 R /Resources << /Font << /F 3 0 R >> {picture} >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    if drawn:
        objects.append(drawn)
    return _assemble(objects)


def _codes(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _shown(content: str) -> Iterable[str]:
    for part in content.split("<")[1:]:
        codes = part.split(">")[0]
        yield from (codes[i : i + 4] for i in range(0, len(codes), 4) if len(codes) % 4 == 0)


def _assemble(objects: list[str]) -> bytes:
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def make_page(
    paragraphs: Iterable[str], *, chars: int = 28, size: float = 16, indent: bool = True, top: float = 740
) -> list[Placed]:
    """A page set as official ones are: `chars` to the line, paragraphs two characters in."""
    placed: list[Placed] = []
    for paragraph in paragraphs:
        rest, left = paragraph, 2 if indent else 0
        while rest:
            placed.append((80 + left * size, top, size, rest[: chars - left]))
            rest, left, top = rest[chars - left :], 0, top - 28
    return placed
