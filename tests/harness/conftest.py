"""Running the checks as their users do."""

from typing import Any

import pytest

import checks.report.write  # noqa: F401 - here, as the claims are: Matplotlib minds being forgotten too
from checks.harness import registry

from .files import CLAIM

registry.discover()  # here, because pytester forgets what is first imported in a run of its own, and NumPy minds


@pytest.fixture
def check(pytester: pytest.Pytester) -> Any:
    """Run the checks on a file of claims; a simulation or theory that is wrong may be given."""

    def run(*options: str, theory: str = "x * x", simulation: str = "Measured(x * x, 0.0)", more: str = "") -> Any:
        pytester.makeconftest('pytest_plugins = ["checks.harness.plugin"]')
        pytester.makepyfile(my_claims=CLAIM.format(theory=theory, simulation=simulation) + more)
        return pytester.runpytest_inprocess("my_claims.py", "--workers", "0", *options, no_reraise_ctrlc=True)

    return run
