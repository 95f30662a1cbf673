"""The table of verdicts, for a terminal and as Markdown."""

from collections.abc import Sequence

from .budget import ALPHA, MISS, SLOTS
from .claim import Run
from .court import Outcome
from .registry import NOT_SELECTED, Pending, ranges
from .verdict import Derived, Survival

_HEADER = ("label", "derivation", "observation", "evidence", "mutants refuted")


def terminal_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the lines of the table: a row for every claim, and below it what it is and where it stands."""
    rows = [_cells(outcome) for outcome in outcomes]
    widths = [max(map(len, column)) for column in zip(_HEADER, *rows, strict=True)]
    lines = [_line(_HEADER, widths)]
    for outcome, row in zip(outcomes, rows, strict=True):
        lines.append(_line(row, widths))
        lines.append(f"{'':{widths[0]}}  {getattr(outcome.claim, 'title', '')} — {outcome.claim.where()}")
    return lines


def closing_lines(outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run) -> list[str]:
    """Return what stands below the table: rows not checked, the budgets, the seeds."""
    lines = []
    if left_out := [row.label for row in unchecked if row.reason == NOT_SELECTED]:
        lines.append(f"{NOT_SELECTED}: {ranges(left_out)}")
    if pending := [row.label for row in unchecked if row.reason != NOT_SELECTED]:
        lines.append(f"not checked, reasons in checks/pending.toml ({len(pending)} rows): {ranges(pending)}")
    lines.append(
        f"budgets: {slots_spent(outcomes)} of {SLOTS} statistical cases spent, each with a false alarm at most "
        f"{ALPHA:g} and a miss of a true claim at most {MISS:g}"
    )
    lines.append(f"tier {run.tier}; seeds {run.seeds.mode}, repeated by --seeds {run.seeds.root}")
    return lines


def markdown(outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run, commit: str) -> str:
    """Return the table as a Markdown document, the rows not checked included."""
    lines = [
        "# Verdicts",
        "",
        f"Commit {commit}. " + " ".join(f"{line[0].upper()}{line[1:]}." for line in closing_lines(outcomes, (), run)),
        "A row is reproduced by `pytest checks/ --label LABEL` with these seeds and this tier.",
        "",
        _row(("label", "claim", *_HEADER[1:], "file")),
        _row(("---",) * 7),
    ]
    for outcome in outcomes:
        label, *rest = _cells(outcome)
        lines.append(_row((label, getattr(outcome.claim, "title", ""), *rest, f"`{outcome.claim.where()}`")))
    for row in unchecked:
        lines.append(_row((row.label, row.title, "none", "not_checked", f"{row.reason}; needs: {row.needs}", "", "")))
    return "\n".join(lines) + "\n"


def slots_spent(outcomes: Sequence[Outcome]) -> int:
    """Count the statistical cases, each of which spends one α."""
    return sum(row.alpha > 0 for outcome in outcomes for row in outcome.observation.rows)


def _cells(outcome: Outcome) -> tuple[str, ...]:
    mutants = outcome.observation.mutants
    refuted = sum(mutant.verdict is Survival.REFUTED for mutant in mutants)
    reason = outcome.derived_reason
    derived = f"{outcome.derived} ({reason})" if reason and outcome.derived is not Derived.REFUTED else outcome.derived
    return (
        getattr(outcome.claim, "label", "?"),
        derived,
        outcome.observation.verdict,
        outcome.observation.reason,
        f"{refuted} of {len(mutants)}",
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
