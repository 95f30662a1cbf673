"""What the documentation tells a reader to do works."""

import re
from pathlib import Path

from . import tutorial

ROOT = Path(__file__).resolve().parents[1]


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
