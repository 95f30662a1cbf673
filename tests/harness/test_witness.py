from fractions import Fraction

import pytest
from hypothesis import strategies as st

from checks.harness.kinds import Bound
from checks.harness.verdict import Observed
from checks.harness.witness import snapped
from numerics.measured import Measured

from .claims import observe

HALF = Fraction(1, 2)


def parabola(exact):
    """Return the class of a false claim: x(1 − x) ≥ 0 for x from 0 to 2."""

    class Parabola(Bound):
        r"""$x(1 - x) \ge 0$."""

        label, title, source, side = "X1", "parabola", "here", "lower"

        def cases(self):
            return st.integers(0, 128).map(lambda k: {"x": k / 64})

        def prediction(self, x):
            return 0

        def exactly(self, x):
            return exact(x)

        def simulation(self, x):
            return Measured(x * (1 - x), 1e-15)

        def scale(self, **_):
            return 1

        def mutants(self):
            return {"≥ −1": lambda x: -1, "≥ 1": lambda x: 1}

    return Parabola


def test_a_counterexample_is_snapped_and_stated_exactly() -> None:
    found = observe(parabola(lambda x: Fraction(x) * (1 - Fraction(x))))
    assert found.verdict is Observed.REFUTED
    assert found.witness == "x = 2: exactly -2"
    assert found.reason.endswith("; x = 2: exactly -2")


def test_a_case_outside_the_hypotheses_is_no_counterexample() -> None:
    found = observe(parabola(lambda x: Fraction(x) * (1 - Fraction(x)) if x < 2 else None))
    assert found.witness in ("x = 3/2: exactly -3/4", "x = 5/4: exactly -5/16", "x = 4/3: exactly -4/9")


def test_a_counterexample_that_exact_arithmetic_denies_is_an_error() -> None:
    with pytest.raises(Exception, match="exact arithmetic does not confirm the counterexample"):
        observe(parabola(lambda x: Fraction(1)))


def test_without_an_exact_value_there_is_no_witness() -> None:
    assert observe(parabola(lambda x: None)).witness == ""


def test_each_number_takes_the_least_denominator_that_will_do() -> None:
    case = {"spectrum": [0.74, 0.26], "k": 3, "name": "linear"}

    def holds(params) -> bool:
        return params["spectrum"][0] > HALF > params["spectrum"][1] > 0

    assert snapped(case, holds) == {"spectrum": [1, Fraction(1, 4)], "k": 3, "name": "linear"}
    assert snapped({"x": 0.4999}, lambda params: params["x"] == Fraction(0.4999)) == {"x": Fraction(0.4999)}
