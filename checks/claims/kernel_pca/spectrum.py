"""B3: how large the eigenvalues of the kernel matrices of attention's keys can be."""

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity
from checks.harness.mutants import shifted
from numerics.kernel_spectrum import opposite, spectrum_chain
from numerics.measured import Measured
from numerics.prompts import rotation
from theory.kernel_pca import spectrum as theory

from .sequences import sequences, tokens
from .source import THEORY


def keys_of(shape, n, dimension, **case):
    """Return the keys of a case: Gaussian ones, or one near 0 with all others on the other side."""
    if shape == "opposite":
        return opposite(n, dimension, case["near"], case["far"])
    return tokens(case["seed"], n, dimension, case["scale"])


def two(claim, side, change):
    """Return a claim's prediction with λ_max(K̃) of two keys changed, from above or (side −) from below."""

    def mutant(**case):
        found = claim.prediction(**case)
        name = f"{side}λ_max(K̃), two keys"
        return found | ({name: change(found)} if name in found else {})

    return mutant


def powers(change):
    """Return exp of minus a function of the squared norms and D."""

    def mutant(**case):
        keys = keys_of(**case)
        return {"1/min g": (-arb(float(change((keys**2).sum(axis=1), keys.shape[1])))).exp()}

    return mutant


def sums(change):
    """Return 1/g for some g of all."""

    def mutant(**case):
        keys = keys_of(**case)
        g = np.exp(keys @ keys.T / keys.shape[1] ** 0.5).sum(axis=1)
        return {"λ_max(K_φ)": 1 / arb(float(change(g)))}

    return mutant


class LargestEigenvalue(Bound):
    r"""For all $N \ge 2$, $D \ge 1$ and keys:
    $\lambda_{\max}(\tilde K) < \lambda_{\max}(K_\phi) \le 1/\min_j g(k_j) <
    \exp(-\min_j\lVert k_j\rVert^2/\sqrt D) \le 1$, for the eigenvalues of the matrices themselves; the $\lambda_d$ of
    kernel PCA, of $\tilde K/N$, are $N$ times smaller. Even $K_\phi \preceq G$: the $d$-th eigenvalue of $K_\phi$ is at
    most the $d$-th largest $1/g(k_j)$. So an eigenvalue of 1 or more is none of these matrices'. For two keys
    $\lambda_{\max}(\tilde K) = \lVert\phi(k_1) - \phi(k_2)\rVert^2/2$, a bound from both sides.
    """

    label = "B3"
    title = "Bound of the spectrum of the centred Gram matrix"
    source = f"{THEORY}; derived here"
    examples = Bound.fewer(2)
    derivation = staticmethod(theory.derivation)

    def cases(self):
        gaussian = sequences(32).map(lambda case: {"shape": "Gaussian", **case})
        apart = st.builds(
            lambda n, dimension, near, far: {
                "shape": "opposite", "n": n, "dimension": dimension, "near": near / 8, "far": far
            },
            st.integers(2, 16),
            st.integers(1, 9),
            st.integers(1, 8),
            st.integers(8, 16),  # beyond, the square of g overflows
        )  # fmt: skip
        return st.one_of(gaussian, apart, sequences(2).map(lambda case: {"shape": "two keys", **case}))

    def prediction(self, **case):
        keys = keys_of(**case)
        found = theory.chain(keys.tolist())
        exactly = theory.pair(keys.tolist()) if case["shape"] == "two keys" else None
        beside = {} if exactly is None else {"λ_max(K̃), two keys": exactly, "−λ_max(K̃), two keys": -exactly}
        return beside | {
            "λ_max(K̃)/λ_max(K_φ)": 1,
            "λ_max(K_φ)": found["1/min g"],
            "λ_max(K̃)": found["1/min g"],
            "λ_max(K̃/N)": found["1/min g"] / len(keys),
            "λ_max(K_φ − G)": 0,
            "1/min g": found["norm"],
        }

    def simulation(self, **case):
        found = spectrum_chain(keys_of(**case))
        if case["shape"] != "two keys":
            return found
        top = found["λ_max(K̃)"]
        return found | {"λ_max(K̃), two keys": top, "−λ_max(K̃), two keys": Measured(-top.value, top.error)}

    def scale(self, **case):
        bounds = self.prediction(**case)
        apart = ("G)", "two keys")  # those that can be 0 or below
        return {name: float(bounds["λ_max(K_φ)" if name.endswith(apart) else name]) for name in bounds}

    def mutants(self):
        return {
            "two keys: ‖φ(k_1) − φ(k_2)‖²": two(self, "−", lambda found: 2 * found["−λ_max(K̃), two keys"]),
            "two keys: not centred": two(self, "−", lambda found: -found["λ_max(K_φ)"]),
            "two keys: λ of K̃/N": two(self, "", lambda found: found["λ_max(K̃), two keys"] / 2),
            "K_φ ⪯ G − 1/(100 min g)": lambda **case: {"λ_max(K_φ − G)": -self.prediction(**case)["λ_max(K_φ)"] / 100},
            "max g in place of min g": sums(np.max),
            "the mean of g in place of min g": sums(np.mean),
            "λ of K̃/N for that of K_φ": lambda **case: {"λ_max(K_φ)": self.prediction(**case)["λ_max(K̃/N)"]},
            "1/√D omitted": powers(lambda squares, dimension: squares.min()),
            "max ‖k‖ in place of min ‖k‖": powers(lambda squares, dimension: squares.max() / dimension**0.5),
            "twice the exponent": powers(lambda squares, dimension: 2 * squares.min() / dimension**0.5),
            "λ_max(K̃) at most half of λ_max(K_φ)": lambda **case: {"λ_max(K̃)/λ_max(K_φ)": arb(1) / 2},
        }


