"""How fast a document is read: our time over that of `jieba.lcut` (cutting words, nothing more) on the same texts.

    python bench/read.py [FOLDER]

FOLDER holds .txt files (default: the corpus beside the repository where there is one, else the sample speech).
Both are timed in turn in the same run, the best of five rounds each, after a warm-up; machines differ, the ratio
travels. The second table shows that time grows with length alone: one line of a megabyte against ten of 100 kB.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import jieba

from guantong.core.reading import read
from guantong.example.speech import sample_speech

ROUNDS = 5
ALLOWED = 0.5
ALLOWED_GROWTH = 1.5
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "dev"


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        work(text)
    return time.perf_counter() - start


def in_turn(works: Sequence[tuple[Callable[[str], object], Sequence[str]]]) -> list[float]:
    """The best of several rounds of each, taken in turn so that a slow moment hits all alike."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for i, (work, texts) in enumerate(works):
            best[i] = min(best[i], seconds(work, texts))
    return best


def load(folder: Path | None) -> list[str]:
    if folder is None and not CORPUS.is_dir():
        return [sample_speech()]
    return [path.read_text(encoding="utf-8") for path in sorted((folder or CORPUS).glob("*.txt"))]


def peak_kib(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """The most memory one text took on top of what was there, in KiB."""
    most = 0
    tracemalloc.start()
    for text in texts:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        work(text)
        most = max(most, tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    return most / 1024


def main(argv: Sequence[str]) -> int:
    texts = load(Path(argv[0]) if argv else None)
    chars = sum(map(len, texts))
    jieba.setLogLevel(60)
    jieba.lcut(texts[0])
    read(texts[0])
    ours, words = in_turn([(read, texts), (jieba.lcut, texts)])
    ratio = ours / words
    print(f"{len(texts)} documents, {chars:,} characters")
    print(
        f"read        {ours:8.3f} s  {chars / ours:12,.0f} characters/s  peak {peak_kib(read, texts):8,.0f} KiB a document"
    )
    print(f"jieba.lcut  {words:8.3f} s  {chars / words:12,.0f} characters/s")
    print(f"ratio read / jieba.lcut: {ratio:.2f} (allowed {ALLOWED})")

    line = sample_speech().replace("\n", "")  # clauses all the way, as a page flattened to one line
    part = (line * (100_000 // (3 * len(line)) + 1))[: 100_000 // 3]
    whole = part * 10
    one, ten = in_turn([(read, [whole]), (read, [part] * 10)])
    growth = one / ten
    print(
        f"one line of {len(whole.encode()) / 1e6:.1f} MB {one:.3f} s, ten of {len(part.encode()) / 1e3:.0f} kB {ten:.3f} s"
    )
    print(f"ratio one / ten: {growth:.2f} (allowed {ALLOWED_GROWTH})")
    if len(texts) == 1:
        print("the ratio counts on real documents; the sample speech is clauses from end to end")
        return 0 if growth <= ALLOWED_GROWTH else 1
    return 0 if ratio <= ALLOWED and growth <= ALLOWED_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
