"""A1.6 and A1.7: heads of rank r, and the full interaction."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics import landscapes, prompts
from numerics.flows import flow_to_rest
from numerics.infinite_prompt import factor_gradient, infinite_prompt_risk
from numerics.measured import Measured
from theory.attention_pca import low_rank

from .draws import like, rotations, separated_ratio, spectra
from .source import SOURCE


@st.composite
def low_rank_heads(draw):
    """Draw a spectrum, a rank r with λ_r > λ_{r+1}, the columns of U, and r eigenvectors."""
    spectrum = draw(spectra(6, separated_ratio))
    d = len(spectrum)
    rank = draw(st.sampled_from([r for r in range(1, d + 1) if r == d or spectrum[r - 1] > spectrum[r]]))
    columns = [draw(like(spectrum)) for _ in range(rank)]
    chosen = sorted(draw(st.permutations(range(1, d + 1)))[:rank])
    return {"spectrum": spectrum, "columns": columns, "chosen": chosen, "rotation": draw(rotations)}


class LowRankHead(Identity):
    r"""A head of rank $r$, $T(q) = \Sigma UU^\top q$ with $U \in \mathbb{R}^{d\times r}$, has
    $R(U) = t - 2\,\mathrm{tr}\,U^\top\Sigma^2U + \mathrm{tr}\,U^\top\Sigma U\,U^\top\Sigma^2U$. At a stationary point
    of rank $r$ the column space is invariant under $\Sigma$ and $U^\top\Sigma U = I$, so the value is
    $t - \sum_{k\in S}\lambda_k$ for $r$ eigenvectors $S$. The minimum is $\sum_{k>r}\lambda_k$, at
    $UU^\top = V_r\Lambda_r^{-1}V_r^\top$, unique iff $\lambda_r > \lambda_{r+1}$: the head performs PCA.
    """

    label = "A1.6"
    title = "Head of rank r: principal subspace"
    source = SOURCE
    assumptions = ("Σ ≻ 0",)
    uses = ("A1.1",)
    examples = Identity.fewer(3)  # each runs a flow
    derivation = staticmethod(low_rank.derivation)

    def cases(self):
        return low_rank_heads()

    def prediction(self, spectrum, columns, chosen, **_):
        diagonal = low_rank.minimiser(spectrum, len(columns))
        return {
            "R(U)": low_rank.risk(spectrum, columns),
            "R at the eigenvectors S": low_rank.selected(spectrum, chosen),
            "‖∇R‖ there": 0,
            "risk where the flow ends": low_rank.minimum(spectrum, len(columns)),
            **{f"(UUᵀ)_{k}{k} there": value for k, value in enumerate(diagonal, start=1)},
            "largest entry of UUᵀ off the diagonal": 0,
        }

    def simulation(self, spectrum, columns, chosen, rotation):
        d, rank = len(spectrum), len(columns)
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, d)
        matrix = prompts.covariance(spectrum, basis)
        U = basis @ np.transpose(columns)
        picked = [k - 1 for k in chosen]
        stationary = basis[:, picked] / np.sqrt(np.array(spectrum)[picked]) @ prompts.rotation(rng, rank)
        landscape = landscapes.low_rank(matrix, rank)
        ends = flow_to_rest(landscape.gradient, rng.standard_normal((1, d * rank)) / sum(spectrum) ** 0.5)
        found = landscape.interaction(ends.points[0])
        inside = basis.T @ found @ basis
        risk = infinite_prompt_risk("linear", found, matrix)
        off = 3 * float(np.linalg.norm(ends.points)) * float(ends.errors[0])
        slope = factor_gradient(stationary, matrix)
        return {
            "R(U)": infinite_prompt_risk("linear", U @ U.T, matrix),
            "R at the eigenvectors S": infinite_prompt_risk("linear", stationary @ stationary.T, matrix),
            "‖∇R‖ there": Measured(np.linalg.norm(slope.value), slope.error * d),
            "risk where the flow ends": Measured(risk.value, risk.error + ends.risk_errors[0]),
            **{f"(UUᵀ)_{k}{k} there": Measured(value, off) for k, value in enumerate(np.diag(inside), start=1)},
            "largest entry of UUᵀ off the diagonal": Measured(abs(inside - np.diag(np.diag(inside))).max(), off),
        }

    def scale(self, spectrum, columns, **case):
        units = {"R": sum(spectrum), "r": sum(spectrum), "‖": spectrum[0] ** 1.5, "(": 1 / spectrum[-1]}
        quantities = self.prediction(spectrum, columns, **case)
        wide = sum(spectrum) * (1 + spectrum[0] * sum(entry**2 for column in columns for entry in column)) ** 2
        return {name: wide if name == "R(U)" else units.get(name[0], 1 / spectrum[-1]) for name in quantities}

    def mutants(self):
        def least(risk):
            return lambda spectrum, columns, **_: {
                "risk where the flow ends": risk(list(map(Fraction, spectrum)), len(columns))
            }

        return {
            "r − 1 components": least(lambda spectrum, r: sum(spectrum[r - 1 :])),
            "the columns collapse to v_1": least(lambda spectrum, r: sum(spectrum[1:])),
            "bottom eigenvectors": least(lambda spectrum, r: sum(spectrum[: len(spectrum) - r])),
            "Λ^−½ for Λ^−1": lambda spectrum, columns, **_: {
                f"(UUᵀ)_{k}{k} there": Fraction(float(value) ** 0.5)
                for k, value in enumerate(low_rank.minimiser(spectrum, len(columns)), start=1)
            },
            "cross terms of the columns dropped": lambda spectrum, columns, **_: {
                "R(U)": sum(low_rank.risk(spectrum, [column]) for column in columns)
                - (len(columns) - 1) * sum(map(Fraction, spectrum))
            },
        }


class FullInteraction(Identity):
    r"""With an unconstrained interaction $A$, $T(q) = \Sigma A^\top q$, the minimum of
    $R(A) = \mathrm{tr}\,(I - \Sigma A^\top)\Sigma(I - \Sigma A^\top)^\top$ is $0$, attained exactly at
    $A = \Sigma^{-1}$, where $T(q) = q$: without the constraint on the rank there is no PCA.
    """

    label = "A1.7"
    title = "Full interaction: the minimum is 0 and nothing is selected"
    source = SOURCE
    assumptions = ("Σ ≻ 0",)
    uses = ("A1.1",)
    examples = Identity.fewer(3)  # each runs a flow
    derivation = staticmethod(low_rank.full_derivation)

    def cases(self):
        return spectra(4, separated_ratio).flatmap(
            lambda spectrum: st.fixed_dictionaries(
                {
                    "spectrum": st.just(spectrum),
                    "interaction": st.lists(like(spectrum), min_size=len(spectrum), max_size=len(spectrum)),
                    "rotation": rotations,
                }
            )
        )

    def prediction(self, spectrum, interaction, **_):
        return {
            "R(A)": low_rank.full_risk(spectrum, interaction),
            "risk where the flow ends": 0,
            "‖ΣAᵀ − I‖ there": 0,
        }

    def simulation(self, spectrum, interaction, rotation):
        d = len(spectrum)
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, d)
        matrix = prompts.covariance(spectrum, basis)
        landscape = landscapes.full(matrix)
        ends = flow_to_rest(landscape.gradient, rng.standard_normal((1, d * d)) / sum(spectrum))
        found = landscape.interaction(ends.points[0])
        risk = infinite_prompt_risk("linear", found, matrix)
        return {
            "R(A)": infinite_prompt_risk("linear", basis @ interaction @ basis.T, matrix),
            "risk where the flow ends": Measured(risk.value, risk.error + ends.risk_errors[0]),
            "‖ΣAᵀ − I‖ there": Measured(np.linalg.norm(matrix @ found.T - np.eye(d)), spectrum[0] * ends.errors[0]),
        }

    def scale(self, spectrum, interaction, **_):
        size = sum(entry**2 for row in interaction for entry in row)
        return {
            "R(A)": sum(spectrum) * (1 + spectrum[0] ** 2 * size),
            "risk where the flow ends": sum(spectrum),
            "‖ΣAᵀ − I‖ there": 1,
        }

    def mutants(self):
        return {
            "PCA remains": lambda spectrum, **_: {"risk where the flow ends": sum(map(Fraction, spectrum[1:]))},
            "A = Σ^−½": lambda spectrum, **_: {
                "‖ΣAᵀ − I‖ there": Fraction(sum((value**0.5 - 1) ** 2 for value in spectrum) ** 0.5)
            },
            "A transposed": lambda spectrum, interaction, **_: {
                "R(A)": low_rank.full_risk(spectrum, list(zip(*interaction, strict=True)))
            },
            "quadratic term dropped": lambda spectrum, interaction, **_: {
                "R(A)": sum(
                    Fraction(value) - 2 * Fraction(value) ** 2 * Fraction(interaction[k][k])
                    for k, value in enumerate(spectrum)
                )
            },
        }