class Equidistant(Identity):
    r"""For $N$ keys at one distance $r$ on orthogonal axes, $D \ge N \ge 2$, $E = \exp(r^2/\sqrt D)$:
    $g = E + N - 1$ for every key, $\lambda_{\max}(K_\phi) = 1/g$, an equality, and
    $\lambda_{\max}(\tilde K) = (E - 1)/g^2$, whose share of $\lambda_{\max}(K_\phi)$ tends to 1 as $r \to \infty$:
    neither inequality has a better constant.
    """

    label = "B3.equidistant"
    title = "Where the bounds of the spectrum are reached"
    source = f"{THEORY}; derived here"
    uses = ("B3",)
    examples = Identity.fewer(2)
    derivation = staticmethod(theory.derivation)

    def cases(self):
        return st.builds(
            lambda n, more, distance, seed: {"n": n, "dimension": n + more, "distance": distance / 4, "seed": seed},
            st.integers(2, 8),
            st.integers(0, 3),
            st.integers(1, 16),
            st.integers(0, 2**32 - 1),
        )

    def prediction(self, n, dimension, distance, **_):
        found = theory.equidistant(n, distance, dimension)
        return {"1/min g": 1 / found["g"], "λ_max(K_φ)": found["λ_max(K_φ)"], "λ_max(K̃)": found["λ_max(K̃)"]}

    def simulation(self, n, dimension, distance, seed):
        basis = rotation(np.random.default_rng(seed), dimension)
        found = spectrum_chain(distance * basis[:n])
        return {name: found[name] for name in ("1/min g", "λ_max(K_φ)", "λ_max(K̃)")}

    def mutants(self):
        return {
            "N + 1 keys": shifted(self.prediction, n=1, dimension=1),
            "1/√D omitted": lambda n, dimension, distance, **_: self.prediction(
                n, dimension, distance * dimension**0.25
            ),
            "K̃ not centred": lambda **case: {"λ_max(K̃)": self.prediction(**case)["λ_max(K_φ)"]},
            "λ of K̃/N": lambda **case: {"λ_max(K̃)": self.prediction(**case)["λ_max(K̃)"] / case["n"]},
        }
