"""What the documentation tells a reader to do works."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_claims_of_the_tutorial_are_supported() -> None:
    command = [sys.executable, "-m", "pytest", "-p", "checks.harness.plugin", "-p", "no:cacheprovider"]
    example = str(ROOT / "docs/examples/normal_maximum.py")
    result = subprocess.run([*command, example], cwd=ROOT / "docs", capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 passed" in result.stdout


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
