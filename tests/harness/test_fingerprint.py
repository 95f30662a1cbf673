"""Stored results are used again exactly while the code behind them is the same."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from checks.harness import fingerprint as module
from checks.harness.fingerprint import fingerprint

CLAIM = '''
"""Claims."""

import math
from checks.harness.kinds import Identity
from my_numerics import cube
import my_theory

FACTOR = 2


def helper(x):
    """Help."""
    return FACTOR * x


def of_theory(x):
    return x


class Square(Identity):
    """The square."""

    label = "T1"
    title = "Square"
    source = "none"
    offset = 3

    def cases(self):
        return [{"x": 2}]

    def prediction(self, x):
        return of_theory(x)

    def simulation(self, x):
        return helper(x) + self.more(x) + cube(x)

    def more(self, x):
        return self.offset

    def mutants(self):
        return {}
'''
NUMERICS = '''
from my_deeper import depth


def cube(x):
    """Cube."""
    return x**3
'''


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that writes the files, one of them changed in one place, and returns the fingerprint."""
    monkeypatch.syspath_prepend(tmp_path)
    files = {"digested_claims": CLAIM, "my_numerics": NUMERICS, "my_deeper": "depth = 1\n", "my_theory": "x = 1\n"}

    def run(file: str = "digested_claims", sound: str = "", faulty: str = "") -> str | None:
        for name, text in files.items():
            assert name != file or sound in text
            (tmp_path / f"{name}.py").write_text(text.replace(sound, faulty) if name == file else text, "utf-8")
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        module._module_code.cache_clear()
        return fingerprint(importlib.import_module("digested_claims").Square, "measured")

    return run


@pytest.mark.parametrize(
    ("file", "sound", "faulty"),
    [
        ("digested_claims", "return helper(x) +", "return helper(x) -"),
        ("digested_claims", "FACTOR * x", "FACTOR + x"),
        ("digested_claims", "FACTOR = 2", "FACTOR = 3"),
        ("digested_claims", "offset = 3", "offset = 4"),
        ("digested_claims", "return self.offset", "return 2 * self.offset"),
        ("my_numerics", "x**3", "x**4"),
        ("my_deeper", "depth = 1", "depth = 2"),
    ],
)
def test_what_the_simulation_reaches_changes_it(digest: Any, file: str, sound: str, faulty: str) -> None:
    assert digest(file, sound, faulty) != digest()


@pytest.mark.parametrize(
    ("file", "sound", "faulty"),
    [
        ("digested_claims", "return of_theory(x)", "return 2 * of_theory(x)"),
        ("digested_claims", "    return x\n", "    return x + 1\n"),
        ("digested_claims", 'return [{"x": 2}]', 'return [{"x": 3}]'),
        ("digested_claims", '"""Help."""', '"""Help much."""'),
        ("digested_claims", "import math", "import math  # why"),
        ("my_numerics", '"""Cube."""', '"""The cube."""'),
        ("my_theory", "x = 1", "x = 2"),
    ],
)
def test_predictions_cases_and_words_do_not(digest: Any, file: str, sound: str, faulty: str) -> None:
    assert digest(file, sound, faulty) == digest()


def test_another_library_is_other_code(digest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest()
    monkeypatch.setattr(module, "version", lambda name: "0")
    assert digest() != before


def test_a_class_made_by_a_function_has_none() -> None:
    class Local:
        def measured(self) -> None: ...

    assert fingerprint(Local, "measured") is None
