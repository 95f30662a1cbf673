"""Tables."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from checks.report import tables
from checks.report.words import head
from checks.report.write import render

from . import sample

HEAD = head(sample.verdicts())


def data(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def test_the_csv_of_a_claim_has_all_rows_with_all_digits() -> None:
    rows = [sample.row(params={"x": k}, simulation=1 / 3 + k) for k in range(40)]
    found = data(tables.claim_csv(sample.claim(cases=rows), HEAD))
    assert [float(row["simulation"]) for row in found] == [row["simulation"] for row in rows]
    assert [json.loads(row["case"]) for row in found] == [row["params"] for row in rows]


def test_the_csv_of_all_verdicts_has_every_row() -> None:
    found = data(tables.verdicts_csv(sample.verdicts()))
    assert [(row["label"], row["observation"]) for row in found] == [("T1", "supported"), ("T2", "not checked")]
    assert found[1]["evidence, or why not checked"] == "not built yet; needs: a sampler"


@pytest.mark.parametrize("make", [tables.claim_csv, tables.claim_markdown, tables.claim_latex])
def test_every_table_says_where_it_comes_from(make: object) -> None:
    assert callable(make)
    text = make(sample.claim(), HEAD)
    assert "commit 0123456789abcdef0123456789abcdef01234567" in text
    assert "tier quick, seeds released (260518315)" in text
    assert "pytest checks/claims/squares.py --label T1 --tier quick --seeds 260518315" in text


def test_columns_that_say_nothing_are_left_out() -> None:
    columns, rows = tables.comparison(sample.claim(), [sample.row()])
    assert columns == ["case", "theory", "simulation", "δ", "D", "(S − T)/D", "verdict"]
    assert rows == [["x = 2", "4.0000000", "4.0000000(10)", "4e-06", "2e-06", "0", "supported"]]


def test_a_long_latex_table_is_cut_and_says_so() -> None:
    text = tables.claim_latex(sample.claim(cases=[sample.row(params={"x": k}) for k in range(40)]), HEAD)
    assert "The 12 of 40 comparisons in which theory and simulation are farthest apart" in text
    assert text.count("supported") == 12
    assert r"\label{tab:T1}" in text


def test_a_bound_has_its_sign() -> None:
    text = tables.claim_latex(sample.claim(cases=[sample.row(side="upper")]), HEAD)
    assert r"\ensuremath{\le} $4.0000000$" in text


def test_a_dirty_commit_stays_dirty() -> None:
    assert tables.short_commit("0123456789abcdef-dirty") == "0123456789ab-dirty"


STRANGE = "Σ̂ ⪰ 0, μ², √λ₁ & 5 % of {x}_1 ~ ^ \\ # $ “q” – ‖v‖ ½ ≤ ∞ ñ 漢 😀 |<b>|"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed: the tables are not compiled")
def test_pdflatex_compiles_all_tables(tmp_path: Path) -> None:
    rows = [sample.row(params={STRANGE: STRANGE}, quantity=STRANGE), sample.row(side="upper", n=5, looks=1, bias=1.0)]
    claims = [
        sample.claim(label="A_1.2", title=f"{STRANGE} $x_1^2$", cases=rows),
        sample.claim(label="T3", cases=[sample.row(params={"x": list(range(k))}) for k in range(40)]),
        sample.claim(label="T4", cases=[]),
        sample.UNCHECKED,
    ]
    render(sample.verdicts(*claims), tmp_path)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path / "tables", capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]
    assert (tmp_path / "tables/all.pdf").exists()
