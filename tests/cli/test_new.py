"""``python -m checks new``: the file of a claim, which works as it is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from checks.cli.new import KINDS, names
from checks.harness.registry import CHECKS


def test_a_new_claim_of_every_kind_is_supported_as_written(say, tmp_path: Path) -> None:
    for kind in KINDS:
        status, out, _ = say("new", f"New{kind}", "--kind", kind, "--directory", tmp_path)
        assert status == 0
        assert out.endswith(f"next: python -m pytest -p checks.harness.plugin {tmp_path}/new_{kind.lower()}.py\n")
    files = sorted(map(str, tmp_path.glob("*.py")))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "checks.harness.plugin",
        "-p",
        "no:cacheprovider",
        "--workers",
        "0",
    ]
    result = subprocess.run([*command, *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(KINDS)} passed" in result.stdout
    assert len(re.findall(r"^X.new_\w+ .*supported +2 of 2$", result.stdout, re.MULTILINE)) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_to_be_replaced_is_marked(say, tmp_path: Path, kind: str) -> None:
    assert say("new", "marked", "--kind", kind, "--label", "Y.7", "--directory", tmp_path)[0] == 0
    text = (tmp_path / "marked.py").read_text("utf-8")
    assert f"class Marked({kind}):" in text
    assert 'label = "Y.7"' in text
    assert text.count("TODO") >= 10


def test_names() -> None:
    assert names("LargerOfTwo") == names("larger_of_two") == ("larger_of_two", "LargerOfTwo")
    assert names("BBPOverlap") == ("bbp_overlap", "BBPOverlap")


def test_an_existing_file_is_left_as_it_is(refused, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    assert "exists; it is left as it is" in refused("new", "Mine", "--directory", tmp_path)
    assert (tmp_path / "mine.py").read_text() == "x = 1\n"


@pytest.mark.parametrize("name", ["2fast", "two-words", "mixed_Case", "", "class", "Ωmega", "a b", "../up"])
def test_what_is_no_name_is_refused(refused, tmp_path: Path, name: str) -> None:
    assert "is no name" in refused("new", "--directory", tmp_path, "--", name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "complaint"), [("random", "already has a module"), ("Measured", "is used in the file")]
)
def test_a_name_with_another_meaning_is_refused(refused, tmp_path: Path, name: str, complaint: str) -> None:
    assert complaint in refused("new", name, "--directory", tmp_path)


@pytest.mark.parametrize(
    ("label", "complaint"),
    [("A1.3", "belongs to the project's ledger"), ("X 1", "words joined by dots"), ("1", "words joined by dots")],
)
def test_a_label_that_cannot_be_is_refused(refused, tmp_path: Path, label: str, complaint: str) -> None:
    assert complaint in refused("new", "Mine", "--label", label, "--directory", tmp_path)


def test_a_label_of_the_ledger_that_has_a_claim_is_refused_in_the_project_too(refused) -> None:
    assert "is claimed by" in refused("new", "Mine", "--label", "A1.2", "--directory", CHECKS / "claims")


def test_a_directory_that_is_not_there_is_refused(refused, tmp_path: Path) -> None:
    assert "cannot be written" in refused("new", "Mine", "--directory", tmp_path / "none")
