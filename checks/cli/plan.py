"""``python -m checks plan``: how many replicates a resolution takes, and how long they take here."""

import argparse
import os
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import fill

from threadpoolctl import threadpool_limits

from ..harness.ball import ball
from ..harness.blocks import inline
from ..harness.budget import ALPHA, MISS
from ..harness.claim import TIERS, Claim, Params
from ..harness.intervals import band, radius
from ..harness.kinds import Bound, Identity, Law, Mean
from ..harness.kinds.identity import scales_of
from ..harness.kinds.rate import Extrapolation
from ..harness.kinds.replicates import listed
from ..harness.seeds import Seeds
from ..harness.verdict import ClaimError
from .command import Commands, Refused, add, positive
from .ledger import add_files, ledger
from .listing import WIDTH

UNLIMITED = 10**15
SHORT = 0.001
"""Seconds below which a block costs more to hand over than to simulate."""


@dataclass(frozen=True)
class Plan:
    """What one case takes at a resolution: replicates, the least δ of the tier's maximum, seconds for each block."""

    needed: int
    smallest: float
    allowance: float
    seconds: float


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "plan", run, "say how many replicates a resolution takes, and how long they take here")
    parser.add_argument("label", metavar="LABEL", help="a label, or a prefix of several")
    parser.add_argument("--delta", type=positive, required=True, metavar="X", help="δ, a fraction of the scale")
    parser.add_argument("--tier", choices=TIERS, default="quick", help="whose maximum applies (default: quick)")
    add_files(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print a plan for every case of the claims that the label selects; the pilots are simulated."""
    rows = ledger(chosen)
    labels = rows.selected(chosen.label)
    labels = [label for label in labels if label in rows.claims] or labels
    for claim in [rows.sound(label) for label in labels]:
        print(f"{claim.label}  {claim.title}")
        try:
            with threadpool_limits(1), warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)
                for line in _lines(claim(), chosen.delta, chosen.tier):
                    print(fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False))
        except Exception as error:  # a fault of the claim's own code
            words = error if isinstance(error, ClaimError) else f"{type(error).__name__}: {error}"
            raise Refused(f"{claim.label} ({claim.where()}): {words}") from error
    return 0


def _lines(claim: Claim, delta: float, tier: str) -> Iterator[str]:
    if isinstance(claim, Mean | Law):
        yield from _cases(claim, delta, tier)
    elif isinstance(claim, Identity):
        what = "how near a case comes to the bound" if isinstance(claim, Bound) else "its distance from the prediction"
        yield (
            f"nothing to plan: {what} is judged by the error bound that the simulation returns, which has to be below "
            f"δ = {claim.resolution:g} of the scale (fixed by the kind); the {tier} tier draws "
            f"{claim.examples[tier]} cases where they are drawn"
        )
    elif isinstance(claim, Extrapolation):
        replicates = f", {claim.replicates[tier]} replicates at each size" if claim.replicates else ""
        sizes = sorted({size for params in listed(claim) for size in params.get("sizes", [])})
        yield (
            f"nothing to plan: it is decided by the sizes in its cases (here {sizes[0]:g} to {sizes[-1]:g})"
            f"{replicates}, by the errors there and by the guards of the extrapolation; δ = {claim.resolution:g}"
        )


def _cases(claim: Mean | Law, delta: float, tier: str) -> Iterator[str]:
    sharpening, most = claim.sharpening[tier], claim.most[tier]
    yield (
        f"δ = {delta:g} of the scale in the {tier} tier is resolution = {delta * sharpening:g} in the claim, which has "
        f"{claim.resolution:g}; the tier allows {_count(most)} replicates"
    )
    for params in listed(claim):
        plan = planned(claim, params, delta, most)
        yield f"at {', '.join(f'{name} = {value}' for name, value in params.items()) or 'its only case'}:"
        too_many = f"; too many: the least δ that the tier resolves is about {plan.smallest:.2g}"
        yield f"  {_takes(claim, plan, delta)}{too_many if plan.needed > most else ''}"
        if plan.seconds < SHORT and plan.needed > claim.block:
            milliseconds = f"{1000 * plan.seconds:.1g} ms"
            yield f"  a block takes {milliseconds}, less than to send it to a worker: a larger block is quicker"
        if isinstance(claim, Law) and (step := claim.largest_step(params)) > delta:
            yield f"  and more points: between two of them F rises by {step:.2g}, more than δ"


def _takes(claim: Mean | Law, plan: Plan, delta: float) -> str:
    """Say what a case takes, in replicates, blocks and time, and what it would detect."""
    blocks, processors = claim.blocks(plan.needed), os.cpu_count() or 1
    return (
        f"{'more than ' if plan.needed == UNLIMITED else ''}{_count(plan.needed)} replicates, "
        f"{_count(blocks)} block{'' if blocks == 1 else 's'} of {claim.block}, about "
        f"{_time(blocks * plan.seconds / processors)} on {processors} processor{'' if processors == 1 else 's'}; "
        f"D about {plan.allowance + delta:.2g} of the scale"
    )


def planned(claim: Mean | Law, params: Params, delta: float, most: int) -> Plan:
    """Plan one case from its pilot; ``delta`` and what is returned are fractions of the scale."""
    seed = Seeds.parse("released").case(claim.label, params)
    begun = time.perf_counter()
    if isinstance(claim, Law):
        blocks = min(16, claim.blocks(claim.pilot))
        inline(claim.drawn_samples(params, seed, 0, blocks))
        allowance = claim.finite_size(params, delta)[0] + claim.largest_step(params)
        needed, scale = claim.planned(delta, UNLIMITED), 1.0
        smallest = band(most, ALPHA / 2) + band(most, MISS)
    else:
        blocks = claim.blocks(claim.pilot)
        pilot = inline(claim.drawn_pilot(params, seed))
        prediction = ball(claim.prediction(**params))
        (scale,) = scales_of(claim, params, {"": prediction}).values()
        allowance = claim.finite_size(params, delta * scale)[0] + prediction.radius
        needed = claim.planned(pilot, delta * scale, UNLIMITED)
        smallest = sum(radius(claim.known, pilot.as_of(most), level) for level in (ALPHA / 2, MISS))
    # The first block is drawn twice.
    return Plan(needed, smallest / scale, allowance / scale, (time.perf_counter() - begun) / (blocks + 1))


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ") if number < 10**9 else f"{number:.2g}"


def _time(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}s"
    return f"{max(1, seconds):.0f} second{'s' if seconds >= 1.5 else ''}"
