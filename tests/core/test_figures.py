"""Shares, means and medians, against the statistics module."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.core.figures import MILLION, Share, count_values, mean, median, share


@given(st.lists(st.integers(-500, 500)))
def test_median_and_mean(values: list[int]) -> None:
    if values:
        assert median(count_values(values)) == statistics.median(values)
        assert mean(sum(values), len(values)) == pytest.approx(statistics.mean(values))
    else:
        assert median(count_values(values)) is None
        assert mean(0, 0) is None


def test_unknown_is_never_zero() -> None:
    assert share(0, 0) is None
    assert share(0, 4) == 0
    nothing_known = Share(0, 0, 5)
    assert (nothing_known.value, nothing_known.coverage, nothing_known.unknown) == (None, 0, 5)
    none_of_them = Share(0, 5, 5)
    assert (none_of_them.value, none_of_them.coverage) == (0, 1)
    assert Share(0, 0, 0).coverage is None


def test_what_is_scaled_comes_back() -> None:
    assert mean(250_000, 2, MILLION) == 0.125


@pytest.mark.parametrize("counts", [(2, 1, 3), (1, 4, 3), (-1, 0, 0)])
def test_a_share_is_a_part(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="not a share"):
        Share(*counts)
