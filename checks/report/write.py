"""Writes everything that readers get of a run from its verdicts.json."""

from pathlib import Path
from typing import Any

from .markdown import markdown


def render(verdicts: dict[str, Any], directory: Path) -> list[Path]:
    """Write the report and return what a reader opens first; ``OSError`` if the directory cannot be written."""
    directory.mkdir(parents=True, exist_ok=True)
    as_markdown = directory / "verdicts.md"
    as_markdown.write_text(markdown(verdicts), encoding="utf-8")
    return [as_markdown]
