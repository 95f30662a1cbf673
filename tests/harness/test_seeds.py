from argparse import ArgumentTypeError

import pytest

from checks.harness.seeds import RELEASED, Seeds, generator


def test_released_seeds_are_the_same_in_every_run() -> None:
    assert Seeds.parse("released") == Seeds("released", RELEASED)


def test_fresh_seeds_differ_and_can_be_repeated_by_their_root() -> None:
    first, second = Seeds.parse("fresh"), Seeds.parse("fresh")
    assert first.root != second.root
    assert Seeds.parse(str(first.root)).case("A1.1", {}) == first.case("A1.1", {})


@pytest.mark.parametrize("text", ["", "-1", "1.5", "random", "²"])
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="released"):
        Seeds.parse(text)


def test_the_seed_of_a_case_depends_on_root_label_and_parameters_only() -> None:
    seeds = Seeds.parse("7")
    seed = seeds.case("A1.1", {"a": 1, "b": [2.0]})
    assert seed == seeds.case("A1.1", {"b": [2.0], "a": 1})
    others = [seeds.case("A1.2", {"a": 1, "b": [2.0]}), seeds.case("A1.1", {"a": 1, "b": [2.5]})]
    assert len({seed, *others, Seeds.parse("8").case("A1.1", {"a": 1, "b": [2.0]})}) == 4


def test_blocks_have_their_own_generators() -> None:
    draws = {float(generator(1, block).standard_normal()) for block in range(100)}
    assert len(draws) == 100
    assert generator(1, 5).standard_normal() == generator(1, 5).standard_normal()
