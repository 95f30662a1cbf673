"""The table of verdicts for a terminal."""

from collections.abc import Sequence
from textwrap import fill

from ..report.words import budgets, seeds
from .budget import ALPHA, MISS, SLOTS
from .claim import Run
from .court import Outcome
from .registry import NOT_RUN, Pending, ranges
from .seeds import as_json
from .verdict import Survival

_HEADER = ("label", "derivation", "observation", "mutants refuted")


def terminal_table(outcomes: Sequence[Outcome], *, width: int, brief: bool = False) -> list[str]:
    """Return the lines of the table: verdicts, and below them unless ``brief`` what is claimed, by what, and where."""
    rows = [cells(outcome) for outcome in outcomes]
    widths = [max(map(len, column)) for column in zip(_HEADER, *rows, strict=True)]
    lines = [_line(_HEADER, widths)]
    for outcome, row in zip(outcomes, rows, strict=True):
        lines.append(_line(row, widths))
        if not brief:
            derived = outcome.claim.derived_where()
            evidence = "; ".join(filter(None, (outcome.derived_reason, outcome.observation.reason)))
            for text in (
                f"{outcome.claim.title_or_name()}: {evidence}",
                f"{outcome.claim.where()}{f' ← {derived}' if derived else ''}",
            ):
                indent = " " * (widths[0] + 2)
                lines.append(fill(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))
    return lines


def closing_lines(outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run) -> list[str]:
    """Return what stands below the table: rows not checked, the budgets, the seeds."""
    lines = []
    for reason in NOT_RUN:
        if labels := [row.label for row in unchecked if row.reason == reason]:
            lines.append(f"{reason}: {ranges(labels)}")
    if pending := [row.label for row in unchecked if row.reason not in NOT_RUN]:
        lines.append(f"not checked, reasons in checks/pending.toml ({len(pending)} rows): {ranges(pending)}")
    lines.append(budgets(budget(outcomes)))
    lines.append(seeds(run.tier, {"mode": run.seeds.mode, "root": run.seeds.root}))
    return lines


def budget(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the budgets and what is spent of them."""
    return {"per_case": ALPHA, "miss_per_case": MISS, "slots": SLOTS, **slots(outcomes)}


def slots(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Count the statistical cases, each of which spends one α, and those whose interval is nominal."""
    spent = {
        (outcome.claim, as_json(row.params)): row.interval_kind
        for outcome in outcomes
        for row in outcome.observation.rows
        if row.alpha > 0
    }
    return {"spent": len(spent), "nominal": sum("nominal" in kind for kind in spent.values())}


def cells(outcome: Outcome) -> tuple[str, ...]:
    """Return label, both verdicts, and how many mutants are refuted."""
    mutants = outcome.observation.mutants
    refuted = sum(mutant.verdict is Survival.REFUTED for mutant in mutants)
    label = str(getattr(outcome.claim, "label", "?"))
    return label, outcome.derivation_words, outcome.observation_words, f"{refuted} of {len(mutants)}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
