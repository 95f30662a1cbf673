"""The command that runs the measures on data of one's own."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imsave

from benchmarks.own_data import main


def test_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for k in range(5):
            imsave(tmp_path / name / f"{k}.png", rng.random((8, 8, 3)))
    main(["images", str(tmp_path), "--steps", "2"])
    printed = capsys.readouterr().out
    assert "8 images to train on, 2 to test on, 2 classes" in printed
    assert printed.count("off a multiple of I") == 3


def test_heads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    shape = (2, 8, 3)
    np.savez(tmp_path / "head.npz", **{name: rng.standard_normal(shape) for name in ("queries", "keys", "values")})
    main(["heads", str(tmp_path / "head.npz")])
    printed = capsys.readouterr().out
    assert "exact values: alignment 1.000, overlap 1.000, Σ g v 0.000, Rayleigh residual 0.000, VᵀKV off" in printed


def test_tokens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("a b c d " * 10, "utf-8")
    main(["tokens", str(tmp_path / "text")])
    assert "2 sequences of 16 tokens, 4 different ones" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["images", "heads", "tokens"])
def test_one_clear_error(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main([kind, str(tmp_path / "nothing")])
    assert raised.value.code == 2
    assert "nothing" in capsys.readouterr().err
