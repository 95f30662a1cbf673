"""``python -m checks release``: a report that is small enough to be committed."""

import json
from pathlib import Path
from typing import Any

import pytest

from checks.cli.command import Refused
from checks.cli.release import shortened

from .test_diff import CASE, report


def with_cases(distances: list[float]) -> dict[str, Any]:
    found = report()
    found["claims"][0]["cases"] = [{**CASE, "params": {"x": d}, "simulation": 4 + d} for d in distances]
    return found


def test_a_small_report_is_copied_as_it_is(say, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text(json.dumps(report()))
    status, out, complaint = say("release", tmp_path / "out.json", tmp_path / "new/verdicts.json")
    assert (status, complaint) == (0, "")
    assert "all comparisons" in out
    assert json.loads((tmp_path / "new/verdicts.json").read_text()) == report()


def test_of_a_large_report_the_comparisons_farthest_apart_are_kept_and_that_is_said() -> None:
    full = with_cases([0.0, 0.5, 0.1, 0.4, 0.2, 0.3])
    size = len(shortened(full)[0].encode())
    text, most = shortened(full, limit=size - 1)
    (row, _) = json.loads(text)["claims"]
    assert most == 3
    assert [case["params"]["x"] for case in row["cases"]] == [0.5, 0.4, 0.3]
    assert row["observation"]["reason"].endswith("kept here: the 3 of 6 comparisons farthest apart")
    assert row["observation"]["verdict"] == "supported"


def test_what_stays_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="without any comparison"):
        shortened(with_cases([0.1]), limit=10)


def test_seeds_that_are_not_released_are_refused(refused, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text(json.dumps(report(seeds={"mode": "fresh", "root": 3})))
    assert "a release takes released ones" in refused("release", tmp_path / "out.json", tmp_path / "new.json")


def test_changes_that_are_not_committed_are_said(say, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text(json.dumps(report(commit="abc-dirty")))
    status, _, complaint = say("release", tmp_path / "out.json", tmp_path / "new.json")
    assert status == 0
    assert "commit all changes and release again" in complaint
