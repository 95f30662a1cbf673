"""D4.3: top eigenpairs of many tridiagonal matrices, found by Laguerre's iteration on their pivots."""

from fractions import Fraction

from checks.harness.kinds import Identity
from numerics.ensembles.tridiagonal import top_pairs
from theory.random_matrices import tridiagonal

from .draws import has_gap, matrices


class TopEigenpair(Identity):
    r"""For a symmetric tridiagonal $T$ with a simple top eigenvalue, Laguerre's iteration on
    $\log\det(x - T) = \sum_i \log q_i$, $q_i = x - T_{ii} - T_{i,i+1}^2/q_{i+1}$, from a point above all eigenvalues,
    falls to $\lambda_1$. The squared components of its unit eigenvector are $v_k^2 = U_k D_{k+1}/D_0'$ at $\lambda_1$,
    with $U_k$ and $D_{k+1}$ the characteristic polynomials of the rows before and after row $k$, $D_0$ that of $T$; the
    first of them is $1/q_0'$.
    """

    label = "D4.3"
    title = "Top eigenpairs of tridiagonal matrices by Laguerre's iteration"
    source = "B. N. Parlett, The Symmetric Eigenvalue Problem, doi:10.1137/1.9781611971163"
    assumptions = ("the top eigenvalue is simple",)
    derivation = staticmethod(tridiagonal.derivation)

    def cases(self):
        return matrices(1, 10).filter(has_gap)

    def prediction(self, diagonal, couplings):
        found = tridiagonal.top(diagonal, couplings)
        return self._both(found.eigenvalue, found.first, found.last)

    def _both(self, eigenvalue, first, last):
        one = {"eigenvalue": eigenvalue, "first component": first, "last component": last}
        reverse = {"eigenvalue": eigenvalue, "first component": last, "last component": first}
        return {**one, **{f"{name}, rows reversed": value for name, value in reverse.items()}}

    def simulation(self, diagonal, couplings):
        one, reverse = top_pairs(diagonal, couplings)
        return {
            "eigenvalue": one.eigenvalue,
            "first component": one.first,
            "last component": one.last,
            "eigenvalue, rows reversed": reverse.eigenvalue,
            "first component, rows reversed": reverse.first,
            "last component, rows reversed": reverse.last,
        }

    def scale(self, diagonal, couplings):
        size = max(map(abs, diagonal)) + 2 * max(map(abs, [*couplings[:-1], 0]))
        quantities = self.prediction(diagonal, couplings)
        return {name: size if name.startswith("eigenvalue") else 1 for name in quantities}

    def mutants(self):
        def misread(change):
            def mutant(diagonal, couplings):
                return {"eigenvalue": tridiagonal.Tridiagonal.of(diagonal, change(couplings)).eigenvalues()[0]}

            return mutant

        def next_eigenvalue(diagonal, couplings):
            found = tridiagonal.top(diagonal, couplings)
            return {"eigenvalue": found.eigenvalue - found.gap if len(diagonal) > 1 else found.eigenvalue}

        def gershgorin(diagonal, couplings):
            beside = [0, *(abs(coupling) for coupling in couplings[:-1]), 0]
            rows = zip(diagonal, beside, beside[1:], strict=False)
            return {"eigenvalue": Fraction(max(entry + left + right for entry, left, right in rows))}

        def exchanged(diagonal, couplings):
            found = tridiagonal.top(diagonal, couplings)
            return self._both(found.eigenvalue, found.last, found.first)

        return {
            "second eigenvalue": next_eigenvalue,
            "Gershgorin's bound": gershgorin,
            "last for first component": exchanged,
            "squares of the squares": misread(lambda couplings: [coupling**2 for coupling in couplings]),
            "no coupling of the last row": misread(lambda couplings: [*couplings[:-2], *[0] * min(2, len(couplings))]),
        }
