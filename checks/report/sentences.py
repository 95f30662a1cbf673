"""What the verdicts of a claim mean, with its numbers, and why its resolution is not finer."""

from collections.abc import Sequence
from typing import Any

from .digits import short
from .words import Values, apart, checked

_DERIVATIONS = {
    "proved": "Every formula step is an identity of rational functions, compared in normal form.",
    "certified": "Beside exact steps there are enclosures by outward-rounded arithmetic.",
    "heuristic": "Not a proof",
    "none": "There is no derivation.",
    "inconclusive": "Not decided",
    "refuted": "Refuted",
}


def derivation(claim: Values) -> str:
    """Say what the verdict on the derivation means."""
    found = claim["derivation"]
    begun = _DERIVATIONS[found["verdict"]]
    if found["reason"]:
        return f"{begun.rstrip('.')}: {found['reason']}."
    own, inherited = found["arguments"], found["inherited_arguments"]
    if found["verdict"] not in ("proved", "certified") or not own + inherited:
        return begun
    more = f", and {inherited} in the claims that it uses" if inherited else ""
    return f"{begun} Reasoning in prose, for a reader to check: {_many(own, 'step')} of its own{more}."


def observation(claim: Values, header: Values) -> str:
    """Say what the verdict on the observation means, with the numbers that it was computed from."""
    found = claim["observation"]
    if not checked(claim):
        return f"Not checked: {found['reason']}. It needs: {found['needs']}."
    if found["verdict"] == "inconclusive" or not claim["cases"]:
        return f"Not decided: {found['reason']}."
    if found["verdict"] == "refuted":
        return _refuted(claim)
    return f"{_agreement(claim)} {_power(claim, header)}"


def _refuted(claim: Values) -> str:
    rows = claim["cases"]
    against = [row for row in rows if row["verdict"] == "refuted"]
    worst = max(against, key=apart)
    where = f"; it is on record: {claim['refutation']}" if claim["refutation"] else ""
    witness = claim["observation"]["witness"]
    return (
        f"In {len(against)} of {_many(len(rows), 'comparison')} the simulation's interval misses what the prediction "
        f"allows. The farthest is {short(apart(worst))} D apart: theory {worst['theory']:.8g}, simulation "
        f"{worst['simulation']:.8g}{where}.{f' {witness}.' if witness else ''}"
    )


def _agreement(claim: Values) -> str:
    rows = claim["cases"]
    all_rows = f"In all {len(rows)} comparisons" if len(rows) > 1 else "In its comparison"
    cases = len({str(row["params"]) for row in rows})
    if rows[0]["side"]:
        verb = "exceeds" if rows[0]["side"] == "upper" else "falls below"
        nearest = min(abs(row["theory"] - row["simulation"]) / row["scale"] for row in rows)
        return (
            f"{all_rows} ({_many(cases, 'case')}) the simulated number, its error counted, never {verb} the bound by "
            f"more than δ; the nearest case is {short(nearest)} of the scale away from it."
        )
    return (
        f"{all_rows} ({_many(cases, 'case')}) the simulation's interval meets the prediction and lies within δ of what "
        f"it allows; the largest difference is {short(max(map(apart, rows)))} D."
    )


def _power(claim: Values, header: Values) -> str:
    rows = claim["cases"]
    worst = max(row["detectable"] / row["scale"] for row in rows)
    if not any(row["alpha"] for row in rows):
        beyond = "A violation" if rows[0]["side"] else "A difference"
        return f"{beyond} of more than D, at most {short(worst)} of the scale, would have refuted the claim."
    alpha = header["alpha"]
    nominal = ", nominal by the central limit theorem" if any("nominal" in row["interval_kind"] for row in rows) else ""
    return (
        f"A true claim would be refuted with probability at most {alpha['per_case']:g} a case{nominal}; a truth "
        f"farther than D from the prediction, at most {short(worst)} of the scale, would have been refuted with "
        f"probability at least 1 − {alpha['miss_per_case']:g}."
    )


