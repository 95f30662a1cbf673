import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import HypothesisProvider

from checks.harness.drawing import PlainProvider, search

numbers = st.integers(0, 10**6)


def drawn(root: int) -> list[int]:
    seen: list[int] = []
    assert not search(numbers, lambda n: bool(seen.append(n)), root=root, examples=50)
    return seen


def test_the_seed_alone_decides_what_is_drawn() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_a_simplest_counterexample_is_tried_last() -> None:
    seen: list[int] = []
    assert search(numbers, lambda n: bool(seen.append(n)) or n >= 1234, root=3, examples=200)
    assert seen[-1] == 1234


def test_the_method_that_draws_constants_of_imported_modules_is_still_there_to_be_replaced() -> None:
    assert PlainProvider._maybe_draw_constant is not HypothesisProvider._maybe_draw_constant


def test_another_module_with_its_own_constants_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn(4)
    source = tmp_path / "other.py"
    source.write_text("\n".join(f"N{k} = {7919 * k}" for k in range(200)))
    module = ModuleType("other")
    module.__file__ = str(source)
    monkeypatch.setitem(sys.modules, "other", module)
    assert drawn(4) == before
