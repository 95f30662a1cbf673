"""``python -m checks store``: stored results."""

from pathlib import Path

import pytest

from checks.__main__ import main
from checks.harness.blocks import Block
from checks.harness.registry import discover
from checks.harness.store import Store

CLAIM = next(claim for claim in discover() if claim.label == "A1.1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store(tmp_path / "store.sqlite") as store:
        store.put(Block(CLAIM, "measured", (1,)), "[1]")
        store._codes[CLAIM, ()].digest = "of another time"
        store.put(Block(CLAIM, "measured", (2,)), "[2]")
    return tmp_path / "store.sqlite"


def test_info_tells_blocks_of_code_that_has_changed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "info", "--store", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert sorted(lines) == [
        f"A1.1           {1:8} blocks",
        f"A1.1           {1:8} blocks, of code that has changed",
    ]


def test_prune_removes_them(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "prune", "--store", str(path)]) == 0
    assert capsys.readouterr().out == "1 blocks of code that has changed are removed\n"
    with Store(path) as store:
        assert store.get(Block(CLAIM, "measured", (1,))) == "[1]"


def test_verify_finds_damage(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "verify", "--store", str(path)]) == 0
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    assert main(["store", "verify", "--store", str(path)]) == 1
    assert "not those that were sealed" in capsys.readouterr().err


def test_no_store_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "info", "--store", str(tmp_path / "none")]) == 1
    assert "there is no store" in capsys.readouterr().err


def test_an_unknown_action_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["store", "burn"])
    assert "invalid choice: 'burn'" in capsys.readouterr().err
