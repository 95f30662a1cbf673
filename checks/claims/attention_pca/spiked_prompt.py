"""A5.1, A5.2: infinite prompts with a covariance each, by cubature over the covariances and by drawn ones."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import scaled, shifted
from numerics import prompt_ensembles, prompts
from numerics.measured import Measured
from theory.attention_pca import objective, spiked_prompt

from .descent import best_end
from .draws import any_ratio, like, rotated, rotations, spectra
from .finite_prompt import size
from .source import SOURCE

IN_CONTEXT = f"{SOURCE}; the risk over random covariances is derived here"

MOST_COORDINATES = 6  # d n: cubature takes as many dimensions


def of_invariants(wrong):
    """Return the prediction that a wrong formula in t, a, b and 1/n makes."""
    return lambda spectrum, parameter, columns, **_: wrong(
        *objective.invariants(spectrum, parameter), Fraction(1, columns)
    )


def wrong_risks(right):
    """Return wrong risks of infinite prompts."""

    def risk(linear, cubic, quartic):
        return of_invariants(lambda t, a, b, e: t - 2 * linear(t, a, b, e) + cubic(e) * a * b + quartic(e) * t * b**2)

    def own(t, a, b, e):
        return (1 + e) * a + e * t * b

    def six(e):
        return (1 + 2 * e) * (1 + 3 * e)

    def two(e):
        return e * (1 + 2 * e)

    return {
        "every prompt has the covariance Γ": of_invariants(lambda t, a, b, e: t - 2 * a + a * b),
        "2tb in place of ab": risk(own, lambda e: 0, lambda e: 2 * six(e)),
        "1/n of the cross term dropped": risk(lambda t, a, b, e: a + e * t * b, six, two),
        "trace of the cross term dropped": risk(lambda t, a, b, e: (1 + e) * a, six, two),
        "trace of ‖T‖² dropped": risk(own, six, lambda e: 0),
        "n + 1 in place of n + 2": risk(own, lambda e: (1 + e) * (1 + 3 * e), lambda e: e * (1 + e)),
        "n + 2 in place of n + 3": risk(own, lambda e: (1 + 2 * e) ** 2, two),
        "n + 1 in place of n": shifted(right, columns=1),
    }


@st.composite
def covariances(draw):
    """Draw the spectrum of Γ, the coordinates of μ, n with d n ≤ 6, and a rotation."""
    spectrum = draw(spectra(3, any_ratio))
    columns = draw(st.integers(1, MOST_COORDINATES // len(spectrum)))
    return {"spectrum": spectrum, "parameter": draw(like(spectrum)), "columns": columns, "rotation": draw(rotations)}


class InContextRisk(Identity):
    r"""Every prompt has a covariance $\Sigma = XX^\top/n$ of its own, the $n$ columns of $X$ i.i.d. $N(0, \Gamma)$.
    Then the infinite-prompt risk of the head is in the mean, for all $d$, $n \ge 1$ and $\Gamma \succeq 0$, with
    $t = \mathrm{tr}\,\Gamma$, $a = \mu^\top\Gamma^2\mu$, $b = \mu^\top\Gamma\mu$:
    $E R = t - 2[(1 + \frac1n)a + \frac{tb}n] + ab\,\frac{(n + 2)(n + 3)}{n^2} + tb^2\,\frac{n + 2}{n^2}$. That is A3.2
    with $n$ in place of $L$: an infinite prompt shows the head what the $n$ columns would, as keys and queries.
    """

    label = "A5.1"
    title = "In context with Wishart covariances: infinite-prompt risk"
    source = IN_CONTEXT
    assumptions = ("Σ ~ W_d(n, Γ)/n, a new one in every prompt", "β = 1")
    uses = ("A1.1", "A3.2", "D4.5")
    examples = Identity.fewer(2)
    derivation = staticmethod(spiked_prompt.derivation)

    def cases(self):
        return covariances()

    def prediction(self, spectrum, parameter, columns, **_):
        return spiked_prompt.risk(spectrum, parameter, columns)

    def simulation(self, spectrum, parameter, columns, rotation):
        basis, matrix = rotated(spectrum, rotation)
        return prompt_ensembles.risk(prompt_ensembles.infinite(matrix, columns), basis @ parameter)

    def scale(self, spectrum, parameter, **_):
        return size(spectrum, parameter)

    def mutants(self):
        return wrong_risks(self.prediction)


class InContextRiskDrawn(Mean):
    r"""The mean infinite-prompt risk over drawn covariances, in 24 dimensions of the rank 6, is that of A5.1."""

    label = "A5.1.drawn"
    title = "The infinite-prompt risk over drawn covariances"
    source = IN_CONTEXT
    assumptions = ("Σ ~ W_d(n, Γ)/n, a new one in every prompt", "β = 1")
    uses = ("A5.1",)
    resolution = 0.02
    block = 128
    derivation = staticmethod(spiked_prompt.derivation)

    def cases(self):
        return [
            {"spectrum": [2.0, *[1.0] * 23], "parameter": [0.5, 0.2, -0.2, *[0.0] * 21], "columns": 6},
            {"spectrum": [1.5, *[1.0] * 7], "parameter": [0.5, -0.3, 0.1, *[0.0] * 5], "columns": 24},
        ]

    def prediction(self, spectrum, parameter, columns):
        return spiked_prompt.risk(spectrum, parameter, columns)

    def simulation(self, rng, n, spectrum, parameter, columns):
        drawn = prompt_ensembles.drawn_infinite(rng, n, np.diag(spectrum), columns)
        return prompt_ensembles.prompt_risks(drawn, parameter)

    def mutants(self):
        fine = "n + 2 in place of n + 3"  # a matter of few per mille here; A5.1 refutes it
        return {name: wrong for name, wrong in wrong_risks(self.prediction).items() if name != fine}


def spiked(dimension, theta):
    """Return the spectrum of I + θuuᵀ, descending, and the place of u in it."""
    others = [1.0] * (dimension - 1)
    return ([1 + theta, *others], 0) if theta > 0 else ([*others, 1 + theta], dimension - 1)


class SpikeRecovery(Identity):
    r"""For all $d$, $n \ge 1$ and $0 \ne \Gamma \succeq 0$ the stationary points of the risk of A5.1 are, modulo
    $\ker\Gamma$, $0$ and eigenvectors of $\Gamma$; at the eigenvalue $\lambda > 0$
    $\lVert\mu\rVert^2 = n[(n + 1)\lambda + t]/((n + 2)\lambda[(n + 3)\lambda + t])$, and the risk there,
    $t - [(n + 1)\lambda + t]^2/((n + 2)[(n + 3)\lambda + t])$, decreases in $\lambda$. So for
    $\Gamma = I + \theta uu^\top$ the minimiser is along $u$ for every $\theta > 0$: no threshold. For
    $-1 < \theta < 0$ and $d \ge 2$ the minimisers are orthogonal to $u$.
    """

    label = "A5.2"
    title = "In context: stationary points, and recovery of the spike at every strength"
    source = IN_CONTEXT
    assumptions = ("Σ ~ W_d(n, Γ)/n, a new one in every prompt", "β = 1")
    uses = ("A5.1",)
    examples = Identity.fewer(4)  # each runs two flows
    derivation = staticmethod(spiked_prompt.stationary_derivation)

    def cases(self):
        strengths = st.integers(-15, 32).filter(lambda k: k != 0).map(lambda k: k / 16)
        return st.fixed_dictionaries(
            {
                "dimension": st.integers(1, 3),
                "theta": strengths,
                "columns": st.one_of(st.integers(1, 6), st.just(100)),
                "rotation": rotations,
            }
        )

    def prediction(self, dimension, theta, columns, **_):
        value, squared_norm = spiked_prompt.points(spiked(dimension, theta)[0], columns)[0]
        overlap = int(theta > 0 or dimension == 1)
        return {"lowest risk of the flows": value, "‖μ‖² there": squared_norm, "(u·μ)²/‖μ‖² there": overlap}

    def simulation(self, dimension, theta, columns, rotation):
        spectrum, place = spiked(dimension, theta)
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, dimension)
        covariance = prompts.covariance(spectrum, basis)
        reduced = dimension * columns > MOST_COORDINATES
        drawn = prompt_ensembles.infinite(covariance, columns, reduced=reduced)
        end, off, value = best_end(drawn, rng, sum(spectrum))
        length = float(np.linalg.norm(end))
        return {
            "lowest risk of the flows": value,
            "‖μ‖² there": Measured(length**2, 3 * length * off),
            "(u·μ)²/‖μ‖² there": Measured(float((basis[:, place] @ end) ** 2) / length**2, 6 * off / length),
        }

    def scale(self, dimension, theta, **_):
        top = spiked(dimension, theta)[0][0]
        return {"lowest risk of the flows": dimension + theta, "‖μ‖² there": 1 / top, "(u·μ)²/‖μ‖² there": 1}

    def mutants(self):
        def at(choose):
            def mutant(dimension, theta, columns, **_):
                spectrum, place = spiked(dimension, theta)
                points = spiked_prompt.points(spectrum, columns)
                value, norm = points[choose(place, dimension)]
                return {"lowest risk of the flows": value, "‖μ‖² there": norm}

            return mutant

        return {
            "the smallest eigenvalue": at(lambda place, d: d - 1),
            "along u for θ < 0 too": at(lambda place, d: place),
            "threshold of one prompt's PCA": lambda dimension, theta, columns, **_: {
                "(u·μ)²/‖μ‖² there": int(dimension == 1 or (theta > 0 and theta**2 * columns > dimension))
            },
            "n + 1 in place of n": shifted(self.prediction, columns=1),
            "half": scaled(self.prediction, Fraction(1, 2)),
        }
