import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from checks.harness.ball import Ball
from checks.harness.verdict import ClaimError, Observed, Survival

from ..claims import RELEASED, law, observe

BELOW_0, BELOW_1 = math.nextafter(0, -1), math.nextafter(1, 0)


class TestLaw:
    def test_a_true_law_is_supported_and_its_mutant_refuted(self) -> None:
        observation = observe(law())
        assert observation.verdict is Observed.SUPPORTED
        assert [m.verdict for m in observation.mutants] == [Survival.REFUTED]
        assert {row.interval_kind for row in observation.rows} == {"Dvoretzky–Kiefer–Wolfowitz"}
        assert max(row.detectable for row in observation.rows) <= 0.05 * 2

    def test_a_shift_that_moves_the_law_by_more_than_delta_is_refuted(self) -> None:
        assert observe(law(shift=0.3)).verdict is Observed.REFUTED

    def test_a_law_within_its_allowance_is_supported(self) -> None:
        observation = observe(law(shift=0.1, bias=lambda self, m: Ball(0.06, 0.0)))
        assert observation.verdict is Observed.SUPPORTED
        assert {row.finite_size for row in observation.rows} == {"bound 0.06"}

    @pytest.mark.parametrize("prediction", [{0.0: 1, 1.0: 0}, {0.0: Ball(-0.5, 0.0)}, {}, 3])
    def test_a_prediction_must_be_a_distribution(self, prediction: Any) -> None:
        with pytest.raises(ClaimError, match=r"predicts a mapping|rises from 0 to 1"):
            observe(law(prediction=lambda self, m: prediction))

    def test_atoms_count_at_their_points(self) -> None:
        claim = law(
            prediction=lambda self, m: {BELOW_0: 0, 0.0: Ball(0.5, 0.0), BELOW_1: Ball(0.5, 0.0), 1.0: 1},
            simulation=lambda self, rng, n, m: rng.integers(0, 2, n).astype(float),
            mutated={"all at 0": lambda m: {0.0: 1, 1.0: 1}},
        )
        observation = observe(claim)
        assert observation.verdict is Observed.SUPPORTED
        assert len({row.quantity for row in observation.rows}) == 4

    def test_draws_must_come_from_the_generator_alone(self) -> None:
        hidden = np.random.default_rng(3)
        claim = law(simulation=lambda self, rng, n, m: m + rng.standard_normal(n) + hidden.standard_normal(n))
        with pytest.raises(ClaimError, match="drawn twice differs"):
            observe(claim)

    def test_points_so_far_apart_that_another_law_would_pass_are_refused(self) -> None:
        with pytest.raises(ClaimError, match=r"between two points F rises by 0\.5"):
            observe(law(prediction=lambda self, m: {float(m): Ball(0.5, 0.0)}))

    def test_higher_tiers_resolve_less(self) -> None:
        quick, full = (observe(law(), replace(RELEASED, tier=tier)).rows[0] for tier in ("quick", "full"))
        assert full.delta == quick.delta / 2