def resolution(claim: Values) -> list[str]:
    """Say, a sentence each, what δ and D of a checked claim come from, and what smaller ones would take."""
    rows = claim["cases"]
    if not rows:
        return []
    ways = {"Identity": _deterministic, "Bound": _deterministic, "Rate": _extrapolated, "Limit": _extrapolated}
    return ways.get(claim["kind"], _drawn)(claim, rows)


def _deterministic(claim: Values, rows: Sequence[Values]) -> list[str]:
    fraction = max(row["delta"] / row["scale"] for row in rows)
    error = max(row["numerical_error"] / row["scale"] for row in rows)
    radius = max(row["theory_radius"] / row["scale"] for row in rows)
    found = [
        f"δ is the kind's fixed fraction, {fraction:g} of the scale; it only says which numerical errors are too "
        "large to decide anything.",
        f"What was resolved is D, the prediction's radius (up to {short(radius)} of the scale) and twice the error "
        f"bound of the simulation (up to {short(error)}): a sharper error bound makes D smaller, a smaller δ "
        "does not.",
    ]
    if claim["observation"]["verdict"] == "refuted":
        return found
    if rows[0]["side"]:
        slack = min(abs(row["theory"] - row["simulation"]) / row["scale"] for row in rows)
        found.append(
            f"How sharp the bound is, its cases show: the nearest is {short(slack)} of the scale away. Mutants "
            "that are refuted are sharper bounds that some case violates."
        )
    return found


def _drawn(claim: Values, rows: Sequence[Values]) -> list[str]:
    settings, most = claim["settings"], max(row["n"] or 0 for row in rows)
    tier = f", divided by {settings['sharpening']} in this tier" if settings.get("sharpening", 1) > 1 else ""
    unit = "in probability" if claim["kind"] == "Law" else "of the scale"
    limit = settings.get("most", 0)
    beyond = f", beyond the {limit} that the tier affords" if 4 * most > limit > 0 else ""
    found = [
        f"δ = {settings['resolution']:g} {unit} is what the claim asks for{tier}; it decides the number of replicates, "
        f"here up to {most} a case.",
        f"Half of it takes four times as many, {4 * most}{beyond}: {_cost(claim)}",
    ]
    if allowance := max(row["bias"] / row["detectable"] for row in rows if row["detectable"]):
        found.append(
            f"Up to {allowance:.0%} of D is the finite-size allowance B, which more replicates do not make smaller."
        )
    return found


def _cost(claim: Values) -> str:
    seconds = claim["seconds"]
    if seconds < 1:  # the blocks came from the store, or the claim costs next to nothing
        return "four times what the claim costs where nothing comes from the store."
    return f"about {4 * seconds:.0f} s of a processor, as this run took {seconds:.0f} s (stored results not counted)."


def _extrapolated(claim: Values, rows: Sequence[Values]) -> list[str]:
    settings = claim["settings"]
    order = settings["correction"] if claim["kind"] == "Rate" else settings["exponents"][1]
    worst = max(rows, key=lambda row: row["detectable"] / row["scale"])
    part = worst["bias"] / worst["detectable"] if worst["detectable"] else 0.0
    largest = max((point[0] for point in worst["points"]), default=0)
    return [
        f"δ = {worst['delta']:g} is what the claim asks for; D is up to {short(worst['detectable'])}.",
        f"{part:.0%} of that D is the remainder of the extrapolation, estimated from neighbouring windows of sizes up "
        f"to {largest:g}; it falls as n^−{order:g}, so larger sizes make it smaller. The rest is the simulation's "
        "error.",
    ]


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def counts(claims: Sequence[Values]) -> dict[str, int]:
    """Count the verdicts on the observation."""
    found: dict[str, Any] = dict.fromkeys(("supported", "refuted", "inconclusive", "not_checked"), 0)
    for claim in claims:
        found[claim["observation"]["verdict"]] += 1
    return found
