"""Writes everything that readers get of a run from its verdicts.json."""

from pathlib import Path
from typing import Any

from . import tables
from .figures import draw_all
from .html import page
from .markdown import markdown
from .plots import as_csv, plot
from .values import file_names
from .words import checked, head


def render(verdicts: dict[str, Any], directory: Path) -> list[Path]:
    """Write the report and return what a reader opens first; ``OSError`` if the directory cannot be written."""
    figures, drawn = _figures(verdicts)
    pages = {"index.html": page(verdicts, drawn), "verdicts.md": markdown(verdicts)}
    files = {**pages, **_tables(verdicts), **figures}
    _remove_earlier(directory, set(files))
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [directory / name for name in pages]


def _remove_earlier(directory: Path, kept: set[str]) -> None:
    """Remove what an earlier report wrote here and this one does not: it would not be of this run."""
    listed = directory / ".files"
    if listed.exists():
        for name in set(listed.read_text("utf-8").split("\n")) - kept - {""}:
            (directory / name).unlink(missing_ok=True)
    directory.mkdir(parents=True, exist_ok=True)
    listed.write_text("\n".join(sorted(kept)) + "\n", "utf-8")


def _tables(verdicts: dict[str, Any]) -> dict[str, str]:
    header = head(verdicts)
    names = file_names(verdicts["claims"])
    files = {
        "tables/verdicts.csv": tables.verdicts_csv(verdicts),
        "tables/verdicts.md": tables.verdicts_markdown(verdicts),
        "tables/verdicts.tex": tables.verdicts_latex(verdicts),
        "tables/all.tex": tables.all_latex(["verdicts", *names.values()]),
    }
    for claim in filter(checked, verdicts["claims"]):
        stem = f"tables/{names[claim['label']]}"
        files[f"{stem}.csv"] = tables.claim_csv(claim, header)
        files[f"{stem}.md"] = tables.claim_markdown(claim, header)
        files[f"{stem}.tex"] = tables.claim_latex(claim, header)
    return files


def _figures(verdicts: dict[str, Any]) -> tuple[dict[str, str | bytes], dict[str, str]]:
    """Return the files of all figures, and their SVG by the label of the claim."""
    header = head(verdicts)
    names = file_names(verdicts["claims"])
    claims = [claim for claim in verdicts["claims"] if claim["cases"]]
    plots = [plot(claim) for claim in claims]
    files: dict[str, str | bytes] = {}
    drawn = {}
    for claim, plotted, figure in zip(claims, plots, draw_all(plots), strict=True):
        stem = f"figures/{names[claim['label']]}"
        files |= {f"{stem}.{ending}": content for ending, content in figure.items()}
        files[f"{stem}.csv"] = as_csv(plotted, tables.provenance(header, claim["reproduce"]))
        drawn[claim["label"]] = figure["svg"].decode()
    return files, drawn
