"""``python -m checks.report``."""

import json
from pathlib import Path

import pytest

from checks.report.__main__ import main

from . import sample


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "verdicts.json"
    path.write_text(json.dumps(sample.verdicts()), "utf-8")
    return path


def test_a_report_is_made_again(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.startswith(f"report: {tmp_path / 'out/index.html'}, ")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("{", "is not JSON (Expecting property name"),
        ("[1]", "holds no verdicts"),
        ('{"schema_version": 2, "claims": []}', "has schema version 2"),
    ],
)
def test_what_is_no_verdicts_file_is_said_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, complaint: str
) -> None:
    path = tmp_path / "given.json"
    if content is not None:
        path.write_text(content, "utf-8")
    assert main([str(path), str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}: {complaint}")
    assert line.endswith("; give a verdicts.json of schema version 3, as pytest checks/ --report DIR writes")
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_directory(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path), str(path / "out")]) == 2
    assert capsys.readouterr().err == f"{path / 'out'}: cannot be written (Not a directory); name a directory\n"
