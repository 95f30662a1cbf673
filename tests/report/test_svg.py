"""Figures within a page."""

import re

from checks.report.svg import Glyphs

SVG = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "x" "http://example.org/x.dtd">
<svg width="5pt" height="4pt" viewBox="0 0 5 4">
 <defs><style type="text/css">*{stroke: red}</style></defs>
 <g id="unused"><defs><path id="m1" d="M 0 0
L 1 1"/></defs><use xlink:href="#m1"/>
 <defs><path id="DejaVuSans-41" d="M 1
2"/></defs><use xlink:href="#DejaVuSans-41"/><g clip-path="url(#p2)"/></g>
 <clipPath id="p2"/>
</svg>"""


def test_ids_are_those_of_one_figure_and_letters_are_shared() -> None:
    glyphs = Glyphs()
    first, second = glyphs.inline(SVG, "f1", "one"), glyphs.inline(SVG, "f2", "two")
    assert re.findall(r' id="([^"]*)"', first) == ["f1-m1", "f1-p2"]
    assert re.findall(r' id="([^"]*)"', second) == ["f2-m1", "f2-p2"]
    assert set(re.findall(r"#([\w-]+)", first)) == {"f1-m1", "DejaVuSans-41", "f1-p2"}
    assert glyphs.definitions().count('id="DejaVuSans-41"') == 1


def test_nothing_stays_of_the_files_head_and_style() -> None:
    inlined = Glyphs().inline(SVG, "f", "title")
    assert inlined.startswith('<svg viewBox="0 0 5 4" role="img" aria-label="title">')
    for gone in ("xml", "DOCTYPE", "style", "xlink", "unused", "pt", "\n"):
        assert gone not in inlined
