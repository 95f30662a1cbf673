"""Figures: not their pixels, but that they are made, whole and the same every time."""

from xml.etree import ElementTree

import pytest

from checks.report import figures
from checks.report.figures import draw, draw_all
from checks.report.plots import Plot, plot

from . import sample


def drawn(**changes: object) -> Plot:
    rows = [sample.row(params={"x": k}, theory=float(k), simulation=float(k), **changes) for k in range(1, 6)]
    return plot(sample.claim(cases=rows, kind="Bound" if "side" in changes else "Identity"))


@pytest.mark.parametrize("changes", [{}, {"side": "upper"}, {"side": "lower"}, {"verdict": "refuted"}, {"bias": 0.5}])
def test_svg_and_pdf_are_made_without_dates_or_addresses(changes: dict[str, object]) -> None:
    files = draw(drawn(**changes))
    assert ElementTree.fromstring(files["svg"]).tag.endswith("svg")
    assert b"<metadata" not in files["svg"]
    assert files["pdf"].startswith(b"%PDF")
    assert b"CreationDate" not in files["pdf"]


def test_the_same_numbers_make_the_same_bytes() -> None:
    assert draw(drawn()) == draw(drawn())


def test_dollars_and_strange_letters_in_names_are_drawn_as_they_are() -> None:
    rows = [sample.row(quantity=name) for name in ("$x_1", "😀", "⟨u, v⟩²", "a" * 200)]
    assert draw(plot(sample.claim(cases=rows)))


def test_many_points_are_an_image_within_the_figure() -> None:
    rows = [sample.row(params={"x": [k]}, theory=float(k), simulation=float(k)) for k in range(3000)]
    svg = draw(plot(sample.claim(cases=rows)))["svg"]
    assert b"<image" in svg
    assert len(svg) < 150_000


def test_processes_draw_what_one_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    plots = [drawn()] * 2
    monkeypatch.setattr(figures, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert draw_all(plots) == [draw(one) for one in plots]
