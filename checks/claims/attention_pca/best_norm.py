"""A4.6: the best norm and the least risk in prompts of L keys, and training on fresh prompts."""

from fractions import Fraction

from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity, Limit
from checks.harness.mutants import shifted
from numerics.best_norms import best_norm
from numerics.training import trained_shares
from theory.attention_pca import best_norm as best

from .source import SOURCE


class BestNorm(Identity):
    r"""Linear head, $\beta = 1$, fresh query, every $L \ge 1$: along $v_1$ the risk is least at
    $b = \lambda_1\lVert\mu\rVert^2 = \lambda_1/((1 + 1/L)\lambda_1 + t/L)$, where it is
    $t - \lambda_1^2/((1 + 1/L)\lambda_1 + t/L)$: above $t - \lambda_1$, which it tends to as $L \to \infty$.
    """

    label = "A4.6"
    title = "Minimiser and minimum of the finite-prompt risk against L, linear head"
    source = f"{SOURCE}; derived here"
    assumptions = ("fresh query",)
    uses = ("A4.1.gated", "A4.2", "A4.3")
    examples = Identity.fewer(2)
    derivation = staticmethod(best.derivation)

    def cases(self):
        share = st.integers(1, 16).map(lambda k: k / 16)
        return st.builds(
            lambda trace, part, length: {"trace": trace, "top": trace * part, "length": length},
            st.integers(1, 64).map(lambda k: k / 8),
            share,
            st.integers(1, 3),
        )

    def prediction(self, **case):
        found = best.linear(**case)
        return {"coupling": found.coupling, "risk": found.risk}

    def simulation(self, trace, top, length):
        return best_norm("linear", trace, top, length)

    def scale(self, trace, **_):
        return {"coupling": 1, "risk": trace}

    def mutants(self):
        return {
            "b = 1, as in an infinite prompt": lambda **_: {"coupling": 1},
            "t − λ_1, as in an infinite prompt": lambda trace, top, length: {"risk": Fraction(trace) - Fraction(top)},
            "L + 1 keys": shifted(self.prediction, length=1),
            "t/L forgotten": lambda trace, top, length: {"coupling": Fraction(length, length + 1)},
        }


class LeastSoftmaxRisk(Bound):
    r"""Softmax head, $\beta = 1$, fresh query, every $L \ge 2$: the least risk is at least
    $(t - \lambda_1)(1 + 1/L)$, hence above $t - \lambda_1$ for $t > \lambda_1$. At $L = 2$ it is at least
    $\frac32(t - \lambda_1) + \lambda_1\big(\frac43 - \frac{\sqrt3}\pi\big)$, which the linear head goes below.
    """

    label = "A4.6.softmax"
    title = "Minimum of the finite-prompt risk against L, softmax head"
    source = f"{SOURCE}; derived here"
    assumptions = ("fresh query",)
    uses = ("A4.2", "A4.3")
    side = "lower"
    derivation = staticmethod(best.derivation)

    def cases(self):
        return [{"trace": 4.0, "top": 2.0, "length": length} for length in (2, 64, 1024)] + [
            {"trace": 40.0, "top": 3.0, "length": 64}
        ]

    def prediction(self, trace, top, length):
        return best.softmax_floor(trace, top, length)

    def simulation(self, trace, top, length):
        return best_norm("softmax", trace, top, length)["risk"]

    def mutants(self):
        return {
            "t − λ_1/2": lambda trace, top, length: Fraction(trace) - Fraction(top) / 2,
            "twice that": lambda trace, top, length: 2 * best.softmax_floor(trace, top, length),
            "R(0), nothing learnt": lambda trace, top, length: Fraction(trace) * (1 + Fraction(1, length)),
        }


class TrainingOnFreshPrompts(Limit):
    r"""SGD on fresh prompts with fresh queries, steps of the order $1/n$, from random starts: the angle of $\mu$ to the
    line of $v_1$ tends to 0, for the softmax and for the linear head. Observed, not derived: the squared cosine with
    the first axis, which is $v_1$ or is not; it is extrapolated with the corrections $1/n$ and $1/n^2$, which is not
    tested by itself.
    """

    label = "A4.6.training"
    title = "Training on fresh prompts ends along the leading direction"
    source = f"{SOURCE}; observed here"
    assumptions = ("λ_1 > λ_2", "fresh query", "steps 2/(λ_1(λ_1 − λ_2)(n + 100))")
    uses = ("A4.2",)
    exponents = (1, 2)
    resolution = 0.05
    replicates = Limit.each(64)
    block = 64

    def cases(self):
        return [
            {"head": head, "spectrum": spectrum, "sizes": [150, 300, 600, 1200]}
            for head, spectrum in (("softmax", [2.0, 1.0, 0.5]), ("linear", [1.0, 2.0, 0.5]))
        ]

    def prediction(self, spectrum, **_):
        return int(spectrum[0] == max(spectrum))

    def scale(self, **_):
        return 1

    def simulation(self, rng, n, size, head, spectrum):
        return trained_shares(rng, n, head, spectrum, 16, size)

    def mutants(self):
        return {
            "as at random": lambda spectrum, **_: Fraction(1, len(spectrum)),
            "along the first axis": lambda **_: 1,
            "an angle remains": lambda spectrum, **_: Fraction(7 if spectrum[0] == max(spectrum) else 1, 8),
        }
