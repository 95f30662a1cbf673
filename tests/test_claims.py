"""Every claim is well formed, and every row of the ledger has a claim or a reason why not."""

import inspect
import re
from pathlib import Path

import pytest

from checks.harness import registry
from checks.harness.budget import SLOTS
from checks.harness.claim import Claim, problems
from checks.harness.kinds import Mean
from checks.harness.registry import CHECKS

CLAIMS = registry.by_label(registry.discover())
PENDING = {row.label: row for row in registry.pending()}
LEDGER = re.findall(r"^\| ([A-D]\d+(?:\.\d+)?) \|", (CHECKS.parent / "docs/ledger.md").read_text("utf-8"), re.MULTILINE)


def row_of(label: str) -> str:
    """Return the row of the ledger that a label belongs to; ``A1.2.linear`` is a part of A1.2."""
    return ".".join(label.split(".")[: 1 if label[0] in "BC" else 2])


def test_there_are_claims() -> None:
    assert {"A1.1", "A1.2", "A1.4"} <= CLAIMS.keys()


@pytest.mark.parametrize("label", CLAIMS)
class TestClaim:
    def test_is_well_formed(self, label: str) -> None:
        assert problems(CLAIMS[label]) == []

    def test_has_at_least_two_mutants(self, label: str) -> None:
        assert len(CLAIMS[label]().mutants()) >= 2

    def test_uses_labels_of_the_ledger(self, label: str) -> None:
        assert set(CLAIMS[label].uses) <= CLAIMS.keys() | PENDING.keys()

    def test_belongs_to_a_row_of_the_ledger(self, label: str) -> None:
        assert row_of(label) in LEDGER

    def test_gives_a_source_that_can_be_found(self, label: str) -> None:
        assert re.search(r"arXiv:\d{4}\.\d{5}|doi:10\.", CLAIMS[label].source)

    def test_fits_on_two_screens(self, label: str) -> None:
        assert len(inspect.getsourcelines(CLAIMS[label])[0]) <= 80

    def test_stands_in_a_file_named_as_the_theory_that_derives_it(self, label: str) -> None:
        module = Path(inspect.getfile(CLAIMS[label]))
        assert (CHECKS.parent / "theory" / module.parent.name / module.name).exists()

    def test_writes_no_tolerance(self, label: str) -> None:
        source = inspect.getsource(CLAIMS[label])
        assert not re.search(r"tol\b|atol|rtol|isclose|allclose|approx|\d[eE]-\d", source)


def test_every_row_of_the_ledger_has_a_claim_or_a_reason_and_not_both() -> None:
    claimed = {row_of(label) for label in CLAIMS}
    assert claimed | PENDING.keys() == set(LEDGER)
    assert claimed & PENDING.keys() == set()
    assert len(LEDGER) == len(set(LEDGER)) == 70


def test_every_pending_row_says_why_and_what_it_needs() -> None:
    for row in PENDING.values():
        assert min(len(row.title), len(row.reason), len(row.needs)) > 1, row


def test_the_statistical_cases_are_within_the_budget() -> None:
    means = [claim() for claim in CLAIMS.values() if issubclass(claim, Mean)]
    assert sum(len(list(claim.cases())) for claim in means) <= SLOTS


def test_the_claims_use_each_other_without_circles() -> None:
    assert sorted(registry.closure(CLAIMS, CLAIMS)) == sorted(CLAIMS)


def test_a_claim_is_final() -> None:
    claim: type[Claim] = CLAIMS["A1.1"]
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Variant", (claim,), {})
