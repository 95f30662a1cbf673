"""verdicts.md: the table of all rows of the ledger, and a section for every claim that was checked."""

import inspect
from collections.abc import Iterator, Sequence

from .claim import Run
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
    yield from (f"- mutant “{m.name}”: {m.verdict}, largest shift {m.shift:.3g}" for m in outcome.observation.mutants)
    if outcome.steps:
        yield from ("", f"Derivation of {outcome.result}", "")
        for number, step in enumerate(outcome.steps, start=1):
            yield f"{number}. *{step.kind}*: {step.statement}{_residual(step.kind, step.residual)}"


def _residual(kind: str, residual: str | None) -> str:
    return f" (**does not hold**: the sides differ by {residual})" if kind == "exact" and residual != "0" else ""


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts) + " |"
