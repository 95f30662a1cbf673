from pathlib import Path

import pytest

from checks.harness.claim import Claim, problems
from checks.harness.kinds import Identity

from .claims import identity, mean


@pytest.mark.parametrize("claim", [identity(), mean()])
def test_a_complete_claim_has_no_problems(claim: type[Claim]) -> None:
    assert problems(claim) == []


@pytest.mark.parametrize("missing", ["label", "title", "source"])
def test_a_claim_needs_its_attributes(missing: str) -> None:
    assert problems(identity(**{missing: ""})) == [f"{missing} is missing"]


def test_a_claim_needs_its_statement() -> None:
    assert problems(identity(__doc__=None)) == ["the docstring, which is the statement, is missing"]


def test_a_claim_needs_a_mutant() -> None:
    assert problems(identity(mutated={})) == ["no mutant: a check must be shown to be able to fail"]


def test_a_claim_needs_its_methods() -> None:
    class Unfinished(Identity):
        """Unfinished."""

    assert problems(Unfinished) == [f"{name}() is missing" for name in ("cases", "mutants", "prediction", "simulation")]


def test_a_claim_cannot_be_subclassed() -> None:
    with pytest.raises(TypeError, match="Square is a claim"):
        type("Variant", (identity(),), {})


def test_a_claim_says_where_it_stands() -> None:
    file, line = identity().where().split(":")
    assert Path(file).resolve() == (Path(__file__).parent / "claims.py")
    assert int(line) > 1
    assert identity().identifier() == f"{identity().__module__}.Square"
