"""B4: conditions that values satisfy if they are those of kernel PCA, which need no optimiser and no score."""

from fractions import Fraction

import numpy as np

from checks.harness.intervals import EmpiricalBernstein
from checks.harness.kinds import Bound, Identity, Mean
from checks.harness.mutants import shifted
from numerics import value_audits
from numerics.measured import Measured
from theory.kernel_pca import necessary

from .audit_draws import drawn_keys, sequences
from .source import THEORY

SOURCE = f"{THEORY}; derived here"


def keys_of(seed, tokens, dimension, **_):
    """Return the keys as lists."""
    return drawn_keys(seed, tokens, dimension).tolist()


class WeightedSum(Identity):
    r"""For all distinct keys, all $r \le N - 1$ and every invertible $R$: the values $VR$, $V$ those of kernel PCA,
    satisfy $\sum_j g(k_j) v_j = 0$ (the vector $(g(k_j))_j$ has the share 0 in their column space), and their column
    space is that of $V$. For $r = N - 1$ it is all of $g^\perp$, so that $(1, \dots, 1)$ has the share
    $1 - (\sum_j g_j)^2/(N \sum_j g_j^2)$ in it. (Observed at $r = N - 1$.)
    """

    label = "B4"
    title = "Necessary conditions on values, whatever the output matrix"
    source = SOURCE
    assumptions = ("distinct keys",)
    derivation = staticmethod(necessary.derivation)

    def cases(self):
        return sequences()

    def prediction(self, **case):
        ones = necessary.plain_share(keys_of(**case))
        return {"share of g": 0, "share of ones": ones, "overlap with the exact values": 1}

    def simulation(self, seed, tokens, dimension, components):
        rng = np.random.default_rng([seed, 1])
        return value_audits.necessary_conditions(rng, drawn_keys(seed, tokens, dimension), components)

    def scale(self, **_):
        return {"share of g": 1, "share of ones": 1, "overlap with the exact values": 1}

    def mutants(self):
        def random(tokens, components, **_):
            return necessary.random_share(components, tokens)

        return {
            "g forgotten in the sum: Σ v_j = 0": lambda **_: {"share of ones": 0},
            "sums in place of sums of squares": lambda **case: {
                "share of ones": 1 - 1 / (case["tokens"] * necessary.slack(keys_of(**case)))
            },
            "share of random values": lambda **case: {"share of g": random(**case)},
            "overlap of random values": lambda **case: {"overlap with the exact values": random(**case)},
        }


class Bessel(Identity):
    r"""For all distinct keys, all $r \le N - 1$ and the output $h_j$ at the query $k_j$ with the values of kernel PCA:
    $\lVert\varphi(k_j)\rVert^2 - \lVert h_j\rVert^2 \ge 1/\sum_i g(k_i)$, with equality, at every key, for
    $r = N - 1$. (The least and the largest slack over the keys are observed there; fewer components leave more.)
    """

    label = "B4.bessel"
    title = "Bessel's inequality at the keys, with what it leaves"
    source = SOURCE
    assumptions = ("distinct keys",)
    derivation = staticmethod(necessary.bessel)

    def cases(self):
        return sequences()

    def prediction(self, **case):
        slack = necessary.slack(keys_of(**case))
        return {"least": slack, "largest": slack}

    def simulation(self, seed, tokens, dimension, components):
        found = value_audits.slack_at_keys(drawn_keys(seed, tokens, dimension), components)
        return {
            "least": Measured(float(found.value.min()), found.error),
            "largest": Measured(float(found.value.max()), found.error),
        }

    def mutants(self):
        def both(number):
            return lambda **case: dict.fromkeys(("least", "largest"), number(**case))

        return {
            "the largest g in place of the sum": both(
                lambda **case: 1 / max(necessary.sums(keys_of(**case)), key=float)
            ),
            "1/N, g forgotten": both(lambda tokens, **_: Fraction(1, tokens)),
            "no slack: Bessel's inequality an equality": both(lambda **_: 0),
        }


class BesselRescaled(Bound):
    r"""For all keys, all values $V$ (here random ones) and all queries: $cV$ satisfies
    $\lVert h(q)\rVert^2 \le \lVert\varphi(q)\rVert^2$ at every query if $c^2$ is the inverse of the largest eigenvalue
    of $(\langle w_d, w_e\rangle)$, $w_d = \sum_j g(k_j) v_{jd}\varphi(k_j)$. So with a scale of its own, which an
    output matrix may absorb, Bessel's inequality tests nothing. (Observed: the largest ratio over random queries and
    the keys.)
    """

    label = "B4.rescaled"
    title = "With a free scale Bessel's inequality has no power"
    source = SOURCE
    derivation = staticmethod(necessary.rescaled)

    def cases(self):
        shapes = [(n, r) for n in (2, 4, 6) for r in range(1, n)]
        return [{"seed": seed, "tokens": n, "dimension": 4, "components": r} for seed in range(1, 9) for n, r in shapes]

    def prediction(self, **_):
        return 1

    def simulation(self, seed, tokens, dimension, components):
        rng = np.random.default_rng([seed, 2])
        keys = drawn_keys(seed, tokens, dimension)
        queries = np.concatenate([keys, 2 * rng.standard_normal((20, dimension))])
        return value_audits.bessel_ratio(queries, keys, rng.standard_normal((tokens, components)))

    def mutants(self):
        return {
            "one half": lambda **_: Fraction(1, 2),
            "1/(r + 1)": lambda components, **_: Fraction(1, components + 1),
        }


class RandomValues(Mean):
    r"""For every sequence of $N$ keys and $N \times r$ independent $N(0, 1)$ values: the mean squared cosine of the
    principal angles between their column space and that of $(g(k_j))_j$, and between it and that of the values of
    kernel PCA, has the expectation $r/N$. Exact values score 0 and 1. (Here $N = 12$, $r = 3$.)
    """

    label = "B4.power"
    title = "Random values violate the necessary conditions"
    source = SOURCE
    assumptions = ("values N(0, 1), independent of the keys",)
    known = EmpiricalBernstein(0, 1)
    resolution = 0.1
    block = 512
    derivation = staticmethod(necessary.power)

    def cases(self):
        return [{"seed": 1, "tokens": 12, "components": 3, "target": target} for target in ("g", "values")]

    def prediction(self, tokens, components, **_):
        return necessary.random_share(components, tokens)

    def simulation(self, rng, n, seed, tokens, components, target):
        return value_audits.random_overlaps(rng, n, drawn_keys(seed, tokens, 4), components, target)

    def mutants(self):
        return {
            "r + 1": shifted(self.prediction, components=1),
            "cosines, not squared": lambda components, tokens, **_: Fraction(1, 2),
            "as exact values": lambda target, **_: Fraction(target == "values"),
        }
