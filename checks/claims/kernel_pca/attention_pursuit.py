"""B12: Principal Attention Pursuit: what one sweep is, and what it has to do with the pursuit."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity
from checks.harness.mutants import changed
from numerics import attention_pursuit as numeric
from numerics.measured import Measured, rounding
from numerics.pursuit import block_matrix
from theory.kernel_pca import attention_pursuit as theory

from .source import THEORY

entries = st.integers(-48, 48).map(lambda k: k / 16)
PENALTY, HEADS = 4.0, 3


@st.composite
def layers(draw):
    """Draw keys and values of up to four tokens in up to three dimensions, λ and the number of heads."""
    tokens, dimension = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    rows = st.lists(st.lists(entries, min_size=dimension, max_size=dimension), min_size=tokens, max_size=tokens)
    return {
        "keys": draw(rows.filter(lambda keys: any(map(any, keys)))),
        "values": draw(rows),
        "penalty": draw(st.integers(1, 24).map(lambda k: k / 8)),
        "heads": draw(st.integers(1, 3)),
    }


@st.composite
def solved(draw):
    """Draw the pursuit's solved case with K = V and a reading of the iteration, λ between 1/n and 1/k."""
    groups, block = draw(st.integers(3, 6)), draw(st.integers(1, 3))
    return {
        "size": groups * block,
        "block": block,
        "strength": draw(st.integers(1, 16)) / 8,
        "spike": draw(st.integers(1, 24)) / 8,
        "penalty": draw(st.sampled_from([1.25 / (groups * block), (groups * block**2) ** -0.5, 0.75 / block])),
        "sweeps": draw(st.integers(1, 8)),
        "reading": draw(
            st.fixed_dictionaries(
                {
                    "threshold": st.sampled_from(["product", "ratio"]),
                    "sign": st.sampled_from([-1, 1]),
                    "heads": st.integers(1, 3),
                }
            )
        ),
    }


def swept(size, block, strength, spike, penalty, sweeps, reading):
    """Return K, L_0, S_0 and the state of the iteration with V = K."""
    matrix = block_matrix(size, block, strength, spike)
    state = numeric.attention_pursuit(matrix, matrix, penalty, sweeps, numeric.Reading(**reading))
    return matrix, np.full_like(matrix, strength), block_matrix(size, block, 0.0, spike), state


class OneSweep(Identity):
    r"""One sweep, $n = 1$, is softmax attention with queries and keys both the keys clipped entrywise to
    $\pm\lambda\mu$, $\mu = NC/(4\|K\|_1)$, and the values as they are. For all keys $K \ne 0$, $\lambda \ge 0$.
    """

    label = "B12.clip"
    title = "One sweep is attention on clipped keys"
    source = f"{THEORY}; derived here"
    derivation = staticmethod(theory.one_sweep)

    def cases(self):
        return layers()

    def prediction(self, keys, values, penalty, heads):
        return self._attention(theory.clipped(keys, Fraction(penalty) * theory.step(keys, heads)), values)

    @staticmethod
    def _attention(attended, values):
        found = theory.attention(attended, values)
        return {f"[{i}, {j}]": number for i, row in enumerate(found) for j, number in enumerate(row)}

    def simulation(self, keys, values, penalty, heads):
        values = np.array(values)
        found = numeric.attention_pursuit(np.array(keys), values, penalty, 1, numeric.Reading(heads=heads))
        scores = 1 + (found.attended**2).sum()  # a score's error becomes a relative one of its weight
        return {"": Measured(found.output, rounding(values.size, (1 + np.abs(values).max()) * scores))}

    def scale(self, values, **_):
        return 1 + max(abs(entry) for row in values for entry in row)

    def mutants(self):
        def at(threshold):
            return lambda keys, values, penalty, heads: self._attention(
                theory.clipped(keys, threshold(Fraction(penalty), theory.step(keys, heads))), values
            )

        def hard(keys, values, penalty, heads):
            level = Fraction(penalty) * theory.step(keys, heads)
            kept = [[entry if abs(entry) <= level else 0 * entry for entry in row] for row in theory.known_keys(keys)]
            return self._attention(kept, values)

        return {
            "λ/μ": at(lambda penalty, step: penalty / step),
            "clip at λ": at(lambda penalty, step: penalty),
            "μ without 1/4": at(lambda penalty, step: 4 * penalty * step),
            "no clipping": at(lambda penalty, step: 100 * penalty * (1 + step) + 100),
            "hard threshold: large entries become 0": hard,
            "C the width of one head": changed(self.prediction, heads=lambda heads: 1),
            "values clipped too": lambda keys, values, penalty, heads: self._attention(
                theory.clipped(keys, Fraction(penalty) * theory.step(keys, heads)),
                [[min(max(x, -1), 1) for x in row] for row in values],
            ),
        }


