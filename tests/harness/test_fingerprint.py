"""Stored results are used again exactly while the code behind them is the same."""

import importlib
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from checks.harness import fingerprint as module
from checks.harness.blocks import Block
from checks.harness.fingerprint import Fingerprint
from checks.harness.store import Store

FILES = {
    "digested_claims": '''
"""Claims."""

import math
from checks.harness.kinds import Identity
from digested_numerics import cube
from digested_stars import *
import digested_package.first.part
import digested_package.second
import digested_theory
try:
    import digested_optional
except ImportError:
    pass

FACTOR = 2
COUNT = 3
COUNT += 1
TABLE = {}
TABLE["a"] = 3
digested_package.second.setting = 5
twice = lambda x: 2 * x
OF_THEORY = 7


def helper(x, by=1):
    """Help."""
    return FACTOR * x * by


def of_theory(x):
    return x * OF_THEORY


class Mixin:
    def more(self, x):
        return self.offset


class Square(Mixin, Identity):
    """The square."""

    label = "T1"
    title = "Square"
    source = "none"
    offset = 3

    def __init__(self):
        self.size = 4

    def cases(self):
        return [{"x": 2}]

    def prediction(self, x):
        return of_theory(x)

    def simulation(self, x):
        from digested_late import late

        return helper(x) + self.more(x) + cube(x) + late(x) + starred(x) + twice(x) * COUNT

    def mutants(self):
        return {}


class Other(Identity):
    """Another claim."""

    label = "T2"
    other = 1
''',
    "digested_numerics": 'from digested_deeper import depth\n\n\ndef cube(x):\n    """Cube."""\n    return x**3\n',
    "digested_deeper": "depth = 1\n",
    "digested_theory": "x = 1\n",
    "digested_stars": "def starred(x):\n    return x\n",
    "digested_late": "def late(x):\n    return x\n",
    "digested_optional": "x = 1\n",
    "digested_package/__init__": "top = 1\n",
    "digested_package/first/__init__": "middle = 1\n",
    "digested_package/first/part": "low = 1\n",
    "digested_package/second": "setting = 1\n",
}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that writes the files, one of them changed in one place, and imports the claim."""
    monkeypatch.syspath_prepend(tmp_path)

    def run(file: str = "", sound: str = "", faulty: str = "") -> Any:
        for name, text in FILES.items():
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            assert name != file or text.count(sound) == 1
            path.write_text(text.replace(sound, faulty) if name == file else text, "utf-8")
        for name in [name for name in sys.modules if name.startswith("digested")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return importlib.import_module("digested_claims").Square

    sys.dont_write_bytecode = True
    yield run
    sys.dont_write_bytecode = False


@pytest.mark.parametrize(
    ("file", "sound", "faulty"),
    [
        ("digested_claims", "return helper(x) +", "return helper(x) -"),
        ("digested_claims", "FACTOR * x", "FACTOR + x"),
        ("digested_claims", "by=1", "by=2"),
        ("digested_claims", "FACTOR = 2", "FACTOR = 3"),
        ("digested_claims", "COUNT += 1", "COUNT += 2"),
        ("digested_claims", 'TABLE["a"] = 3', 'TABLE["a"] = 4'),
        ("digested_claims", "setting = 5", "setting = 6"),
        ("digested_claims", "lambda x: 2 * x", "lambda x: 3 * x"),
        ("digested_claims", "offset = 3", "offset = 4"),
        ("digested_claims", "self.size = 4", "self.size = 5"),
        ("digested_claims", "return self.offset", "return 2 * self.offset"),
        ("digested_claims", "offset = 3", "offset = 3\n    known = 5"),
        ("digested_numerics", "x**3", "x**4"),
        ("digested_deeper", "depth = 1", "depth = 2"),
        ("digested_stars", "return x", "return -x"),
        ("digested_late", "return x", "return -x"),
        ("digested_optional", "x = 1", "x = 2"),
        ("digested_package/__init__", "top = 1", "top = 2"),
        ("digested_package/first/__init__", "middle = 1", "middle = 2"),
        ("digested_package/first/part", "low = 1", "low = 2"),
        ("digested_package/second", "setting = 1", "setting = 2"),
    ],
)
def test_what_the_simulation_may_reach_changes_it(written: Any, file: str, sound: str, faulty: str) -> None:
    assert Fingerprint(written(file, sound, faulty)).digest != Fingerprint(written()).digest


@pytest.mark.parametrize(
    ("file", "sound", "faulty"),
    [
        ("digested_claims", "return of_theory(x)", "return 2 * of_theory(x)"),
        ("digested_claims", "return x * OF_THEORY", "return x + OF_THEORY"),
        ("digested_claims", "OF_THEORY = 7", "OF_THEORY = 8"),
        ("digested_claims", 'return [{"x": 2}]', 'return [{"x": 3}]'),
        ("digested_claims", "other = 1", "other = 2"),
        ("digested_claims", '"""Help."""', '"""Help much."""'),
        ("digested_claims", "import math", "import math  # why"),
        ("digested_numerics", '"""Cube."""', '"""The cube."""'),
        ("digested_theory", "x = 1", "x = 2"),
    ],
)
def test_predictions_cases_other_claims_and_words_do_not(written: Any, file: str, sound: str, faulty: str) -> None:
    assert Fingerprint(written(file, sound, faulty)).digest == Fingerprint(written()).digest


def test_cases_count_where_they_are_drawn(written: Any) -> None:
    before = Fingerprint(written(), "cases").digest
    assert Fingerprint(written("digested_claims", 'return [{"x": 2}]', 'return [{"x": 3}]'), "cases").digest != before


def test_another_library_is_other_code(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Fingerprint(written()).digest
    monkeypatch.setattr(module, "version", lambda name: "0")
    assert Fingerprint(written()).digest != before


def test_the_harness_counts_where_it_makes_results(
    written: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = Fingerprint(written()).digest
    for name in ("blocks.py", "seeds.py", "intervals.py"):
        (tmp_path / name).write_text("changed = 1")
    (tmp_path / "kinds").mkdir()
    monkeypatch.setattr(module, "HARNESS", tmp_path)
    assert Fingerprint(written()).digest != before


def test_a_class_made_by_a_function_has_none() -> None:
    class Local:
        def measured(self) -> None: ...

    with pytest.raises(ValueError, match="made by a function"):
        Fingerprint(Local)


def test_code_that_changed_since_the_run_began_is_neither_looked_up_nor_kept(written: Any, tmp_path: Path) -> None:
    block = Block(written(), "measured", (1,))
    with Store(tmp_path / "store.sqlite", since=time.time() + 5) as store:
        store.put(block, "[1]")
        assert store.get(block) == "[1]"
        later = time.time() + 10
        os.utime(tmp_path / "digested_late.py", (later, later))
        time.sleep(0.6)  # files are looked at twice a second
        assert store.get(block) is None
        store.put(block, "[2]")
    os.utime(tmp_path / "digested_late.py")
    with Store(tmp_path / "store.sqlite") as store:
        assert store.get(block) == "[1]"
