"""B1 and B2: attention with the values of kernel PCA, and with any others, is a projection in the feature space."""

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics.kernel_pca import exact_values
from numerics.kernel_projections import any_outputs, plain_values, products, projected, repaired_moments
from theory.kernel_pca import self_attention as theory

from . import mistakes
from .sequences import asked, entries, tokens, told_apart
from .source import THEORY


def pair(seed, n, dimension, scale, **_):
    """Return the keys and two queries."""
    return tokens(seed, n, dimension, scale), asked(seed, 2, dimension, scale)


def squares(rows):
    """Return the products h_i(d) h_j(d) by name: of the sign of u_d they know nothing."""
    return {
        f"h_{d + 1}: {i + 1}·{j + 1}": rows[i][d] * rows[j][d]
        for d in range(len(rows[0]))
        for i in range(len(rows))
        for j in range(i, len(rows))
    }


def predicted(projections):
    """Return the prediction of the products that a function of queries, keys and number of components makes."""

    def prediction(components, **case):
        keys, queries = pair(**case)
        return squares(projections(queries.tolist(), keys.tolist(), components))

    return prediction


class Projection(Identity):
    r"""For all $N \ge 2$, $D \ge 1$, keys $k_1, \dots, k_N$ and queries $q$ (keys or not), and every eigenvector
    $\tilde K a_d = \lambda_d N a_d$ with $a_d^\top\tilde Ka_d = 1$: softmax attention with the values
    $V = GA - G1_NA$ gives $h_d(q) = \langle\phi(q), u_d\rangle$, with orthonormal
    $u_d = \sum_j a_{dj}(\phi(k_j) - \bar\phi)$. There are at most rank $\tilde K \le N - 1$ components, the rank being
    $N - 1$ for distinct keys. $\phi(q)$ is not centred. Compared: products of two queries' $h_d$, which have no sign.
    """

    label = "B1"
    title = "Softmax attention with the kernel-PCA values is a projection: an identity"
    source = f"{THEORY}; proof for symbolic N derived here"
    assumptions = ("components with λ_d > 0, told apart by their eigenvalues",)
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.derivation)

    def cases(self):
        return told_apart()

    def prediction(self, **case):
        return predicted(theory.projections)(**case)

    def simulation(self, components, **case):
        keys, queries = pair(**case)
        return products(projected(queries, keys, components, exact_values), "h")

    def mutants(self):
        wrong = {
            "the query centred": mistakes.shifted_by(theory.constants),
            "g(k_j) in place of g(q)": mistakes.of_products(mistakes.g_inside),
            "φ_0(q) in place of φ(q)": mistakes.of_products(mistakes.not_normalised),
            "a of unit norm": mistakes.of_components(lambda value, n: (value * n).sqrt()),
            "λ of K̃ without N: ‖a‖² = 1/λ": mistakes.of_components(lambda value, n: arb(n).sqrt()),
            "1/√D omitted": mistakes.no_root(theory.projections),
            "K in place of K_φ": mistakes.raw_kernel,
            "the column's mean subtracted: GA − 1_NGA": mistakes.shifted_by(mistakes.mean_values),
        }
        return {name: predicted(projections) for name, projections in wrong.items()}


class IdleMean(Identity):
    r"""$1^\top a_d = 0$ for every eigenvector of $\tilde K$ with $\lambda_d \ne 0$: the term $G1_NA$ of the values
    is 0, and $V = GA$ gives the same projections.
    """

    label = "B1.mean"
    title = "The mean term of the kernel-PCA values is idle"
    source = f"{THEORY}; derived here"
    uses = ("B1",)
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.mean_derivation)

    def cases(self):
        return told_apart()

    def prediction(self, **case):
        return predicted(theory.projections)(**case)

    def simulation(self, components, **case):
        keys, queries = pair(**case)
        return products(projected(queries, keys, components, plain_values), "h")

    def mutants(self):
        return {
            "the column's mean is missed: GA + 1_NGA": predicted(
                mistakes.shifted_by(lambda keys, count: [-x for x in mistakes.mean_values(keys, count)])
            ),
            "the mean over φ(k_j) is missed: h + b": predicted(
                mistakes.shifted_by(lambda keys, count: [-b for b in theory.constants(keys, count)])
            ),
            "the query centred": predicted(mistakes.shifted_by(theory.constants)),
        }