class Scale(Identity):
    r"""One sweep on $cK$, $c > 0$, clips the entries with $|K_{ij}| > \lambda\mu(K)/c^2$: the threshold falls as
    $1/c$ while the keys grow as $c$. (Gaussian keys, $\lambda = 4$, three heads: none are clipped at a deviation of 0.1
    and 97 % at 10. With $\lambda/\mu$ the share would not depend on $c$.)
    """

    label = "B12.scale"
    title = "The threshold is scale-inverse: large keys are clipped away, small ones not at all"
    source = f"{THEORY}; derived here"
    uses = ("B12.clip",)
    derivation = staticmethod(theory.one_sweep)

    def cases(self):
        return [
            {"tokens": tokens, "dimension": dimension, "scale": scale, "seed": seed}
            for tokens, dimension in ((64, 16), (10, 3))
            for scale in (0.125, 1.0, 2.0, 4.0, 8.0, 16.0)
            for seed in range(2)
        ]

    @staticmethod
    def keys(tokens, dimension, seed):
        return np.random.default_rng(seed).standard_normal((tokens, dimension))

    def prediction(self, tokens, dimension, scale, seed):
        return theory.clipped_share(self.keys(tokens, dimension, seed).tolist(), PENALTY, HEADS, scale)

    def simulation(self, tokens, dimension, scale, seed):
        keys = scale * self.keys(tokens, dimension, seed)
        found = numeric.attention_pursuit(keys, keys, PENALTY, 1, numeric.Reading(heads=HEADS))
        return Measured(float(found.filled()), 0.0)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "the same at every scale, as with λ/μ": changed(self.prediction, scale=lambda scale: 1.0),
            "1/c in place of 1/c²": changed(self.prediction, scale=lambda scale: scale**0.5),
            "grows with the keys": changed(self.prediction, scale=lambda scale: 1 / scale),
        }


class Unreachable(Bound):
    r"""For $K = V = s\,11^\top + tA$ as in B11.blocks, $1/n < \lambda < 1/k$, where the pursuit has the only
    minimiser $L_0 = s\,11^\top$, $S_0 = tA$: after every number of sweeps, with the threshold $\lambda\mu$ or
    $\lambda/\mu$, $\pm Y/\mu$ and every $C$, $\|L - L_0\|_F \ge kt$ and $\|K - L - S\|_F + \|S - S_0\|_F \ge kt$.
    (Only that $L$ averages rows of $V$ enters, so any such $L$ obeys it: that the iteration here is the one described
    is for B12.sweeps to show.)
    """

    label = "B12.rows"
    title = "No reading of the iteration reaches the pursuit's minimiser"
    source = f"{THEORY}; derived here"
    assumptions = ("values V = K: the output L is compared with a part of K",)
    uses = ("B11.blocks",)
    side = "lower"
    derivation = staticmethod(theory.unreachable)

    def cases(self):
        return solved()

    def prediction(self, block, spike, **_):
        least = block * Fraction(spike)
        return {"L": least, "S": least}

    def simulation(self, **case):
        matrix, low_rank, sparse, state = swept(**case)
        error = rounding(matrix.size, np.linalg.norm(matrix) * case["sweeps"])
        wrong = np.linalg.norm(matrix - state.output - state.sparse) + np.linalg.norm(state.sparse - sparse)
        return {
            "L": Measured(float(np.linalg.norm(state.output - low_rank)), error),
            "S": Measured(float(wrong), error),
        }

    def mutants(self):
        return {
            "twice as far": lambda block, spike, **_: {"L": 2 * block * Fraction(spike)},
            "√n as far": lambda block, spike, size, **_: {"S": size * block * Fraction(spike)},
            "s in place of t": lambda block, strength, **_: {"L": 4 * block * Fraction(strength)},
        }
