"""A4.5, the exact part: the risk of a finite softmax prompt by its weights alone."""

from fractions import Fraction

import numpy as np

from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import scaled
from numerics.measured import Measured
from numerics.risk import drawn_risks
from numerics.softmax_integrals import softmax_integrals
from theory.attention_pca import objective, weights

from .source import SOURCE

HERE = f"{SOURCE}; derived here"


def wrong(**terms):
    """Return the averages at L = 2 from a wrong formula, given as what is added to the terms of (M − σ)²."""

    def averages(coupling):
        right = weights.averages_of_two_keys(coupling)
        return {**right, **{name: change(right, Fraction(coupling)) for name, change in terms.items()}}

    return averages


class Weights(Identity):
    r"""For the softmax head, $\beta = 1$, a fresh query and every $b = \mu^\top\Sigma\mu$ and $L$, with the weights
    $w_k$, $Q = \sum w_k^2$ and $S_3 = \sum w_k^3$: given $g$, $E M = \sigma E(1 - Q)$ and
    $E(M - \sigma)^2 = E[Q + \sigma^2(Q - 6S_3 + 6Q^2)]$. (Observed: $G$, $V$ and $E g(M - bg)$ at $L = 2$, where the
    right sides are single integrals.)
    """

    label = "A4.5.weights"
    title = "Finite softmax prompt: mean and square of the output by the weights alone"
    source = HERE
    assumptions = ("query independent of the keys", "β = 1")
    uses = ("A1.2",)
    derivation = staticmethod(weights.two_keys)

    def cases(self):
        return [{"coupling": coupling} for coupling in (0.0, 0.125, 0.5, 0.75, 1.0, 1.5, 2.5)]

    def prediction(self, coupling):
        return weights.averages_of_two_keys(coupling)

    def simulation(self, coupling):
        found = softmax_integrals(coupling, 2)
        return {"G": found.G, "V": found.V, "drift": found.drift}

    def scale(self, **_):
        return {"G": 1, "V": 1, "drift": 1}

    def mutants(self):
        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "V = G, the rest of the square dropped": wrong(V=lambda right, b: right["G"]),
            "no drift": wrong(drift=lambda right, b: 0 * right["drift"]),
            "drift −b (1 − G)": wrong(
                drift=lambda right, b: right["drift"] - right["drift"] - (1 - right["G"]) * b.numerator / b.denominator
            ),
        }


def quotient(above, below):
    """Return the quotient of two measured numbers."""
    value = above.value / below.value
    return Measured(value, 2 * (above.error + abs(value) * below.error) / abs(below.value))


class WeightsOfAnyPrompt(Identity):
    r"""For every $L \ge 1$ and $b > 0$: $E g(M - bg) = -b\,E g^2 Q$, and
    $V = G + b^2 E g^2 Q - 6 b^2 E g^2(S_3 - Q^2)$. (Observed to $L = 10^{300}$, as the quotients that are $-b$ and
    $-6$.)
    """

    label = "A4.5.stein"
    title = "Finite softmax prompt: the same identities at any length"
    source = HERE
    assumptions = ("query independent of the keys", "β = 1")
    uses = ("A4.5.weights",)
    derivation = staticmethod(weights.derivation)

    def cases(self):
        pairs = ((0.25, 3), (0.5, 10), (0.7, 100), (2.5, 2), (1.0, 1000), (1.5, 1e6), (1.0, 1e30), (1.25, 1e300))
        return [{"coupling": coupling, "length": length} for coupling, length in pairs]

    def prediction(self, coupling, **_):
        of_cubes = weights.CENTRED_SQUARE.coeff(weights.sigma, 2).coeff(weights.S3)
        return {"drift": -Fraction(coupling), "cubes": Fraction(int(of_cubes))}

    def simulation(self, coupling, length):
        found, factor = softmax_integrals(coupling, length), coupling**2
        rest = Measured(
            found.V.value - found.G.value - factor * found.squares.value,
            found.V.error + found.G.error + factor * found.squares.error,
        )
        pairs = Measured(
            factor * (found.cubes.value - found.products.value), factor * (found.cubes.error + found.products.error)
        )
        return {"drift": quotient(found.drift, found.squares), "cubes": quotient(rest, pairs)}

    def scale(self, **_):
        return {"drift": 1, "cubes": 6}

    def mutants(self):
        return {
            "b² in the drift": lambda coupling, **_: {"drift": -(Fraction(coupling) ** 2), "cubes": Fraction(-6)},
            "5 in place of 6": lambda coupling, **_: {"drift": -Fraction(coupling), "cubes": Fraction(-5)},
            "no cubes": lambda coupling, **_: {"drift": -Fraction(coupling), "cubes": Fraction(0)},
        }


class RiskByWeights(Mean):
    r"""For the softmax head, $\beta = 1$, a fresh query, every $\mu \ne 0$ and $L \ge 1$:
    $R_L - R = E[t\,Q + \rho\,g^2((2b - b^2)\,Q - 6b^2(S_3 - Q^2))]$, $\rho = a/b$. (Observed at $L = 2$.)
    """

    label = "A4.5.drawn"
    title = "Risk of a finite softmax prompt from drawn tokens, strongly coupled"
    source = HERE
    assumptions = ("query independent of the keys", "β = 1")
    uses = ("A1.2", "A4.5.weights")
    resolution = 0.01
    block = 256
    derivation = staticmethod(weights.derivation)

    def cases(self):
        return [
            {"spectrum": [2.0, 1.0, 0.5], "parameter": [0.6, 0.5, -0.2]},  # b = 0.99
            {"spectrum": [1.5, 0.25], "parameter": [1.0, 0.5]},  # b = 1.5625
        ]

    def prediction(self, spectrum, parameter):
        return weights.risk_of_two_keys(spectrum, parameter)

    def simulation(self, rng, n, spectrum, parameter):
        return drawn_risks(rng, n, "softmax", parameter, np.diag(spectrum), 2, queries=8)

    def mutants(self):
        def excess(wrong):
            return lambda spectrum, parameter: weights.risk_of_two_keys(spectrum, parameter, excess=wrong)

        t, b, g, rho, Q, S3 = weights.t, weights.b, weights.g, weights.rho, weights.Q, weights.S3
        return {
            "infinite prompt": lambda spectrum, parameter: objective.risk(spectrum, parameter),
            "first order of weak coupling": excess(t * Q + rho * g**2 * (2 * b - b**2) * Q),
            "3 in place of 6": excess(weights.EXCESS + 3 * rho * g**2 * b**2 * (S3 - Q**2)),
            "pairs of keys forgotten": excess(weights.EXCESS - 6 * rho * g**2 * b**2 * Q**2),
            "2b in place of 2b − b²": excess(weights.EXCESS + rho * g**2 * b**2 * Q),
            "t and ρ swapped": excess(weights.EXCESS.subs({t: rho, rho: t}, simultaneous=True)),
        }
