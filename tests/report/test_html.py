"""index.html: parsed, not looked at."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from checks.report import html
from checks.report.figures import draw
from checks.report.html import anchor, page
from checks.report.plots import plot

from . import sample

VOID = {"meta", "br", "col", "input"}
NAMESPACES = {"http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"}


class Read(HTMLParser):
    """Tags, their attributes, and the text outside of scripts and styles; complains of tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data

    def values(self, *names: str) -> list[str]:
        return [value for _, attrs in self.tags for name, value in attrs.items() if name in names and value]


def claims() -> list[dict[str, Any]]:
    rows = [sample.row(params={"x": "<i>&|"}, quantity=f"$q{k} <b>") for k in range(30)]
    refuted = {
        "verdict": "refuted",
        "words": "refuted",
        "reason": "1 of 1 comparisons refute it",
        "witness": "",
        "needs": "",
    }
    return [
        sample.claim(label="A1.1", uses=[], own_assumptions=[], assumptions=[]),
        sample.claim(label="A1.2", uses=["A1.1", "A9"], cases=rows, title="<script>alert(1)</script> & | “$x$”"),
        sample.claim(label="A1.3", observation=refuted, cases=[sample.row(simulation=5.0, verdict="refuted")]),
        sample.claim(label="A1.4", cases=[], statement=None, derivation=sample.UNCHECKED["derivation"]),
        sample.UNCHECKED,
    ]


@pytest.fixture(scope="module")
def text() -> str:
    verdicts = sample.verdicts(*claims())
    figures = {c["label"]: draw(plot(c))["svg"].decode() for c in verdicts["claims"] if c["cases"]}
    return page(verdicts, figures)


@pytest.fixture(scope="module")
def read(text: str) -> Read:
    return Read(text)


def test_it_is_a_whole_page(text: str, read: Read) -> None:
    assert text.lstrip().startswith("<!doctype html>\n<html lang=")
    metas = [attrs for tag, attrs in read.tags if tag == "meta"]
    assert {"charset": "utf-8"} in metas
    assert any(attrs.get("name") == "viewport" for attrs in metas)


def test_every_row_is_there_and_says_its_verdict(read: Read) -> None:
    ids = read.values("id")
    for claim in claims():
        assert f"row-{anchor(claim['label'])}" in ids
    assert [label for label in ("A1.1", "A1.2", "A1.3", "A1.4") if anchor(label) not in ids] == []
    assert anchor("T2") not in ids
    for word in (
        "supported",
        "refuted",
        "not checked",
        "proved (1 argument step)",
        "not built yet",
        "Needs: a sampler",
    ):
        assert word in read.text


def test_ids_are_unique_and_links_lead_somewhere(read: Read) -> None:
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    for target in read.values("href", "aria-labelledby"):
        if target.startswith("#") or target in ids:
            assert target.removeprefix("#") in ids
    assert set(re.findall(r"url\(#([^)]+)\)", str(read.values("clip-path")))) <= set(ids)


def test_nothing_is_fetched_from_elsewhere(text: str, read: Read) -> None:
    for target in read.values("href", "src", "srcset", "data", "action", "poster"):
        assert re.match(r"#|data:image/png|verdicts\.json$|(tables|figures)/[\w.-]+$", target), target
    assert set(re.findall(r"https?://[\w./-]+", text)) <= NAMESPACES
    assert set(re.findall(r"url\(['\"]?([^)#]{4})", text)) == {"data"}
    assert "@import" not in text
    assert text.count("data:font/woff2;base64,") == 20


def test_what_a_claim_says_is_text_and_no_markup(text: str, read: Read) -> None:
    assert "<script>alert" not in text
    assert "<script>alert(1)</script> & | “$x$”" in read.text
    assert "if $|x| < 9$ & more." in read.text
    assert "x = <i>&|" in read.text
    assert "cube | <b>" in read.text
    assert "return x <= 2" in read.text


def test_formulas_are_set_where_there_are_formulas_only(read: Read) -> None:
    classes = [(attrs.get("class") or "") for tag, attrs in read.tags if tag in ("td", "p", "h3")]
    assert "math statement" in classes
    assert "number" in classes
    assert not any("math" in name and "number" in name for name in classes)


def test_of_many_rows_twelve_are_shown_and_all_linked(read: Read) -> None:
    assert "The 12 of 30 comparisons in which theory and simulation are farthest apart" in read.text
    assert "tables/A1.2.csv" in read.values("href")
    assert "figures/A1.2.pdf" in read.values("href")


def test_steps_show_their_two_sides(read: Read) -> None:
    assert "left      (x + 1)**2 - 1" in read.text
    assert "residual  0" in read.text


def test_commands_can_be_copied(read: Read) -> None:
    assert "pytest checks/claims/squares.py --label T1 --tier quick --seeds 260518315" in read.text
    assert "pytest checks/ --tier quick --seeds 260518315" in read.text


def test_the_checks_without_an_assumption_are_named(read: Read) -> None:
    table = read.text.partition("Where the theory stops")[2]
    assert re.search(r"x real\s*A1\.1\s*■■■", table)


def test_the_vendored_version_is_the_one_that_is_named(read: Read) -> None:
    folder = Path(html.__file__).parent / "vendor/katex"
    version = re.search(r'version:"([\d.]+)"', (folder / "katex.min.js").read_text("utf-8"))
    assert version is not None
    assert f"KaTeX {version[1]}" in read.text
    assert f"KaTeX {version[1]}" in (folder / "README.md").read_text("utf-8")


def test_a_run_without_any_checked_claim_has_a_page() -> None:
    assert "Needs: a sampler" in Read(page(sample.verdicts(sample.UNCHECKED), {})).text