class TextbookScores(Identity):
    r"""The textbook's component of $\phi(q)$ is $\langle\phi(q) - \bar\phi, u_d\rangle = h_d(q) - b_d$ with
    $b_d = \frac1N1^\top K_\phi a_d$, the same for all $q$, and $V - 1b^\top$ gives it exactly. $b$ is not small in
    general: for the keys $0, x$ it is $\sqrt{\lambda_1}(E - 1)/(E + 3)$, $E = \exp(\lVert x\rVert^2/\sqrt D)$. Over
    the keys as queries the repaired outputs have the mean 0, the variances $\lambda_d$ (of $\tilde K/N$) and no
    correlation; those of $V$ have the mean $b_d$.
    """

    label = "B1.centred"
    title = "The layer differs from textbook kernel PCA by a constant, which V − 1bᵀ repairs"
    source = f"{THEORY}; derived here"
    uses = ("B1", "B1.mean")
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.centred_derivation)

    def cases(self):
        return told_apart()

    def moments(self, keys, components):
        found: dict[str, object] = {}
        variances, constants = theory.variances(keys, components), theory.constants(keys, components)
        for d, (value, b) in enumerate(zip(variances, constants, strict=True), start=1):
            found |= {f"b_{d}²": b * b, f"mean_{d}": 0, f"covariance_{d}{d}": value}
            found |= {f"covariance_{e}{d}": 0 for e in range(1, d)}
        return found

    def prediction(self, components, **case):
        return self.moments(pair(**case)[0].tolist(), components)

    def simulation(self, components, **case):
        return repaired_moments(pair(**case)[0], components)

    def scale(self, components, **case):
        found = self.moments(pair(**case)[0].tolist(), components)
        top, most = float(found["covariance_11"]), max(float(v) for k, v in found.items() if k.startswith("b_"))
        return {name: {"b": top + most, "m": (top + most) ** 0.5, "c": top}[name[0]] for name in found}

    def mutants(self):
        def wrong(change):
            return lambda components, **case: change(self.prediction(components=components, **case), case["n"])

        def each(found, first, change):
            return {name: change(found, name) for name in found if name.startswith(first)}

        return {
            "the mean is b, as without repair": wrong(
                lambda f, n: each(f, "mean", lambda f, name: f[f"b_{name[5:]}²"].sqrt())
            ),
            "variances of K̃, not of K̃/N": wrong(lambda f, n: {"covariance_11": n * f["covariance_11"]}),
            "second moments without repair": wrong(lambda f, n: {"covariance_11": f["covariance_11"] + f["b_1²"]}),
            "b without 1/N": wrong(lambda f, n: {"b_1²": n**2 * f["b_1²"]}),
            "no constant": wrong(lambda f, n: each(f, "b", lambda f, name: 0)),
        }


class AnyValues(Identity):
    r"""For all $N$, $D$, keys, queries and **any** values $V$: softmax attention gives
    $h_d(q) = \langle\phi(q), w_d\rangle$ with $w_d = \sum_j g(k_j) v_j(d)\,\phi(k_j)$. For distinct keys
    $V \mapsto (w_d)$ is a bijection on the tuples of vectors in the span of the $\phi(k_j)$: that a layer projects on
    vectors in feature space excludes no $V$, and is no evidence about a learned one.
    """

    label = "B2"
    title = "The identity holds for arbitrary values"
    source = f"{THEORY}; derived here"
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.any_values_derivation)

    def cases(self):
        return st.builds(
            lambda seed, n, dimension, scale, width: {
                "seed": seed, "n": n, "dimension": dimension, "scale": scale, "width": width
            },
            st.integers(0, 2**32 - 1),
            st.integers(2, 10),
            st.integers(1, 6),
            st.sampled_from([0.5, 1.0, 2.0]),
            st.integers(1, 3),
        )  # fmt: skip

    def drawn_case(self, width, **case):
        keys, queries = pair(**case)
        return queries, keys, asked(case["seed"] + 1, case["n"], width, 1.0)

    def by(self, projections):
        return lambda **case: entries(projections(*(array.tolist() for array in self.drawn_case(**case))))

    def prediction(self, **case):
        return self.by(theory.any_values)(**case)

    def simulation(self, **case):
        return any_outputs(*self.drawn_case(**case))

    def scale(self, **case):
        return float(abs(self.drawn_case(**case)[2]).max())

    def mutants(self):
        def unweighted(queries, keys, values):
            sums = np.exp(np.array(keys) @ np.array(keys).T / len(keys[0]) ** 0.5).sum(axis=1)
            return theory.any_values(queries, keys, (np.array(values) / sums[:, None]).tolist())

        def from_mean(queries, keys, values):
            means = [sum(column) / len(keys) for column in zip(*theory.any_values(keys, keys, values), strict=True)]
            rows = theory.any_values(queries, keys, values)
            return [[x - mean for x, mean in zip(row, means, strict=True)] for row in rows]

        return {
            "g(k_j) forgotten in w": self.by(unweighted),
            "the query centred": self.by(from_mean),
            "1/√D omitted": self.by(mistakes.no_root(theory.any_values)),
        }
