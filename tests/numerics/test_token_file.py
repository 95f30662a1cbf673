"""Texts as sequences."""

from pathlib import Path

import numpy as np
import pytest

from numerics.token_file import token_file


def test_worked_value(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("a b\na  b a", "utf-8")
    sequences, vocabulary = token_file(path, 2)
    np.testing.assert_array_equal(sequences, [[0, 1], [0, 1]])
    assert vocabulary == ["a", "b"]


def test_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "text"
    with pytest.raises(ValueError, match="cannot be read"):
        token_file(path, 2)
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match="cannot be read"):
        token_file(path, 2)
    path.write_text("a b", "utf-8")
    with pytest.raises(ValueError, match="2 tokens, fewer"):
        token_file(path, 3)
    with pytest.raises(ValueError, match="length"):
        token_file(path, 0)
