import pytest
from flint import arb

from theory.attention_pca import memorisation
from theory.attention_pca.memorisation import minimum


def test_every_exact_step_holds() -> None:
    steps = [step for step in memorisation.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 3


def test_worked_values() -> None:
    assert minimum([[[1, 2]]]) == 0


def test_prompts_of_several_tokens() -> None:
    # Gram matrices diag(2, 1/2)/1 and 9/2, 1/2 on the diagonal: what is not in the top eigenvalue is left.
    first, second = [[2, 0, 0, 0], [0, 1, 0, 0]], [[0, 0, 3, 0], [0, 0, 0, 1]]
    assert minimum([first, second]).contains(arb(1) / 2)


@pytest.mark.parametrize("bad", [[[[1], [2]]], [[[1, 2]], [[2, 4]]]])
def test_dependent_tokens_are_refused(bad: list[list[list[int]]]) -> None:
    with pytest.raises(ValueError, match="linearly independent"):
        minimum(bad)
