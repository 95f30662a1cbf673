import pytest
from flint import arb

from theory.random_matrices import tracy_widom_moments as laws

PUBLISHED = {  # Bornemann, arXiv:0904.1581
    1: ("-1.20653357458209", "1.60778103458113"),
    2: ("-1.77108680741160", "0.81319479283290"),
}


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in laws.moments_derivation().steps if step.kind == "exact"} == {"0"}


@pytest.mark.parametrize("beta", PUBLISHED)
def test_published_values(beta) -> None:
    for ours, published in zip(laws.moments(beta), PUBLISHED[beta], strict=True):
        assert ours.rad() < 1e-11
        assert abs(ours - arb(published)) < 1e-11


def test_tracy_and_widoms_variable() -> None:
    """In it F_4 has the published mean −2.306884893241 and variance 0.5177237207726."""
    mean, variance = laws.moments(4)
    stretch = arb(4).root(3) / arb(2).sqrt()
    assert abs(mean * stretch - arb("-2.306884893241")) < 1e-11
    assert abs(variance * stretch**2 - arb("0.5177237207726")) < 1e-10


def test_bad_beta() -> None:
    with pytest.raises(ValueError, match="β must be 1, 2 or 4"):
        laws.moments(3)
    laws.moments(1)
    with pytest.raises(ValueError, match="β must be 1, 2 or 4"):
        laws.moments(True)
