"""The whole report, of a dictionary and of a run."""

import json
from pathlib import Path
from typing import Any

import pytest

from checks.report.write import render

from ..harness.conftest import check  # noqa: F401 - the fixture
from . import sample

pytest_plugins = ["pytester"]

FILES = {
    *("index.html", "verdicts.md"),
    *(f"tables/{name}.{ending}" for name in ("verdicts", "T1") for ending in ("csv", "md", "tex")),
    "tables/all.tex",
    *(f"figures/T1.{ending}" for ending in ("svg", "pdf", "csv")),
}


def written(directory: Path) -> dict[str, bytes]:
    files = (p for p in directory.rglob("*") if p.is_file() and not p.name.startswith("."))
    return {str(p.relative_to(directory)): p.read_bytes() for p in files}


def test_every_file_is_written(tmp_path: Path) -> None:
    opened = render(sample.verdicts(), tmp_path / "new/out")
    assert opened[0] == tmp_path / "new/out/index.html"
    assert written(tmp_path / "new/out").keys() == FILES


def test_the_same_verdicts_make_the_same_files(tmp_path: Path) -> None:
    render(sample.verdicts(), tmp_path / "a")
    render(sample.verdicts(), tmp_path / "b")
    assert written(tmp_path / "a") == written(tmp_path / "b")


def test_a_claim_without_comparisons_has_tables_and_no_figure(tmp_path: Path) -> None:
    render(sample.verdicts(sample.claim(cases=[])), tmp_path)
    assert written(tmp_path).keys() == {name for name in FILES if not name.startswith("figures")}


def test_a_run_writes_it(check: Any, pytester: pytest.Pytester) -> None:  # noqa: F811
    assert check("--report", "out").ret == 0
    assert written(pytester.path / "out").keys() == FILES | {"verdicts.json"}
    page = (pytester.path / "out/index.html").read_text("utf-8")
    labels = [claim["label"] for claim in json.loads((pytester.path / "out/verdicts.json").read_text())["claims"]]
    assert [label for label in labels if f'id="row-claim-{label}"' not in page] == []


def test_what_an_earlier_report_wrote_and_this_one_does_not_is_removed(tmp_path: Path) -> None:
    verdicts = sample.verdicts()
    render(verdicts, tmp_path)
    mine = tmp_path / "tables" / "mine.csv"
    mine.write_text("1,2", "utf-8")
    label = next(claim["label"] for claim in verdicts["claims"] if claim["cases"])
    assert list((tmp_path / "tables").glob(f"{label}.*"))
    fewer = {**verdicts, "claims": [claim for claim in verdicts["claims"] if claim["label"] != label]}
    render(fewer, tmp_path)
    assert list((tmp_path / "tables").glob(f"{label}.*")) == []
    assert mine.exists()
