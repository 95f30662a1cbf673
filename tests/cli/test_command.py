"""What all commands share."""

import subprocess
import sys

import pytest


def test_no_command_is_refused(refused) -> None:
    assert "COMMAND" in refused()


def test_an_unknown_command_is_refused_and_the_known_ones_are_named(refused) -> None:
    complaint = refused("lst")
    assert all(name in complaint for name in ("list", "show", "plan", "new", "diff", "store"))


@pytest.mark.parametrize("command", ["list", "show", "plan", "new", "diff", "store", "release"])
def test_every_command_has_help(say, command: str) -> None:
    status, out, _ = say(command, "--help")
    assert status == 0
    assert "usage: python -m checks" in out


def test_a_reader_that_has_enough_is_no_error() -> None:
    shell = f"{sys.executable} -m checks list | head -1"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    assert result.stdout.startswith("A1.1 ")
