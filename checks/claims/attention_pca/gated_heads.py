"""A4.1.gated: F, G, W of the linear head and of the head with scores cut at 0."""

from fractions import Fraction

from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, shifted
from numerics.score_cubature import cubature_parts
from theory.attention_pca import gated_heads

from .source import SOURCE


def listed(found):
    """Return the parts by name."""
    return {"F": found.F, "G": found.G, "W": found.W}


class GatedHeads(Identity):
    r"""With $w_k = \theta_k s_k/L$, $\theta_k = 1$ (linear, $h = 1$) or $1\{s_k > 0\}$ ($h = \tfrac12$),
    $\beta = 1$, for all $b > 0$ and $L \ge 1$. Fresh: $F = 2hb - b^2(3h/L + h^2(1 - 1/L))$, $G = hb^2/L$. Self:
    $F = 2b(3 + h(L-1))/L - b^2(15 + 9h(L-1) + h^2(L-1)(L-2))/L^2$, $G = b^2(3 + h(L-1))/L^2$, $W = b/L$.
    """

    label = "A4.1.gated"
    title = "F, G, W of the linear head and of max(s, 0)/L"
    source = f"{SOURCE}; derived here"
    uses = ("A3.1", "A4.1")
    derivation = staticmethod(gated_heads.derivation)

    def cases(self):
        return st.fixed_dictionaries(
            {
                "nonlinearity": st.sampled_from(["linear", "relu"]),
                "coupling": st.integers(1, 256).map(lambda k: k / 128),
                "length": st.integers(1, 4),
                "query": st.sampled_from(["fresh", "self"]),
            }
        )

    def prediction(self, **case):
        return listed(gated_heads.parts(**case))

    def simulation(self, **case):
        return cubature_parts(**case)

    def scale(self, coupling, **_):
        return {"F": coupling + 15 * coupling**2, "G": 3 * coupling**2, "W": coupling}  # F's size at L = 1

    def mutants(self):
        return {
            "every key let through": lambda nonlinearity, **case: listed(gated_heads.parts("linear", **case)),
            "L + 1 keys": shifted(self.prediction, length=1),
            "b² in place of b": changed(self.prediction, coupling=lambda b: b * b),
            "the query's own score counted as any other": lambda nonlinearity, coupling, length, query: {
                "W": Fraction(coupling) / length * (1 if nonlinearity == "linear" else Fraction(1, 2))
            },
        }
