"""A3.4: the finite-prompt risk of the linear head, its minimum and minimiser, as L grows."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Limit
from checks.harness.mutants import scaled
from numerics import prompts
from numerics.flows import flow_to_rest
from numerics.infinite_prompt import infinite_prompt_risk
from numerics.landscapes import low_rank
from numerics.measured import Measured
from numerics.prompt_ensembles import finite, risk
from numerics.prompts import QUERIES
from theory.attention_pca import finite_limit, objective

from .descent import best_end
from .draws import any_ratio, like, rotated, rotations, spectra
from .finite_prompt import size
from .source import SOURCE


class FirstCorrection(Identity):
    r"""For all $d$, $\Sigma \succeq 0$ and $\mu$, $R_L(\mu)$ is a polynomial in $1/L$, of degree 1 for a fresh and
    2 for a self query. It tends to $R(\mu) = t - 2a + ab$, and $L(R_L - R)$ to $ab + tb^2$ for a fresh and
    $-2(a + tb) + 5ab + tb^2$ for a self query.
    """

    label = "A3.4"
    title = "Finite prompt, linear head: limit and first correction in 1/L"
    source = SOURCE
    assumptions = ("β = 1",)
    uses = ("A1.2", "A3.1", "A3.2", "A3.3")
    examples = Identity.fewer(2)
    derivation = staticmethod(finite_limit.derivation)

    def cases(self):
        spectrum_and_point = spectra(3, any_ratio).flatmap(
            lambda spectrum: st.fixed_dictionaries({"spectrum": st.just(spectrum), "parameter": like(spectrum)})
        )
        rest = st.fixed_dictionaries({"query": st.sampled_from(QUERIES), "rotation": rotations})
        return st.builds(lambda case, other: {**case, **other}, spectrum_and_point, rest)

    def prediction(self, spectrum, parameter, query, **_):
        return {
            "limit": objective.risk(spectrum, parameter),
            "limit of L(R_L − R)": finite_limit.correction(spectrum, parameter, query),
            "R_7 less the polynomial": 0,
        }

    def simulation(self, spectrum, parameter, query, rotation):
        basis, matrix = rotated(spectrum, rotation)
        mu = basis @ parameter

        def at(length):
            return risk(finite(matrix, length, query, reduced=True), mu)

        # through three sizes goes one polynomial in 1/L of degree 2
        inverse = 1 / np.array([1, 2, 4])
        found = [at(length) for length in (1, 2, 4)]
        values, errors = np.array([(one.value, one.error) for one in found]).T
        solved = np.linalg.inv(np.vander(inverse, increasing=True))
        polynomial, off = solved @ values, abs(solved) @ errors
        seventh, powers = at(7), (1 / 7) ** np.arange(3)
        return {
            "limit": Measured(polynomial[0], off[0]),
            "limit of L(R_L − R)": Measured(polynomial[1], off[1]),
            "R_7 less the polynomial": Measured(seventh.value - powers @ polynomial, seventh.error + powers @ off),
        }

    def scale(self, spectrum, parameter, **_):
        return dict.fromkeys(("limit", "limit of L(R_L − R)", "R_7 less the polynomial"), size(spectrum, parameter))

    def mutants(self):
        def correction(fresh, own):
            def mutant(spectrum, parameter, query, **_):
                wrong = fresh if query == "fresh" else own
                return {"limit of L(R_L − R)": wrong(*objective.invariants(spectrum, parameter))}

            return mutant

        def other(query, **case):
            return self.prediction(query="fresh" if query == "self" else "self", **case)

        return {
            "fresh and self exchanged": other,
            "trace term dropped": correction(lambda t, a, b: a * b, lambda t, a, b: -2 * a + 5 * a * b),
            "cross term uncorrected": correction(
                lambda t, a, b: a * b + t * b**2, lambda t, a, b: 5 * a * b + t * b**2
            ),
            "pairs of different keys only": correction(lambda t, a, b: -a * b, lambda t, a, b: -2 * a + 2 * a * b),
            "half": scaled(self.prediction, Fraction(1, 2)),
        }


class FirstCorrectionOfTheMinimum(Limit):
    r"""As $L \to \infty$, $L(\min R_L - \min R)$ tends to $\lambda_1 + t$ for a fresh and to $3\lambda_1 - t$ for a
    self query, and $L(\lVert\mu_L\rVert^2 - 1/\lambda_1)$ for the minimiser $\mu_L$ to
    $-(\lambda_1 + t)/\lambda_1^2$ for a fresh and $-4/\lambda_1$ for a self query.
    """

    label = "A3.4.minimum"
    title = "Finite prompt, linear head: minimum and minimiser to the first order in 1/L"
    source = SOURCE
    assumptions = ("β = 1",)
    uses = ("A3.3",)
    exponents = (1, 2)
    resolution = 0.001
    derivation = staticmethod(finite_limit.derivation)

    def cases(self):
        sizes = [64, 128, 256, 512, 1024]
        case = {"spectrum": [1.5, 1.0, 0.25], "sizes": sizes}
        return [
            {**case, "query": "fresh", "what": "squared norm"},
            {**case, "query": "self", "what": "minimum"},
        ]

    def prediction(self, spectrum, query, what, **_):
        minimum, norm = finite_limit.minimum_corrections(spectrum, query)
        return minimum if what == "minimum" else norm

    def simulation(self, size, spectrum, query, what):
        rng = np.random.default_rng(size)
        matrix = prompts.covariance(spectrum, prompts.rotation(rng, len(spectrum)))
        ends = flow_to_rest(low_rank(matrix).gradient, rng.standard_normal((1, len(spectrum))))
        point, far = ends.points[0], float(ends.errors[0])
        end, off, found = best_end(finite(matrix, size, query, reduced=True), rng, 1)
        if what == "minimum":
            limit = infinite_prompt_risk("linear", np.outer(point, point), matrix)
            error = found.error + limit.error + float(ends.risk_errors[0])
            return Measured(size * (found.value - limit.value), size * error)
        error = 3 * np.linalg.norm(point) * (off + far)
        return Measured(size * float(end @ end - point @ point), size * float(error))

    def scale(self, spectrum, what, **_):
        return sum(spectrum) if what == "minimum" else sum(spectrum) / spectrum[0] ** 2

    def mutants(self):
        def of(fresh, own):
            def mutant(spectrum, query, what, **_):
                top, trace = Fraction(spectrum[0]), sum(map(Fraction, spectrum))
                return (fresh if query == "fresh" else own)(top, trace)[what == "squared norm"]

            return mutant

        def other(query, **case):
            return self.prediction(query="fresh" if query == "self" else "self", **case)

        return {
            "fresh and self exchanged": other,
            "trace dropped": of(lambda s, t: (s, -1 / s), lambda s, t: (3 * s, -4 / s)),
            "norm kept at that of R": of(lambda s, t: (s + t, 0), lambda s, t: (3 * s - t, 0)),
            "no correction": of(lambda s, t: (0, 0), lambda s, t: (0, 0)),
            "2λ in place of 3λ": of(lambda s, t: (s + t, -(s + t) / s**2), lambda s, t: (2 * s - t, -4 / s)),
        }
