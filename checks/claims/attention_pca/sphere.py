"""A1.8: the unit sphere at a fixed inverse temperature."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics import landscapes, prompts
from numerics.flows import flow_to_rest
from numerics.infinite_prompt import infinite_prompt_risk
from numerics.measured import Measured
from theory.attention_pca import objective, sphere

from .draws import any_ratio, points, rotated, rotations, separated_ratio, spectra
from .source import SOURCE

STARTS = 3


def temperatures(spectrum):
    """Draw β in one of the three regimes of a spectrum, 5 % away from the thresholds."""
    low, high = map(float, sphere.thresholds(spectrum))
    regimes = (lambda part: part * low, lambda part: low + part * (high - low), lambda part: high / part)
    return st.builds(lambda part, of: of(part / 20), st.integers(1, 19), st.sampled_from(regimes))


class SphereObjective(Identity):
    r"""At inverse temperature $\beta$ the infinite-prompt objective is $R = t - 2\beta a + \beta^2ab$; here on the unit
    sphere $\lVert\mu\rVert = 1$.
    """

    label = "A1.8.objective"
    title = "Objective on the unit sphere at fixed inverse temperature"
    source = SOURCE
    uses = ("A1.1",)
    derivation = staticmethod(sphere.objective_derivation)

    def cases(self):
        return points(12, any_ratio).flatmap(lambda case: st.integers(1, 64).map(lambda k: {**case, "beta": k / 16}))

    def prediction(self, spectrum, parameter, beta, **_):
        return sphere.risk(spectrum, parameter, beta)

    def simulation(self, spectrum, parameter, beta, rotation):
        basis, matrix = rotated(spectrum, rotation)
        interaction = landscapes.sphere(matrix, beta).interaction(basis @ parameter)
        return infinite_prompt_risk("linear", interaction, matrix)

    def scale(self, spectrum, beta, **_):
        return sum(spectrum) * (1 + beta * spectrum[0]) ** 2

    def mutants(self):
        def with_beta(wrong):
            def mutant(spectrum, parameter, beta, **_):
                t, a, b = objective.invariants(spectrum, parameter)
                square = sum(Fraction(entry) ** 2 for entry in parameter)
                return wrong(t, a / square, b / square, Fraction(beta))

            return mutant

        return {
            "β for β² in the quartic term": with_beta(lambda t, a, b, beta: t - 2 * beta * a + beta * a * b),
            "β² for β in the cross term": with_beta(lambda t, a, b, beta: t - 2 * beta**2 * a + beta**2 * a * b),
            "β forgotten": with_beta(lambda t, a, b, beta: t - 2 * a + a * b),
            "not on the sphere": lambda spectrum, parameter, **_: objective.risk(spectrum, parameter),
        }


class Sphere(Identity):
    r"""On $\lVert\mu\rVert = 1$, for every $\beta > 0$ the minimum of $R$ is where $v_1$ has
    the weight $p = \frac{2(\lambda_1+\lambda_d) - \beta\lambda_d(\lambda_1+2\lambda_d)}
    {2\beta(\lambda_1-\lambda_d)(\lambda_1+\lambda_d)}$, clipped to $[0, 1]$, and $v_d$ the rest: exactly $v_1$ iff
    $\beta \le \beta_c = \frac{2(\lambda_1+\lambda_d)}{\lambda_1(2\lambda_1+\lambda_d)}$, exactly $v_d$ iff
    $\beta \ge \beta_{c2} = \frac{2(\lambda_1+\lambda_d)}{\lambda_d(\lambda_1+2\lambda_d)}$. A stationary support has at
    most two distinct eigenvalues, and there is no spurious local minimum.
    """

    label = "A1.8"
    title = "Unit sphere at fixed inverse temperature: minimiser and thresholds"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "λ_1 > λ_d")
    uses = ("A1.8.objective",)
    examples = Identity.fewer(4)  # each runs three flows
    derivation = staticmethod(sphere.derivation)

    def cases(self):
        uneven = spectra(8, separated_ratio).filter(lambda spectrum: spectrum[0] > spectrum[-1])
        return uneven.flatmap(
            lambda spectrum: st.fixed_dictionaries(
                {"spectrum": st.just(spectrum), "beta": temperatures(spectrum), "rotation": rotations}
            )
        )

    def prediction(self, spectrum, beta, **_):
        minimum = sphere.minimum(spectrum, beta)
        return {
            "least risk of the flows": minimum.risk,
            "largest risk of the flows": minimum.risk,
            "weight of the top eigenspace": minimum.weight,
            "weight of the bottom eigenspace": 1 - minimum.weight,
        }

    def simulation(self, spectrum, beta, rotation):
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, len(spectrum))
        matrix = prompts.covariance(spectrum, basis)
        landscape = landscapes.sphere(matrix, beta)
        ends = flow_to_rest(landscape.gradient, prompts.directions(rng, STARTS, len(spectrum)))
        risks = [infinite_prompt_risk("linear", landscape.interaction(end), matrix) for end in ends.points]
        risks = [Measured(r.value, r.error + off) for r, off in zip(risks, ends.risk_errors, strict=True)]
        weights = (ends.points @ basis) ** 2 / (ends.points**2).sum(axis=1, keepdims=True)

        def weight(value):  # of the start farthest from the others: all have to agree
            of = weights[:, np.array(spectrum) == value].sum(axis=1)
            return Measured(of[np.argmax(abs(of - np.median(of)))], 4 * float(ends.errors.max()))

        return {
            "least risk of the flows": min(risks, key=lambda risk: risk.value),
            "largest risk of the flows": max(risks, key=lambda risk: risk.value),
            "weight of the top eigenspace": weight(spectrum[0]),
            "weight of the bottom eigenspace": weight(spectrum[-1]),
        }

    def scale(self, spectrum, beta, **_):
        risk = sum(spectrum) * (1 + beta * spectrum[0]) ** 2
        return {name: 1 if name.startswith("weight") else risk for name in self.prediction(spectrum, beta)}

    def mutants(self):
        def weight(wrong):
            def mutant(spectrum, beta, **_):
                found = wrong(Fraction(spectrum[0]), Fraction(spectrum[-1]), Fraction(beta))
                return {"weight of the top eigenspace": min(max(found, Fraction(0)), Fraction(1))}

            return mutant

        return {
            "always v_1": weight(lambda s, o, beta: Fraction(1)),
            "v_1 up to β = 1/λ_1, then v_d": weight(lambda s, o, beta: Fraction(beta * s <= 1)),
            "β in the denominator dropped": weight(
                lambda s, o, beta: (2 * (s + o) - beta * o * (s + 2 * o)) / (2 * (s - o) * (s + o))
            ),
            "λ_1 and λ_d exchanged in the numerator": weight(
                lambda s, o, beta: (2 * (s + o) - beta * s * (2 * s + o)) / (2 * beta * (s - o) * (s + o))
            ),
            "weight not clipped": lambda spectrum, beta, **_: {
                "weight of the top eigenspace": sphere.unclipped(spectrum, beta)
            },
        }
