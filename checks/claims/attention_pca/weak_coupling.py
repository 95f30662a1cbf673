"""A4.3 and A4.4: the softmax head in long prompts, its limit and its 1/L term."""

from fractions import Fraction

from checks.harness.kinds import Limit
from checks.harness.mutants import changed, scaled
from numerics.measured import Measured
from numerics.softmax_parts import evaluate
from theory.attention_pca import weak_coupling
from theory.exact import enclosed

from .source import SOURCE

SIZES = [100, 1000, 10_000, 100_000]
L_F, L_G, L_W = "L (F − its limit)", "L G", "L W"
NAMES = {L_F: "F", L_G: "G", L_W: "W"}


def excess(coupling, length, trace, ratio):
    """Return L times what t(1 + G) − ρ(F + G) is above t − ρ(2b − b²)."""
    found = evaluate(coupling, length, "fresh")
    F, G = found["F"], found["G"]
    value = trace * G.value - ratio * (F.value + G.value - coupling * (2 - coupling))
    return Measured(length * value, length * ((trace - ratio) * G.error + ratio * F.error))


class LongPrompts(Limit):
    r"""For every $c = \beta b \ge 0$, either query, as $L \to \infty$: $F \to 2c - c^2$, $G \to 0$ and
    $W \to 0$, so that $R_L(\mu) \to t - \rho(2c - c^2)$, at $\beta = 1$ the infinite-prompt risk. Where
    $c < 1/\sqrt2$, with $\kappa = (1 - 2c^2)^{-1/2}$: $L\,G \to \kappa$,
    $L\,(F - 2c + c^2) \to -\kappa - c(2 - c)\kappa^3$, to which a self query adds $2/(1 - c)$, and for a self query
    $L\,W \to 1/(1 - c)$. Observed: $F$, and the terms of the order $1/L$, so small a $c$ that the next are in $1/L^2$.
    """

    label = "A4.3"
    title = "Softmax head: the limit of F, G, W as L grows"
    source = f"{SOURCE}; derived here"
    uses = ("A1.2.softmax", "A4.1")
    exponents = (1, 2)
    resolution = 0.0001
    derivation = staticmethod(weak_coupling.limit_derivation)

    def cases(self):
        couplings = {"fresh": (0.125, 0.25), "self": (0.0625, 0.125)}
        parts = [("F", "fresh"), ("F", "self"), (L_F, "self"), (L_G, "fresh"), (L_G, "self"), (L_W, "self")]
        return [
            {"part": part, "query": query, "coupling": coupling, "sizes": SIZES}
            for part, query in parts
            for coupling in couplings[query]
        ]

    def prediction(self, part, query, coupling, **_):
        if part == "F":
            return weak_coupling.limit_of(coupling)["F"]
        return weak_coupling.term_of(NAMES[part], query, coupling)

    def scale(self, **_):
        return 1

    def simulation(self, size, part, query, coupling):
        found = evaluate(coupling, size, query)
        if part == "F":
            return found["F"]
        part_of, limit = found[NAMES[part]], coupling * (2 - coupling) * (part == L_F)
        return Measured(size * (part_of.value - limit), size * part_of.error)

    def mutants(self):
        def of(wanted, change):
            return lambda part, coupling, **case: (
                change(weak_coupling.kappa_of(coupling), Fraction(coupling))
                if part == wanted
                else self.prediction(part=part, coupling=coupling, **case)
            )

        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "self ↔ fresh": changed(self.prediction, query=lambda query: {"fresh": "self", "self": "fresh"}[query]),
            "L G → 0": of(L_G, lambda k, c: 0),
            "L G → 1, no κ": of(L_G, lambda k, c: 1),
            "L G → κ²": of(L_G, lambda k, c: k**2),
            "L W → 0": of(L_W, lambda k, c: 0),
            "L W → 1, as if all keys were alike": of(L_W, lambda k, c: 1),
            "L W → κ": of(L_W, lambda k, c: k),
            "L W → 1/(1 − 2c)": of(L_W, lambda k, c: 1 / (1 - 2 * c)),
            "L(F − 2c + c²) → −κ, no key counted as the query": of(L_F, lambda k, c: -k),
            "F → 2c": of("F", lambda k, c: 2 * c),
            "F → 2c − 2c²": of("F", lambda k, c: 2 * c - 2 * c**2),
            "F → c, as if M → cg/2": of("F", lambda k, c: c - c**2 / 4),
            "F → 1, as at the optimum": of("F", lambda k, c: 1),
        }


class WeakCoupling(Limit):
    r"""Softmax head, $\beta = 1$, fresh query: for $0 < b < 1/\sqrt2$, as $L \to \infty$,
    $L\,(R_L(\mu) - R(\mu)) \to \kappa t + b(2 - b)\kappa^3\rho$ with $\kappa = (1 - 2b^2)^{-1/2}$. Observed for
    $b \le 1/4$, where the next terms are $1/L$ and $1/L^2$.
    """

    label = "A4.4"
    title = "Softmax head, weak coupling: the 1/L term"
    source = f"{SOURCE}; derived here"
    uses = ("A1.2.softmax", "A4.1", "A4.3")
    exponents = (1, 2)
    resolution = 0.0001
    derivation = staticmethod(weak_coupling.derivation)

    def cases(self):
        points = ((0.25, 2.0, 1.0), (0.125, 5.0, 2.0))
        return [{"coupling": b, "trace": t, "ratio": ratio, "sizes": SIZES} for b, t, ratio in points]

    def prediction(self, coupling, trace, ratio, sizes):
        return weak_coupling.correction(trace, ratio, coupling)

    def simulation(self, size, coupling, trace, ratio):
        return excess(coupling, size, trace, ratio)

    def mutants(self):
        def of(change):
            return lambda coupling, trace, ratio, sizes: change(
                weak_coupling.kappa_of(coupling), *(enclosed(Fraction(x)) for x in (coupling, trace, ratio))
            )

        return {
            "κρ in place of κ³ρ": of(lambda k, b, t, r: t * k + (b * (2 - b) * r) * k),
            "κ⁵": of(lambda k, b, t, r: t * k + (b * (2 - b) * r) * k**5),
            "κ² throughout": of(lambda k, b, t, r: t * k**2 + (b * (2 - b) * r) * k**2),
            "without b(2 − b)κ³ρ": of(lambda k, b, t, r: t * k),
            "b² in place of b(2 − b)": of(lambda k, b, t, r: t * k + (b * b * r) * k**3),
            "t ↔ ρ": of(lambda k, b, t, r: r * k + (b * (2 - b) * t) * k**3),
            "κ = 1": of(lambda k, b, t, r: t + b * (2 - b) * r),
            "half": scaled(self.prediction, Fraction(1, 2)),
        }
