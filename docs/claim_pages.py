"""A page for each claim, and their index, made of the released verdicts when the docs are built."""

import json
import re
from pathlib import Path
from typing import Any

from checks.report.figures import draw_all
from checks.report.markdown import claim_page, markdown_row
from checks.report.plots import plot
from checks.report.subscripts import in_markdown
from checks.report.words import checked, head, mutants_refuted

DOCS = Path(__file__).parent
RELEASED = DOCS / "release/verdicts.json"


def write_pages(directory: Path = DOCS / "claims", released: Path = RELEASED) -> list[Path]:
    """Write the pages that have changed, remove those of claims that are gone, and return all of them."""
    verdicts = json.loads(released.read_text("utf-8"))
    claims, header = [claim for claim in verdicts["claims"] if checked(claim)], head(verdicts)
    pages = {f"{claim['label']}.md": page(claim, header) for claim in claims}
    pages["index.md"] = index(verdicts, claims)
    directory.mkdir(exist_ok=True)
    changed = {name for name, text in pages.items() if _differs(directory / name, text)}
    plotted = [claim for claim in claims if claim["cases"] and f"{claim['label']}.md" in changed]
    for claim, figure in zip(plotted, draw_all([plot(claim) for claim in plotted]), strict=True):
        (directory / f"{claim['label']}.svg").write_bytes(figure["svg"])
    for name in changed:
        (directory / name).write_text(pages[name], "utf-8")
    for old in directory.glob("*.*"):
        if f"{old.stem}.md" not in pages:
            old.unlink()
    return [directory / name for name in pages]


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text("utf-8") != text


def page(claim: dict[str, Any], header: dict[str, Any]) -> str:
    """Return the page of a claim: its section of verdicts.md, one level up."""
    section = in_markdown(re.sub(r"^#(#+ )", r"\1", claim_page(claim, header), flags=re.MULTILINE))
    # A minus sign, at which a browser does not break the line.
    section = re.sub(r"^\|.*", lambda row: re.sub(r"(\de)-(\d)", r"\1−\2", row[0]), section, flags=re.MULTILINE)
    where = "The words are defined in [verdicts](../verdicts.md), the numbers in [statistics](../statistics.md)."
    parts = [section, f"![Theory and simulation]({claim['label']}.svg)" if claim["cases"] else "", where]
    return "\n\n".join(filter(None, parts)) + "\n"


def index(verdicts: dict[str, Any], claims: list[dict[str, Any]]) -> str:
    """Return the page that lists the claims with their verdicts."""
    columns = ("label", "claim", "derivation", "observation", "mutants refuted")
    rows = [
        (
            f"[{claim['label']}]({claim['label']}.md)",
            claim["title"],
            claim["derivation"]["words"],
            claim["observation"]["words"],
            mutants_refuted(claim),
        )
        for claim in claims
    ]
    toctree = ["```{toctree}", ":hidden:", "", *(claim["label"] for claim in claims), "```"]
    lines = [
        "# Claims",
        "",
        f"The {len(claims)} claims with the verdicts of the released run, each with a page of its own. The other "
        f"{len(verdicts['claims']) - len(claims)} rows of the [ledger](../ledger.md) were not checked.",
        "",
        f"Commit `{verdicts['commit']}`, {verdicts['tier']} tier, seeds {verdicts['seeds']['root']} "
        f"({verdicts['seeds']['mode']}).",
        *_shortened(claims),
        "",
        *map(markdown_row, (columns, ("---",) * len(columns), *rows)),
        "",
        *toctree,
    ]
    return "\n".join(lines) + "\n"


def _shortened(claims: list[dict[str, Any]]) -> list[str]:
    if not any("; kept here: " in claim["observation"]["reason"] for claim in claims):
        return []
    text = "The file holds, of claims with many comparisons, those in which theory and simulation are farthest apart."
    return ["", text]
