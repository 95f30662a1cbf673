"""Commands as their users give them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.__main__ import main
from checks.cli.new import written

Answer = tuple[int, str, str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Return what gives a command and returns its exit status, what it printed, and its complaint."""

    def run(*arguments: object) -> Answer:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:
            status = int(left.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def refused(say: Callable[..., Answer]) -> Callable[..., str]:
    """Return what gives a command that is to be refused in one line, with 2, and returns the line."""

    def run(*arguments: object) -> str:
        status, out, complaint = say(*arguments)
        assert (status, out) == (2, "")
        assert complaint.count("\n") == 1
        return complaint

    return run


@pytest.fixture
def claim_file(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Return what writes a claim of a kind to a file; its module is forgotten afterwards."""
    path, modules = list(sys.path), set(sys.modules)

    def write(kind: str, name: str = "Mine", change: Any = lambda text: text) -> Path:
        file = tmp_path / f"{name.lower()}_{kind.lower()}.py"
        file.write_text(change(written(kind, name, f"X.{name}")), "utf-8")
        return file

    yield write
    sys.path[:] = path
    for module in set(sys.modules) - modules:
        if str(tmp_path) in str(getattr(sys.modules[module], "__file__", "")):
            del sys.modules[module]
