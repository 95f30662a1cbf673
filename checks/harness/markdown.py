"""verdicts.md: the table of all rows of the ledger, and a section for every claim that was checked."""

import inspect
from collections.abc import Iterator, Sequence

from .claim import Row, Run
from .court import Outcome
from .registry import Pending
from .tables import cells, closing_lines


def markdown(outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run, commit: str) -> str:
    """Return the document."""
    header = ("label", "claim", "derivation", "observation", "mutants refuted", "evidence, or why not checked")
    lines = [
        "# Verdicts",
        "",
        f"Commit {commit}.",
        *(f"{line[0].upper()}{line[1:]}." for line in closing_lines(outcomes, (), run)),
        f"A row is reproduced by `pytest FILE --label LABEL --tier {run.tier} --seeds {run.seeds.root}`,",
        "with the file of its section. What the words mean is in docs/verdicts.md.",
        "",
        _row(header),
        _row(("---",) * len(header)),
    ]
    for outcome in outcomes:
        label, derivation, observation, mutants = cells(outcome)
        reasons = "; ".join(filter(None, (outcome.derived_reason, outcome.observation.reason)))
        lines.append(_row((label, outcome.claim.title_or_name(), derivation, observation, mutants, reasons)))
    for row in unchecked:
        lines.append(_row((row.label, row.title, "none", "not_checked", "", f"{row.reason}; needs: {row.needs}")))
    return "\n".join([*lines, *(line for outcome in outcomes for line in _section(outcome))]) + "\n"


def _section(outcome: Outcome) -> Iterator[str]:
    claim = outcome.claim
    yield from ("", f"## {getattr(claim, 'label', '?')} {claim.title_or_name()}", "")
    yield from (inspect.cleandoc(claim.__doc__ or ""), "")
    yield f"- {outcome.headline}"
    yield f"- source: {getattr(claim, 'source', '')}"
    yield f"- assumptions, those of the claims it uses included: {'; '.join(outcome.assumptions) or 'none'}"
    yield f"- uses: {', '.join(claim.used()) or 'none'}"
    yield f"- file: `{claim.where()}`; derivation: `{claim.derived_where()}`"
    for mutant in outcome.observation.mutants:
        shift = f"largest shift {mutant.shift:.3g}" if mutant.shift else "the prediction is the same"
        yield f"- mutant “{mutant.name}”: {mutant.verdict}, {shift}"
    if rows := outcome.observation.rows:
        yield from ("", *_comparisons(rows))
    if outcome.steps:
        yield from ("", f"Derivation of {outcome.result}", "")
        for number, step in enumerate(outcome.steps, start=1):
            yield f"{number}. *{step.kind}*: {step.statement}{_residual(step.kind, step.residual)}"


def _comparisons(rows: Sequence[Row], most: int = 12) -> Iterator[str]:
    """Yield the table theory | simulation; of many rows those in which the two are farthest apart, measured by D."""

    def apart(row: Row) -> float:
        return abs(row.simulation - row.theory.value) / (row.detectable or row.scale)

    shown = sorted(rows, key=apart, reverse=True)[:most] if len(rows) > most else rows
    if len(rows) > most:
        yield from (f"The {most} of {len(rows)} comparisons in which theory and simulation are farthest apart:", "")
    yield _row(("case", "quantity", "theory", "simulation", "interval", "finite size", "δ", "D", "n", "verdict"))
    yield _row(("---",) * 10)
    for row in shown:
        half = (row.interval.high - row.interval.low) / 2
        bound = {"upper": "≤ ", "lower": "≥ "}.get(row.side, "")
        case = ", ".join(f"{name} = {value}" for name, value in row.params.items())
        yield _row(
            (
                case,
                row.quantity,
                f"{bound}{row.theory.value:.8g}",
                f"{row.simulation:.8g} ± {half:.2g}",
                row.interval_kind,
                row.finite_size,
                f"{row.delta:.2g}",
                f"{row.detectable:.2g}",
                "" if row.n is None else f"{row.n}{'' if row.looks == 1 else f' (look {row.looks})'}",
                row.verdict,
            )
        )


def _residual(kind: str, residual: str | None) -> str:
    return f" (**does not hold**: the sides differ by {residual})" if kind == "exact" and residual != "0" else ""


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts) + " |"
