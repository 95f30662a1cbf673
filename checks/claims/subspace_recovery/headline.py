"""C6: the alignment that runs of the ascent end with, from a uniform start."""

from fractions import Fraction

from checks.harness.intervals import EmpiricalBernstein
from checks.harness.kinds import Mean
from checks.harness.mutants import changed
from numerics.ascent import Tokens, step_sizes
from numerics.recovery_runs import final_alignments
from theory.subspace_recovery import headline
from theory.subspace_recovery.objective import Model

from .source import MODEL, SOURCE

SCALE, EXPONENT, OFFSET = 1.0, 0.7, 100.0


def predicted(informative, nuisance, dimension, strength, beta, steps, **changes):
    """Return the theory's mean of |m_T|."""
    total = informative + nuisance
    model = Model.of(beta, strength, Fraction(informative, total), Fraction(dimension, total))
    schedule = headline.Schedule(SCALE, EXPONENT, OFFSET)
    return headline.final_alignment(model, dimension, total, schedule, steps, **changes).mean


NAMES = ("informative", "nuisance", "dimension", "strength", "beta", "steps")


def simulated(rng, n, informative, nuisance, dimension, strength, beta, steps):
    """Draw |m_T|."""
    tokens = Tokens(informative, nuisance, dimension, strength, beta)
    return final_alignments(rng, n, tokens, step_sizes(SCALE, EXPONENT, steps, OFFSET))


class FinalAlignment(Mean):
    r"""From a uniform start, after $T$ steps $\eta_t = (100 + t)^{-0.7}$ of the projected ascent on fresh tokens of
    Rademacher sign, $E|m_T|$ is within 1/50 of $(1 - v_T/2)\,E\,\Phi_\tau(\sqrt V|\zeta|)$, $\zeta \sim N(0, 1)$:
    escape from the equator with its noise ($V$), the limiting flow ($\Phi$) over the time $\tau$ that the run has, and
    the noise at $\pm u$ ($v_T$). Observed on the way: that tests $\tau$ and the start. What the noise of the escape
    adds is below what is resolved, $v_T$ is C5's, and 1/50 was read off trial runs.
    """

    label = "C6"
    title = "Final alignment of a run of given length"
    source = f"{SOURCE}; derived here"
    assumptions = (*MODEL, "steps so small that η₁²(d − 1)σ² is small")
    uses = ("C1", "C2", "C3", "C5.noise", "C6.noise", "C8")
    resolution = 0.04
    known = EmpiricalBernstein(0, 1)
    block = 64
    derivation = staticmethod(headline.derivation)

    def cases(self):
        rows = (
            (64, 192, 20, 2.0, 0.5, 30),
            (128, 384, 50, 2.0, 0.625, 20),
        )
        return [dict(zip(NAMES, row, strict=True)) for row in rows]

    def prediction(self, **case):
        return predicted(**case)

    def scale(self, **_):
        return 1

    def bias(self, **_):
        return Fraction(1, 50)

    def simulation(self, rng, n, **case):
        return simulated(rng, n, **case)

    def mutants(self):
        def of(**changes):
            return lambda **case: predicted(**case, **changes)

        return {
            "half the rate": of(pace=Fraction(1, 2)),
            "twice the rate": of(pace=2),
            "as if every token were informative": lambda nuisance, **case: predicted(nuisance=0, **case),
            "θ ↔ θ²": changed(self.prediction, strength=lambda theta: theta**2),
            "start at 1/d in place of 1/√d": of(start=2),
            "half the steps": changed(self.prediction, steps=lambda steps: steps // 2),
            "at its end, as 0.9965": lambda **case: Fraction(9965, 10000),
        }
