"""``python -m checks show``: what a claim says, without simulating it."""

import argparse
import inspect
from collections.abc import Iterator
from itertools import islice
from textwrap import fill

from hypothesis.strategies import SearchStrategy

from ..harness.ball import Ball, ball, upper
from ..harness.claim import Claim, Params, problems
from ..harness.code import code
from ..harness.drawing import drawn
from ..harness.kinds import Identity
from ..harness.kinds.replicates import Replicated
from ..harness.registry import Pending
from ..harness.seeds import Seeds
from ..harness.verdict import ClaimError, Derivation, judge_derivation
from .command import Commands, Refused, add
from .ledger import add_files, ledger
from .listing import WIDTH

CASES, QUANTITIES = 3, 4


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "show", run, "show claims: statement, derivation, predictions, where the code is")
    parser.add_argument("label", metavar="LABEL", help="a label, or a prefix of several, as A1.2")
    add_files(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print the claims and pending rows that the label selects; the theory is run, no simulation."""
    rows = ledger(chosen)
    sections = [
        _pending(rows.pending[label]) if label in rows.pending else _claim(rows.claims[label])
        for label in rows.selected(chosen.label)
    ]
    print("\n\n".join("\n".join(section) for section in sections))
    return 0


def _pending(row: Pending) -> list[str]:
    return [f"{row.label}  {row.title}", *_entry("not checked", row.reason), *_entry("needs", row.needs)]


def _claim(cls: type[Claim]) -> list[str]:
    if found := problems(cls):
        return [f"{cls.label}  {cls.title_or_name()}", *_entry("not well formed", "; ".join(found))]
    try:
        return [
            f"{cls.label}  {cls.title}  ({cls.__bases__[0].__name__})",
            *("", _filled(" ".join(inspect.cleandoc(cls.__doc__ or "").split()), 2, hanging=0), ""),
            *_entry("source", cls.source),
            *_entry("recorded as refuted", cls.refutation),
            *_entry("assumptions", "; ".join(cls.assumptions) or "none of its own"),
            *_entry("uses", ", ".join(cls.uses) or "no other claim"),
            *_derivation(cls().derivation()),
            *_predictions(cls()),
            *_entry("mutants", "; ".join(cls().mutants())),
            *_places(cls),
        ]
    except Exception as error:  # a fault of the claim's own code, or of the theory
        words = error if isinstance(error, ClaimError) else f"{type(error).__name__}: {error}"
        raise Refused(f"{cls.label} ({cls.where()}): {words}") from error


def _derivation(derivation: Derivation | None) -> Iterator[str]:
    if derivation is None:
        yield from _entry("derivation", "none")
        return
    verdict, reason = judge_derivation(derivation.steps)
    arguments = sum(step.kind == "argument" for step in derivation.steps)
    counted = f"{arguments} argument step{'' if arguments == 1 else 's'}" if arguments else "no argument step"
    yield from _entry("derivation", f"{derivation.result}; by itself {verdict} ({reason or counted})")
    for number, step in enumerate(derivation.steps, start=1):
        residual = "" if step.residual is None else f" [residual {step.residual}]"
        yield _filled(f"{number}. {step.kind}: {step.statement}{residual}", 4)


def _predictions(claim: Claim) -> Iterator[str]:
    cases = claim.cases()
    if isinstance(cases, SearchStrategy):
        if not isinstance(claim, Identity):
            raise ClaimError("cases that are drawn are for Identity and Bound only")
        listed = drawn(cases, root=Seeds.parse("released").case(claim.label, {}), examples=claim.examples["quick"])
        yield from _entry("predictions", f"of the first of {len(listed)} cases drawn in the quick tier")
    else:
        listed = list(cases)
        yield from _entry("predictions", f"of {'its' if len(listed) <= CASES else 'the first of'} {len(listed)} cases")
    for params in listed[:CASES]:
        yield _filled(f"at {', '.join(f'{name} = {value}' for name, value in params.items()) or 'its only case'}", 4)
        yield from _numbers(claim, params)


def _numbers(claim: Claim, params: Params) -> Iterator[str]:
    numbers = claim.quantities(claim.prediction(**params))
    for name, number in islice(numbers.items(), QUANTITIES):
        yield f"      {f'{name}: ' if name else ''}{_ball(ball(number))}"
    if len(numbers) > QUANTITIES:
        yield f"      and {len(numbers) - QUANTITIES} more"
    if isinstance(claim, Replicated) and (allowance := upper(claim.bias(**params))):
        yield f"      finite-size allowance B = {allowance:.3g}"


def _ball(number: Ball) -> str:
    return f"{number.value:.10g}{f' ± {number.radius:.1g}' if number.radius else ' exactly'}"


def _places(cls: type[Claim]) -> Iterator[str]:
    yield from _entry("claim", cls.where())
    if (derived := cls.derived_where()) is not None:
        yield from _entry("derivation", derived)
    for part in code(cls):
        yield from _entry(f"{'calls ' if '.' in part['name'] else ''}{part['name']}", part["where"])


def _entry(name: str, text: str) -> Iterator[str]:
    if text:
        yield _filled(f"{name}: {text}", 2)


def _filled(text: str, indent: int, hanging: int = 2) -> str:
    below = " " * (indent + hanging)
    return fill(text, WIDTH, initial_indent=" " * indent, subsequent_indent=below, break_on_hyphens=False)
