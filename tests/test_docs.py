"""What the documentation tells a reader to do works."""

import inspect
import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checks.cli.release import LIMIT
from checks.harness import registry

from . import tutorial

ROOT = Path(__file__).resolve().parents[1]
RELEASED = ROOT / "docs/release/verdicts.json"
RENEW = "docs/release/verdicts.json is of other claims than checks/claims/: commit, run `make release`, and commit it"


def test_the_tutorial_leads_to_a_claim_that_works(tmp_path: Path) -> None:
    path = tmp_path / "larger_of_two.py"
    told = tutorial.blocks((ROOT / "docs/adding-a-claim.md").read_text("utf-8"))
    assert {language for language, _, _ in told} == {"console", "python"}
    for language, text, fails in told:
        if language == "python":
            path.write_text(tutorial.replaced(path.read_text("utf-8"), text), "utf-8")
            continue
        command, _, shown = text.removeprefix("$ ").partition("\n")
        status, printed = tutorial.give(command, tmp_path)
        assert (status != 0) == fails, f"{command}\n{printed}"
        assert tutorial.shows(shown, printed), f"{command} printed\n{printed}"
    assert path.read_text("utf-8") == (ROOT / "docs/examples/larger_of_two.py").read_text("utf-8")


def test_the_example_of_the_transition_prints_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/transition.md").read_text("utf-8")
    for code, shown in re.findall(r"```python\n(.*?)```\n\n    (.*?)\n", page, re.DOTALL):
        exec(code, {})
        assert capsys.readouterr().out == f"{shown}\n"


KEPT = {"transition": (0, 35), "training": (0, 7), "recovery": (33,), "pursuit": (0, 71)}


@pytest.mark.parametrize(("figures", "kept"), KEPT.items(), ids=KEPT)
def test_data_of_figures_can_be_simulated_again(figures: str, kept: tuple[int, ...]) -> None:
    script = runpy.run_path(str(ROOT / f"docs/{figures}_figures.py"))
    rows = script["data"]()
    for number in kept:
        row = list(rows[number].values())
        again = again_of(script, rows[number])
        assert [f"{value:.4g}" for value in again] == [f"{value:.4g}" for value in row]


def again_of(script: dict[str, Any], row: dict[str, float]) -> list[float]:
    """Return a row of the data of figures, simulated again."""
    if "K" in row:
        counts = (int(row[name]) for name in ("M", "K"))
        return script["simulated"](*counts, row["theta"], int(row["d"]), int(row["steps"]))
    if "sparsity" in row:
        return script["simulated"](int(row["rank"]), row["sparsity"])
    if "P" in row:
        return script["simulated"](row["gamma"], int(row["P"]), row["theta"])
    return script["simulated"](int(row["n"]), row["theta"])


def test_shown_output_is_compared() -> None:
    assert tutorial.shows("a\n…\nb …\n", "a\n1\n2\nb 3\n")
    assert not tutorial.shows("a\nb\n", "a\n1\nb\n")
    assert not tutorial.shows("a\n", "b\n")


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 120
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_lines_that_the_readme_names_begin_a_claim_or_a_derivation() -> None:
    places = re.findall(r"([\w/]+\.py):(\d+)", (ROOT / "README.md").read_text("utf-8"))
    assert len(places) >= 2
    for file, line in places:
        named = (ROOT / file).read_text("utf-8").splitlines()[int(line) - 1]
        assert named.startswith(("class ", "def derivation(")), f"{file}:{line} is {named!r}"


def test_files_named_in_the_documentation_exist() -> None:
    for page in (*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for name in re.findall(r"`((?:theory|numerics|checks|tests|docs)/[\w./-]*)[`:]", page.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


@pytest.fixture(scope="module")
def released() -> dict[str, Any]:
    return json.loads(RELEASED.read_text("utf-8"))


@pytest.fixture(scope="module")
def write_pages() -> Callable[..., list[Path]]:
    return runpy.run_path(str(ROOT / "docs/claim_pages.py"))["write_pages"]


def test_the_released_verdicts_are_those_of_the_claims_that_there_are(released: dict[str, Any]) -> None:
    checked = {claim["label"] for claim in released["claims"] if claim["id"]}
    assert checked == registry.by_label(registry.discover()).keys(), RENEW


def test_the_released_claims_state_and_assume_what_the_claims_do(released: dict[str, Any]) -> None:
    claims = registry.by_label(registry.discover())
    for row in (row for row in released["claims"] if row["id"]):
        claim = claims[row["label"]]
        assert row["statement"] == inspect.cleandoc(claim.__doc__ or ""), f"{row['label']}: {RENEW}"
        assert row["own_assumptions"] == list(claim.assumptions), f"{row['label']}: {RENEW}"
        assert [mutant["name"] for mutant in row["mutants"]] == list(claim().mutants()), f"{row['label']}: {RENEW}"


def test_the_released_verdicts_fit_the_schema_and_are_small(released: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "docs/verdicts.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(released)
    assert released["seeds"]["mode"] == "released"
    assert RELEASED.stat().st_size <= LIMIT


def test_verdicts_quoted_in_the_documentation_are_the_released_ones(released: dict[str, Any]) -> None:
    headlines = {
        claim["label"]: f"{claim['derivation']['words']} · {claim['observation']['words']}"
        for claim in released["claims"]
    }
    quoted = re.compile(r"\b([A-D]\d[\w.]*): ((?:proved|certified|heuristic|none)[^·]*· \w+)")
    found = [
        (label, " ".join(headline.split()))
        for page in (*ROOT.glob("docs/*.md"), ROOT / "README.md")
        for label, headline in quoted.findall(page.read_text("utf-8"))
    ]
    assert found
    assert [(label, headlines.get(label)) for label, _ in found] == found, RENEW


def test_every_released_claim_has_a_page_and_pages_of_others_go(
    released: dict[str, Any], write_pages: Callable[..., list[Path]], tmp_path: Path
) -> None:
    (tmp_path / "Z1.md").write_text("# of a claim that is gone")
    pages = {path.stem: path.read_text("utf-8") for path in write_pages(tmp_path)}
    assert {path.stem for path in tmp_path.iterdir()} == pages.keys()
    for claim in released["claims"]:
        assert (claim["label"] in pages) == (claim["observation"]["verdict"] != "not_checked")
        if claim["label"] in pages:
            assert pages[claim["label"]].startswith(f"# {claim['label']} {claim['title']}\n")
            assert f"[{claim['label']}]({claim['label']}.md)" in pages["index"]
    assert released["commit"] in pages["index"]


def test_pages_say_that_comparisons_were_left_out(
    released: dict[str, Any], write_pages: Callable[..., list[Path]], tmp_path: Path
) -> None:
    claims = json.loads(json.dumps([claim for claim in released["claims"] if claim["id"]][:1]))
    claims[0]["observation"]["reason"] += "; kept here: the 2 of 100 comparisons farthest apart"
    (tmp_path / "short.json").write_text(json.dumps({**released, "claims": claims}), "utf-8")
    write_pages(tmp_path / "pages", tmp_path / "short.json")
    assert "those in which theory and simulation are farthest apart" in (tmp_path / "pages/index.md").read_text("utf-8")


def test_commands_named_in_the_documentation_exist() -> None:
    from checks.__main__ import main

    pages = [*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {name for page in pages for name in re.findall(r"python -m checks (\w+)", page.read_text("utf-8"))}
    assert named >= {"list", "show", "plan", "new", "diff", "store"}
    for name in named:
        with pytest.raises(SystemExit, match=r"^0$"):
            main([name, "--help"])
