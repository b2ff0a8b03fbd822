"""The parts of a .docx: opened within limits, refused where they would load or run something (T46)."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from guantong.files import limits
from guantong.files.archive import ZIP_ERRORS, open_archive
from guantong.files.source import Unreadable

Element = etree._Element

# The strict dialect (ISO 29500-1) is read as the transitional one that Word and WPS write.
_STRICT = b"http://purl.oclc.org/ooxml/"
_DIALECTS = (
    (_STRICT + b"wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (
        _STRICT + b"officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_MACROS = "文件含有宏，请在 Word 或 WPS 中另存为不含宏的 .docx 后再试。"
_EMBEDS = "文件嵌入了其他对象（表格、公式或控件），请把它们改为普通表格、文字或图片后再试。"
_DDE = "文件含有自动取数的域（DDE），请在 Word 或 WPS 中把域转为普通文字后再试。"
_LINKS = "文件链接了外部模板或外部内容，请在 Word 或 WPS 中断开链接后另存再试。"
_ENTITIES = "文件的 XML 含有不允许的声明，请用 Word 或 WPS 重新另存为 .docx 后再试。"

_DDE_CODE = re.compile(r"\s*DDE(AUTO)?\b", re.IGNORECASE)
_EMBEDDING_KINDS = ("/oleObject", "/package", "/control", "/aFChunk")


def local(element: Element) -> str:
    """Tag without its namespace; empty for comments and processing instructions."""
    tag: object = element.tag  # a function for comments, whatever the stubs say
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attr(element: Element | None, name: str) -> str | None:
    """A `w:` attribute."""
    return None if element is None else element.get(W + name)


def val(element: Element | None, name: str) -> str | None:
    """`w:val` of the child `name`."""
    return None if element is None else attr(element.find(W + name), "val")


def number(text: str | None, default: int) -> int:
    """An attribute as a whole number; `default` where it is none or not there."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def switched_on(element: Element | None) -> bool:
    """A toggle such as `w:vanish`: there, and not switched off by its value."""
    return element is not None and attr(element, "val") not in ("0", "false", "off")


class Package:
    """A .docx opened and inspected. Raises Unreadable for what may not be read."""

    def __init__(self, data: bytes) -> None:
        self._archive: zipfile.ZipFile = open_archive(data)
        self._names = set(self._archive.namelist())
        self._inspect()
        self.main_name = next(self._targets("", "/officeDocument"), "")
        if self.main_name not in self._names:
            raise Unreadable(limits.BROKEN)

    def main(self) -> Element:
        return self._parse(self.main_name)

    def related(self, kind: str) -> Element | None:
        """Root of the part the main document relates to as `kind`: styles, numbering, footnotes, endnotes."""
        name = next(self._targets(self.main_name, f"/{kind}"), None)
        return self._parse(name) if name in self._names else None

    def _parse(self, name: str) -> Element:
        try:
            data = self._archive.read(name)
        except (*ZIP_ERRORS, KeyError) as exc:
            raise Unreadable(limits.BROKEN) from exc
        for strict, transitional in _DIALECTS:
            data = data.replace(strict, transitional)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as exc:
            raise Unreadable(_ENTITIES if b"<!DOCTYPE" in data else limits.BROKEN) from exc
        if root.getroottree().docinfo.internalDTD is not None:
            raise Unreadable(_ENTITIES)
        return root

    def _targets(self, name: str, kind: str) -> Iterator[str]:
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self._names:
            return
        for relation in self._parse(rels):
            if (relation.get("Type") or "").endswith(kind):
                target = relation.get("Target") or ""
                yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

    def _inspect(self) -> None:
        for name in sorted(self._names):
            lower = name.lower()
            if lower.endswith(("vbaproject.bin", "jsaproject.bin")):
                raise Unreadable(_MACROS)
            if "/embeddings/" in lower or "/activex/" in lower:
                raise Unreadable(_EMBEDS)
            if lower.endswith(".rels"):
                self._inspect_relations(self._parse(name))
            elif lower == "[content_types].xml":
                if any("macroEnabled" in (part.get("ContentType") or "") for part in self._parse(name)):
                    raise Unreadable(_MACROS)
            elif lower.endswith(".xml"):
                _refuse_dde(self._parse(name))

    def _inspect_relations(self, root: Element) -> None:
        for relation in root:
            kind = relation.get("Type") or ""
            if kind.endswith(_EMBEDDING_KINDS):
                raise Unreadable(_EMBEDS)
            if relation.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
                raise Unreadable(_LINKS)


def _refuse_dde(root: Element) -> None:
    if any(_DDE_CODE.match(code) for code in _field_codes(root)):
        raise Unreadable(_DDE)


def _field_codes(root: Element) -> Iterator[str]:
    """The instructions of all fields below `root`, put together from the runs they are spread over."""
    stack: list[list[str]] = []
    for element in root.iter(W + "fldSimple", W + "fldChar", W + "instrText"):
        kind = local(element)
        if kind == "fldSimple":
            yield attr(element, "instr") or ""
        elif kind == "instrText":
            stack = stack or [[]]
            stack[-1].append(element.text or "")
        elif attr(element, "fldCharType") == "begin":
            stack.append([])
        elif attr(element, "fldCharType") == "end" and stack:
            yield "".join(stack.pop())
    for rest in stack:
        yield "".join(rest)
