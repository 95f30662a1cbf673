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


@pytest.mark.parametrize("name", ["assumptions", "uses"])
@pytest.mark.parametrize("bad", ["A1.2", ["A1.2"], (1,)])
def test_lists_of_texts_are_tuples(name: str, bad: object) -> None:
    assert problems(identity(**{name: bad})) == [f"{name} must be a tuple of texts"]


def test_a_label_is_text() -> None:
    assert problems(identity(label=3)) == ["label must be text"]


@pytest.mark.parametrize("label", ["A1.3", "B1", "D9.9"])
def test_a_claim_outside_the_project_may_not_take_a_label_of_the_ledger(label: str) -> None:
    assert problems(identity(label=label)) == [
        f"the label {label} belongs to the project's ledger; choose another family"
    ]


@pytest.mark.parametrize("label", ["T1,T2", "T 1", "T1.", "1T", "T1\n"])
def test_a_label_can_be_typed_on_the_command_line(label: str) -> None:
    assert problems(identity(label=label)) == [f"the label {label!r} must be words joined by dots, as A1.2.linear is"]


def test_a_claim_does_not_type_its_verdict() -> None:
    assert problems(identity(observe=lambda self, run: None)) == [
        "observe() belongs to the kind: verdicts are computed, never typed"
    ]


def test_an_identity_does_not_set_its_own_resolution() -> None:
    assert problems(identity(resolution=0.5)) == ["resolution belongs to the kind, not to the claim"]


@pytest.mark.parametrize("bad", [None, 0, -1, 1, "small"])
def test_a_mean_says_what_it_wants_to_resolve(bad: object) -> None:
    (problem,) = problems(mean(resolution=bad))
    assert problem.startswith("resolution")


def derive() -> None: ...


def test_a_claim_says_where_its_derivation_stands() -> None:
    where = identity(derivation=staticmethod(derive)).derived_where()
    assert where is not None
    assert Path(where.split(":")[0]).resolve() == Path(__file__)
    assert mean(derivation=Claim.derivation).derived_where() is None


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
