"""Rows put together by a column: all of them come back, and few of them are in memory at a time."""

import tracemalloc
from collections.abc import Iterator

import pytest

from o2o.catalog import partitions
from o2o.catalog.imports import Batch
from o2o.catalog.partitions import Partition


def batches(size: int, keys: int) -> Iterator[Batch]:
    """Yield ``size`` rows of (a number, a key, a text), the keys in turn."""
    for start in range(0, size, 100):
        lines = range(start, min(start + 100, size))
        yield Batch(lines, [(line, f"K{line % keys}", f"text {line} 货架" if line % 3 else None) for line in lines])


@pytest.mark.parametrize("buffered", [10, 250, 10_000])
def test_the_parts_come_in_the_order_of_their_keys_each_with_all_its_rows_as_they_came(
    monkeypatch, buffered: int
) -> None:
    monkeypatch.setattr(partitions, "_BUFFERED", buffered)
    partition = Partition(1, batches(1_000, 7))
    for _ in range(2):
        parts = list(partition)
        assert [part.key for part in parts] == [f"K{number}" for number in range(7)]
        rows = {line: row for part in parts for line, *row in zip(part.lines, *part.columns, strict=True)}
        assert rows == {line: [line, f"text {line} 货架" if line % 3 else None] for line in range(1_000)}


def test_no_rows_are_no_parts() -> None:
    assert list(Partition(0, [])) == []


def test_few_of_many_rows_are_in_memory(monkeypatch) -> None:
    monkeypatch.setattr(partitions, "_BUFFERED", 1_000)
    monkeypatch.setattr(partitions, "_IN_MEMORY", 10_000)
    tracemalloc.start()
    for part in Partition(1, batches(20_000, 20)):
        assert len(part.lines) == 1_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000, "all rows are 5 MB"
