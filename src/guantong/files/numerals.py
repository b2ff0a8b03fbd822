"""How a number looks in each of Word's numbering formats (ECMA-376 part 1, 17.18.59 ST_NumberFormat)."""

from __future__ import annotations

from collections.abc import Callable

_SIMPLE = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def counting(n: int, digits: str = _SIMPLE, units: str = "十百千万") -> str:
    """Chinese counting with units: 12 is 十二, 110 一百一十, 1001 一千零一; numbers of 1 to 99,999,999."""
    if n >= 10_000:
        high, low = divmod(n, 10_000)
        rest = "" if not low else (digits[0] if low < 1_000 else "") + _below_myriad(low, digits, units)
        return counting(high, digits, units) + units[3] + rest
    text = _below_myriad(n, digits, units)
    return text[1:] if digits == _SIMPLE and text.startswith("一十") else text


def _below_myriad(n: int, digits: str, units: str) -> str:
    out, gap = "", False
    for size, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit, n = divmod(n, size)
        if digit:
            out += (digits[0] if gap and out else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    return out


def japanese(n: int) -> str:
    """As counting, but a single hundred or thousand has no 一, and no 零 fills a gap."""
    text = _below_myriad(n, _SIMPLE, "十百千万").replace("零", "") if n < 10_000 else counting(n)
    return text.replace("一十", "十").replace("一百", "百").replace("一千", "千")


def positional(n: int, zero: str = "〇") -> str:
    """Digit by digit: 10 is 一〇."""
    return "".join(zero if c == "0" else _SIMPLE[int(c)] for c in str(n))


def chinese_counting(n: int) -> str:
    """With 十 up to 99, digit by digit from 100 on: 九十九, 一○○."""
    return counting(n) if n < 100 else positional(n, "○")


def roman(n: int) -> str:
    """Upper case, of numbers above 0."""
    out = ""
    for size, sign in _ROMAN:
        out += sign * (n // size)
        n %= size
    return out


def letter(n: int) -> str:
    """A … Z, then AA, BB …: Word doubles the letter, it does not count in base 26."""
    return chr(ord("A") + (n - 1) % 26) * ((n - 1) // 26 + 1)


def full_width(n: int) -> str:
    """Digits as wide as characters: １２."""
    return str(n).translate({ord("0") + i: ord("０") + i for i in range(10)})


def _run(first: str, last: str) -> Callable[[int], str]:
    """Consecutive code points from `first` to `last`, plain digits beyond."""
    signs = [chr(c) for c in range(ord(first), ord(last) + 1)]
    return lambda n: signs[n - 1] if n <= len(signs) else str(n)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda n: signs[(n - 1) % len(signs)]


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": full_width,
    "decimalFullWidth2": full_width,
    "decimalEnclosedCircle": _run("①", "⑳"),
    "decimalEnclosedCircleChinese": _run("①", "⑳"),
    "decimalEnclosedParen": _run("⑴", "⒇"),
    "decimalEnclosedFullstop": _run("⒈", "⒛"),
    "ideographEnclosedCircle": _run("㈠", "㈩"),
    "numberInDash": lambda n: f"- {n} -",
    "upperRoman": roman,
    "lowerRoman": lambda n: roman(n).lower(),
    "upperLetter": letter,
    "lowerLetter": lambda n: letter(n).lower(),
    "hex": lambda n: f"{n:X}",
    "chineseCounting": chinese_counting,
    "taiwaneseCounting": chinese_counting,
    "chineseCountingThousand": counting,
    "taiwaneseCountingThousand": counting,
    "japaneseCounting": japanese,
    "ideographDigital": positional,
    "taiwaneseDigital": lambda n: positional(n, "○"),
    "japaneseDigitalTenThousand": positional,
    "chineseLegalSimplified": lambda n: counting(n, _LEGAL, "拾佰仟万"),
    "ideographLegalTraditional": lambda n: counting(n, _LEGAL_TRADITIONAL, "拾佰仟萬"),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographZodiacTraditional": lambda n: _STEMS[(n - 1) % 10] + _BRANCHES[(n - 1) % 12],
    "bullet": lambda _: "",
    "none": lambda _: "",
}


def write_number(n: int, kind: str, pattern: str | None = None) -> str:
    """`n` in the format `kind`; unknown formats, and numbers a format cannot write, come out as digits.

    `pattern` is the first item of a custom format, e.g. "001" pads to three digits.
    """
    if kind == "custom":
        return str(n).zfill(len(pattern or ""))
    if kind in ("bullet", "none"):
        return ""
    if not 0 < n < 1_000_000 or (n > 10_000 and kind.endswith(("Roman", "Letter"))):
        return "零" if n == 0 and "Counting" in kind else str(n)
    return FORMATS.get(kind, str)(n)
