"""A4.6: the best norm and the least risk in prompts of L keys."""

from fractions import Fraction

from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity
from checks.harness.mutants import shifted
from numerics.best_norms import best_norm
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
