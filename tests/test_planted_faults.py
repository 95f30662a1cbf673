"""A fault planted in either witness turns `pytest checks/` red, with a message that names the claim and the gap."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ("theory", "numerics", "checks", "pyproject.toml", "conftest.py")


@pytest.fixture
def plant(tmp_path: Path):  # noqa: ANN201
    """Return a function that changes one place of a copy of the project and runs the checks there."""
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)

    def run(file: str, sound: str, faulty: str, label: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path / file
        text = path.read_text("utf-8")
        assert text.count(sound) == 1, f"{sound!r} has to stand in {file} once"
        path.write_text(text.replace(sound, faulty), "utf-8")
        command = [sys.executable, "-m", "pytest", "checks/", "--label", label, "-p", "no:cacheprovider"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_without_a_fault_the_copy_is_green(plant) -> None:  # noqa: ANN001
    result = plant("theory/attention_pca/objective.py", "RISK: Expr = t - 2 * a", "RISK: Expr = t - 2 * a", "A1.2")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "sound", "faulty", "label", "residual"),
    [
        ("theory/attention_pca/objective.py", "t - 2 * a + a * b", "t - a + a * b", "A1.2", "-a"),
        ("theory/attention_pca/finite_prompt.py", "b * ((1 + 1 / L) * a + t * b / L)\nr", "b * (a + t * b / L)\nr",
         "A1.2.linear", "a*b/L"),
        ("theory/attention_pca/stationary_points.py", "VALUE: Expr = t - eig", "VALUE: Expr = t - 2 * eig", "A1.4", "λ"),
    ],
)  # fmt: skip
def test_a_wrong_theory_is_refuted_by_derivation_and_simulation(
    plant, file: str, sound: str, faulty: str, label: str, residual: str  # noqa: ANN001
) -> None:  # fmt: skip
    result = plant(file, sound, faulty, label)
    assert result.returncode == 1
    assert re.search(rf"^{re.escape(label)} .*\(checks/claims/attention_pca/\w+\.py:\d+\): ", result.stdout, re.MULTILINE)
    assert f"the two sides differ by {residual}" in result.stdout
    assert re.search(r"theory .* simulation .* gap \d", result.stdout)


@pytest.mark.parametrize(
    ("file", "sound", "faulty", "label"),
    [
        # a layer that forgets the values' average, a risk that forgets the query, a flow that climbs no more than half way
        ("numerics/attention.py", "scores *= 1 / keys.shape[-2] if weights is None else weights", "scores *= 0.5", "A1.2"),
        ("numerics/attention.py", "mass *= weights", "mass *= 1.0", "A1.1"),
        ("numerics/risk.py", "value = float(queries.weights @ errors**2)", "value = float(queries.weights @ errors)", "A1.2"),
        ("numerics/risk.py", "fresh = drawn_tokens(rng, (n, queries), factor)", "fresh = keys[:, :queries]", "A1.2.linear"),
        ("numerics/prompts.py", "return rng.standard_normal((*shape, len(factor))) @ factor.T",
         "return rng.standard_normal((*shape, len(factor)))", "A1.2.softmax"),
        ("numerics/flows.py", "return -risk_and_gradient(mu)[1]", "return risk_and_gradient(-mu)[1] * (mu > 9)", "A1.4"),
    ],
)  # fmt: skip
def test_a_wrong_simulator_is_caught(plant, file: str, sound: str, faulty: str, label: str) -> None:  # noqa: ANN001
    result = plant(file, sound, faulty, label)
    assert result.returncode == 1
    assert re.search(rf"^{re.escape(label)} .*\(checks/claims/attention_pca/\w+\.py:\d+\): ", result.stdout, re.MULTILINE)
    assert re.search(r"theory .* simulation .* gap \d", result.stdout)
