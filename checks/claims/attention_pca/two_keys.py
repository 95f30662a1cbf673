"""A4.1.two_keys: the softmax head with two keys, enclosed."""

from fractions import Fraction

from checks.harness.kinds import Identity
from checks.harness.mutants import changed
from numerics.softmax_parts import evaluate
from theory.attention_pca import two_keys

from .gated_heads import listed
from .source import SOURCE


class TwoKeys(Identity):
    r"""Softmax, $L = 2$, $\beta = 1$. Fresh: with $x$ of the density $K_0(|x|)/\pi$, $\tau = \tanh(bx/\sqrt2)$:
    $G = (1 + E\tau^2)/2$ and $F = \sqrt2\,E x\tau - \frac12 - \frac1{2\pi}\int |x| K_1(|x|)\,\tau^2\,dx$.
    Self: with $x$ of the density $e^x K_0(\sqrt2|x|)/\pi$ and $w = 1/(1 + e^{bx})$: $W = 1 - Ew$,
    $1 + G - 2W = 2Ew^2$ and $1 - F = \frac1\pi\int e^x \sqrt2|x| K_1(\sqrt2|x|)\,w^2\,dx$.
    """

    label = "A4.1.two_keys"
    title = "F, G, W of the softmax head with two keys"
    source = f"{SOURCE}; derived here, with the Bessel integrals of DLMF 10.32.10"
    derivation = staticmethod(two_keys.derivation)

    def cases(self):
        return [{"coupling": b, "query": query} for b in (0.75, 1.5) for query in ("fresh", "self")]

    def prediction(self, **case):
        return listed(two_keys.parts(**case))

    def simulation(self, coupling, query):
        return evaluate(coupling, 2, query)

    def scale(self, **_):
        return {"F": 1, "G": 1, "W": 1}

    def mutants(self):
        def of_bayes(coupling, query):  # the posterior that a key is the query, at b = 2 only
            found = two_keys.parts(coupling, query)
            return {"G": found.W if query == "self" else found.G}

        return {
            "2b in place of b": changed(self.prediction, coupling=lambda b: 2 * b),
            "fresh ↔ self": changed(self.prediction, query=lambda query: {"fresh": "self", "self": "fresh"}[query]),
            "E w_1 = E Σ w² at every b": of_bayes,
            "equal weights": lambda **_: {"G": Fraction(1, 2)},
        }
