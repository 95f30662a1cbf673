"""Figures within a page: names of their own, and the shapes of letters, which all figures share, once."""

import re
from dataclasses import dataclass, field

_GLYPH = re.compile(r'<path id="(DejaVu[^"]*)" (.*?)/>', re.DOTALL)


@dataclass
class Glyphs:
    """The shapes of letters met so far, by their names."""

    paths: dict[str, str] = field(default_factory=dict)

    def inline(self, svg: str, prefix: str, title: str) -> str:
        """Return an SVG element for a page: its ids begin with ``prefix``, its letters are in ``definitions``.

        ``title`` is what the figure shows, as text that is safe in an attribute.
        """
        body = svg[svg.index("<svg") :]
        for name, path in _GLYPH.findall(body):
            self.paths.setdefault(name, path)
        body = re.sub(r"<style.*?</style>|<!--.*?-->", "", _GLYPH.sub("", body), flags=re.DOTALL)
        body = re.sub(r"<defs>\s*</defs>", "", body).replace("xlink:href", "href")
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body)) - self.paths.keys()
        body = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", body)
        body = re.sub(r'(href="#|url\(#)([^")]+)', lambda m: f"{m[1]}{prefix}-{m[2]}" if m[2] in used else m[0], body)
        box = re.search(r'viewBox="[^"]*"', body)
        head = f'<svg {box[0] if box else ""} role="img" aria-label="{title}">'
        return re.sub(r"\s*\n\s*", " ", re.sub(r"^<svg[^>]*>", lambda _: head, body)).strip()

    def definitions(self) -> str:
        """Return the element with the shapes of the letters of all figures."""
        paths = "".join(f'<path id="{name}" {" ".join(path.split())}/>' for name, path in self.paths.items())
        return f'<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>{paths}</defs></svg>'
