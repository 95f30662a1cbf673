"""Stored results are what was stored, or are said to be damaged."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from checks.harness.blocks import Block
from checks.harness.registry import discover
from checks.harness.store import DamagedStore, Store, StoreError, set_aside

CLAIM = next(claim for claim in discover() if claim.label == "A1.1")
BLOCKS = [Block(CLAIM, "measured", ({"case": k},)) for k in range(200)]


def filled(path: Path, blocks: int = 200) -> Path:
    with Store(path) as store:
        for k, block in enumerate(BLOCKS[:blocks]):
            store.put(block, f"[{k}, {k / 7}]")
    return path


def results(path: Path) -> list[Any]:
    with Store(path) as store:
        return [store.get(block) for block in BLOCKS]


def flip(path: Path, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def test_results_are_found_again(tmp_path: Path) -> None:
    path = filled(tmp_path / "made" / "store.sqlite", 3)
    assert results(path)[:4] == ["[0, 0.0]", f"[1, {1 / 7}]", f"[2, {2 / 7}]", None]


def test_what_was_put_before_a_kill_is_there(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite")
    store.put(BLOCKS[0], "[1]")
    copy = tmp_path / "killed"
    copy.mkdir()
    for file in tmp_path.glob("store*"):  # as they are on the disk while the run is alive
        (copy / file.name).write_bytes(file.read_bytes())
    store.close()
    assert results(copy / "store.sqlite")[0] == "[1]"


@pytest.mark.parametrize("sealed", [True, False])
def test_flipped_bits_are_detected_every_time(tmp_path: Path, sealed: bool) -> None:
    path = filled(tmp_path / "store.sqlite")
    sound, seal = path.read_bytes(), path.with_name("store.sqlite.seal").read_text()
    expected = results(path)
    chance = random.Random(1)
    noticed = 0
    for _ in range(150):
        path.write_bytes(sound)
        path.with_name("store.sqlite.seal").write_text(seal)
        flip(path, chance.randrange(8 * len(sound)))
        if not sealed:  # as a killed run leaves it
            path.with_name("store.sqlite.seal").unlink()
        try:
            assert results(path) == expected  # a flip in bytes that hold nothing changes nothing
        except StoreError:
            noticed += 1
    assert noticed == 150 if sealed else noticed > 100


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("sealed", [True, False])
def test_a_truncated_store_is_detected(tmp_path: Path, share: float, sealed: bool) -> None:
    path = filled(tmp_path / "store.sqlite")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    if not sealed:
        path.with_name("store.sqlite.seal").unlink()
    with pytest.raises(DamagedStore):
        Store(path)


def test_a_changed_result_is_not_used_while_the_store_is_open(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        store.put(BLOCKS[0], "[1]")
        store._base.execute("UPDATE blocks SET result = '[2]'")
        with pytest.raises(DamagedStore, match="wrong checksum"):
            store.get(BLOCKS[0])
        assert store.damage() == "1 of its blocks have a wrong checksum"


def test_a_store_whose_header_is_hit_is_not_taken_for_one(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.sqlite")
    path.with_name("store.sqlite.seal").unlink()
    flip(path, 8 * 70)
    with pytest.raises(StoreError, match="not a store of the checks"):
        Store(path)


def test_a_sealed_store_whose_header_is_hit_is_damaged(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.sqlite")
    flip(path, 8 * 70)
    with pytest.raises(DamagedStore, match="does not begin as a store does"):
        Store(path)


@pytest.mark.parametrize("seal", ["", "half a dig", "an essay on seals"])
def test_a_torn_seal_is_none(tmp_path: Path, seal: str) -> None:
    path = filled(tmp_path / "store.sqlite", 1)
    path.with_name("store.sqlite.seal").write_text(seal)
    assert results(path)[0] == "[0, 0.0]"


@pytest.mark.parametrize("content", [b"my thesis", b"SQLite format 3"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thesis.tex"
    path.write_bytes(content)
    path.with_name("thesis.tex.seal").write_text("of my university")
    with pytest.raises(StoreError, match="not a store of the checks"):
        Store(path)
    assert path.read_bytes() == content
    assert path.with_name("thesis.tex.seal").read_text() == "of my university"


def test_a_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE mine (x)")
    base.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a store of the checks"):
        Store(path)
    assert path.read_bytes() == before


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite"), pytest.raises(StoreError, match="in use by another run"):
        Store(tmp_path / "store.sqlite")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file"):
        Store(tmp_path / "file" / "store.sqlite")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path)


def test_a_damaged_store_is_set_aside_under_a_new_name(tmp_path: Path) -> None:
    first = set_aside(filled(tmp_path / "store.sqlite", 1))
    second = set_aside(filled(tmp_path / "store.sqlite", 2))
    assert [first.name, second.name] == ["store.sqlite.damaged-1", "store.sqlite.damaged-2"]
    left = [first.name, f"{first.name}.seal", second.name, f"{second.name}.seal"]
    assert sorted(path.name for path in tmp_path.iterdir()) == left


def test_blocks_of_code_that_has_changed_are_pruned(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        store.put(BLOCKS[0], "[1]")
        ((label, code, blocks),) = store.contents()
        assert (label, blocks) == ("A1.1", 1)
        assert store.prune({label: {code, "more"}, "A1.2": {"other"}}) == 0
        assert store.prune({label: {"other"}}) == 1
        assert store.get(BLOCKS[0]) is None


def test_what_has_no_source_is_not_stored(tmp_path: Path) -> None:
    class Local:
        label = "T"

        def measured(self) -> int:
            return 1

    with Store(tmp_path / "store.sqlite") as store:
        store.put(Block(Local, "measured", ()), "1")
        assert store.get(Block(Local, "measured", ())) is None
