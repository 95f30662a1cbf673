"""``python -m checks plan``: what a resolution takes."""

import math
import re

import pytest

from checks.harness.claim import Run
from checks.harness.seeds import Seeds


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_mean_is_planned_as_it_is_run(say, claim_file) -> None:
    file = claim_file("Mean", "Planned")
    status, out, _ = say("plan", "X", "--delta", "0.05", "--file", file)
    assert status == 0
    planned = [int(text.replace(" ", "")) for text in re.findall(r"([\d ]+) replicates, [\d ]+ block", flat(out))]

    from planned_mean import Planned

    from checks.harness.blocks import inline

    rows = inline(Planned().observe(Run("quick", Seeds.parse("released")))).rows
    assert [-(-n // Planned.block) * Planned.block for n in planned] == [row.n for row in rows]


def test_more_replicates_than_the_tier_allows_are_said(say, claim_file) -> None:
    file = claim_file("Mean", "Fine")
    text = flat(say("plan", "X", "--delta", "0.0001", "--file", file)[1])
    least = float(re.search(r"too many: the least δ that the tier resolves is about ([\d.]+)", text)[1])
    again = flat(say("plan", "X", "--delta", str(1.1 * least), "--file", file)[1])
    assert again.count("too many") < text.count("too many") == 2


def test_a_tier_sharpens_and_allows_more(say, claim_file) -> None:
    text = flat(say("plan", "X", "--delta", "0.01", "--tier", "full", "--file", claim_file("Mean", "Tiered"))[1])
    assert "δ = 0.01 of the scale in the full tier is resolution = 0.02 in the claim, which has 0.05" in text
    assert "allows 10 000 000 replicates" in text


def test_a_law_is_planned_by_its_band_and_its_points(say, claim_file) -> None:
    text = flat(say("plan", "X", "--delta", "0.02", "--file", claim_file("Law", "Banded"))[1])
    needed = math.ceil(((math.sqrt(math.log(4e5) / 2) + math.sqrt(math.log(2e4) / 2)) / 0.02) ** 2)  # h + q = δ
    assert f"at m = 2: {needed:,} replicates".replace(",", " ") in text
    assert "and more points: between two of them F rises by 0.03, more than δ" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Identity", "its distance from the prediction is judged by the error bound"),
        ("Bound", "how near a case comes to the bound is judged by the error bound"),
        ("Rate", "decided by the sizes in its cases (here 16 to 128)"),
        ("Limit", "decided by the sizes in its cases (here 48 to 384)"),
    ],
)
def test_other_kinds_say_what_decides(say, claim_file, kind: str, words: str) -> None:
    status, out, _ = say("plan", "X", "--delta", "0.1", "--file", claim_file(kind, "Other"))
    assert status == 0
    assert f"nothing to plan: {'it is ' if kind in ('Rate', 'Limit') else ''}{words}" in flat(out)


@pytest.mark.parametrize("delta", ["0", "-0.1", "1", "nan", "inf", "small"])
def test_a_resolution_that_is_none_is_refused(refused, delta: str) -> None:
    assert "between 0 and 1" in refused("plan", "A1.2", f"--delta={delta}")


def test_a_pending_row_and_an_unknown_label_are_refused(refused) -> None:
    from checks.harness.registry import pending

    assert "has no claim yet" in refused("plan", pending()[0].label, "--delta", "0.1")
    assert "no such label" in refused("plan", "Z", "--delta", "0.1")


def test_a_fault_of_the_simulation_is_refused(say, claim_file) -> None:
    file = claim_file("Mean", "Broken", lambda text: text.replace(".var(axis=1)", ".var(axis=7)"))
    status, _, complaint = say("plan", "X", "--delta", "0.1", "--file", file)
    assert status == 2
    assert "AxisError" in complaint
    assert complaint.count("\n") == 1
