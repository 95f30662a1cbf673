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

from .draws import like, rotations, separated_ratio, spectra
from .source import SOURCE

STARTS = 3


def temperatures(spectrum):
    """Draw β in one of the three regimes of a spectrum, 5 % away from the thresholds."""
    low, high = map(float, sphere.thresholds(spectrum))
    regimes = (lambda part: part * low, lambda part: low + part * (high - low), lambda part: high / part)
    return st.builds(lambda part, of: of(part / 20), st.integers(1, 19), st.sampled_from(regimes))


class Sphere(Identity):
    r"""On $\lVert\mu\rVert = 1$, $R = t - 2\beta a + \beta^2ab$. For every $\beta > 0$ its minimum is where $v_1$ has
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
    uses = ("A1.1",)
    examples = Identity.fewer(3)  # each runs three flows
    derivation = staticmethod(sphere.derivation)

    def cases(self):
        return (
            spectra(8, separated_ratio)
            .filter(lambda spectrum: spectrum[0] > spectrum[-1])
            .flatmap(
                lambda spectrum: st.fixed_dictionaries(
                    {
                        "spectrum": st.just(spectrum),
                        "beta": temperatures(spectrum),
                        "point": like(spectrum).filter(any),
                        "rotation": rotations,
                    }
                )
            )
        )

    def prediction(self, spectrum, beta, point, **_):
        minimum, t, a, b = sphere.minimum(spectrum, beta), *objective.invariants(spectrum, point)
        square, rate = sum(Fraction(entry) ** 2 for entry in point), Fraction(beta)
        return {
            "R at a point of the sphere": t - 2 * rate * a / square + rate**2 * a * b / square**2,
            "least risk of the flows": minimum.risk,
            "largest risk of the flows": minimum.risk,
            "weight of the top eigenspace": minimum.weight,
            "weight of the bottom eigenspace": 1 - minimum.weight,
        }

    def simulation(self, spectrum, beta, point, rotation):
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, len(spectrum))
        matrix = prompts.covariance(spectrum, basis)
        landscape = landscapes.sphere(matrix, beta)
        ends = flow_to_rest(landscape.gradient, prompts.directions(rng, STARTS, len(spectrum)))
        risks = [infinite_prompt_risk("linear", landscape.interaction(end), matrix) for end in ends.points]
        risks = [Measured(r.value, r.error + off) for r, off in zip(risks, ends.risk_errors, strict=True)]
        weights = (ends.points @ basis) ** 2 / (ends.points**2).sum(axis=1, keepdims=True)
        eigenvalues = np.array(spectrum)
        off = 4 * float(ends.errors.max())

        def weight(value):
            # of the start farthest from the others: all have to agree
            of = weights[:, eigenvalues == value].sum(axis=1)
            return Measured(of[np.argmax(abs(of - np.median(of)))], off)

        return {
            "R at a point of the sphere": infinite_prompt_risk("linear", landscape.interaction(basis @ point), matrix),
            "least risk of the flows": min(risks, key=lambda risk: risk.value),
            "largest risk of the flows": max(risks, key=lambda risk: risk.value),
            "weight of the top eigenspace": weight(spectrum[0]),
            "weight of the bottom eigenspace": weight(spectrum[-1]),
        }

    def scale(self, spectrum, beta, point, **_):
        risk = sum(spectrum) * (1 + beta * spectrum[0]) ** 2
        return {name: 1 if name.startswith("weight") else risk for name in self.prediction(spectrum, beta, point)}

    def mutants(self):
        def weight(wrong):
            def mutant(spectrum, beta, **_):
                found = wrong(Fraction(spectrum[0]), Fraction(spectrum[-1]), Fraction(beta))
                return {"weight of the top eigenspace": min(max(found, Fraction(0)), Fraction(1))}

            return mutant

        def by_one_beta(spectrum, beta, point, **_):
            t, a, b = objective.invariants(spectrum, point)
            square, rate = sum(Fraction(entry) ** 2 for entry in point), Fraction(beta)
            return {"R at a point of the sphere": t - 2 * rate * a / square + rate * a * b / square**2}

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
            "β for β² in the quartic term": by_one_beta,
            "the rest is on the others too": lambda spectrum, beta, **_: {
                "weight of the bottom eigenspace": (1 - sphere.minimum(spectrum, beta).weight) / 2
            },
        }
