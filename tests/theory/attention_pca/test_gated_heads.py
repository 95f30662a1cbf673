"""F, G, W of the linear and the gated head against sums over Gaussian moments for one and two keys."""

from fractions import Fraction
from itertools import product
from math import prod

import pytest

from theory.attention_pca import gated_heads, reduction


def test_every_exact_step_holds() -> None:
    steps = [step for step in gated_heads.derivation().steps if step.kind == "exact"]
    assert steps
    assert {step.residual for step in steps} == {"0"}


def test_worked_values() -> None:
    assert gated_heads.parts("linear", 1, 1, "fresh") == reduction.Parts(Fraction(-1), Fraction(1), Fraction(0))


def moment(power: int) -> int:
    return 0 if power % 2 else prod(range(power - 1, 0, -2))


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize("length", [1, 2, 3])
def test_the_linear_head_against_sums_over_pairs_of_keys(length: int, query: str) -> None:
    coupling = Fraction(3, 4)

    def mean(*powers: int) -> int:  # E of a product of normals; z_0 is g, which is z_1 for a self query
        first = (powers[0] + powers[1], *powers[2:]) if query == "self" else powers
        return prod(map(moment, first))

    def of(of_g: int, *keys: int) -> int:  # E g^of_g Π z_k²
        powers = [of_g] + [0] * length
        for k in keys:
            powers[k] += 2
        return mean(*powers)

    keys = range(1, length + 1)
    linear = sum(2 * coupling * of(2, k) for k in keys) / length
    square = sum(coupling**2 * of(2, j, k) for j, k in product(keys, keys)) / length**2
    found = gated_heads.parts("linear", coupling, length, query)
    own = coupling / length if query == "self" else Fraction(0)
    assert found == reduction.Parts(linear - square, sum(coupling**2 * of(2, k) for k in keys) / length**2, own)


@pytest.mark.parametrize(
    "call",
    [
        lambda: gated_heads.parts("hard", 1, 2, "fresh"),
        lambda: gated_heads.parts("relu", 0, 2, "fresh"),
        lambda: gated_heads.parts("relu", 1, 0, "fresh"),
        lambda: gated_heads.parts("relu", 1, 2, "both"),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
