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
def plant(tmp_path: Path):
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
        command = [
            sys.executable,
            "-m",
            "pytest",
            "checks/",
            "--label",
            label,
            "--workers",
            "0",
            "-p",
            "no:cacheprovider",
        ]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def named_with_its_gap(label: str, output: str) -> bool:
    """Tell whether a failure names the claim, its file and the gap."""
    named = re.search(rf"^{re.escape(label)} .*\(checks/claims/\w+/\w+\.py:\d+\): ", output, re.MULTILINE)
    return bool(named and re.search(r"theory .* simulation .* gap \d", output))


def test_without_a_fault_the_copy_is_green(plant) -> None:
    result = plant("theory/attention_pca/objective.py", "t - 2 * a + a * b", "t - 2 * a + a * b", "A1.2")
    assert result.returncode == 0, result.stdout


WRONG_THEORIES = {
    "cross term": ("objective.py", "t - 2 * a + a * b", "t - a + a * b", "A1.2", "-a"),
    "1/L term": ("finite_prompt.py", "t - 2 * a + b * ((1 + 1 / L) * a", "t - 2 * a + b * (a", "A1.2.linear", "a*b/L"),
    "value": ("stationary_points.py", "VALUE: Expr = t - eig", "VALUE: Expr = t - 2 * eig", "A1.4", "λ"),
}


@pytest.mark.parametrize(("file", "sound", "faulty", "label", "residual"), WRONG_THEORIES.values(), ids=WRONG_THEORIES)
def test_a_wrong_theory_is_refuted_by_derivation_and_simulation(plant, file, sound, faulty, label, residual) -> None:
    result = plant(f"theory/attention_pca/{file}", sound, faulty, label)
    assert result.returncode == 1
    assert named_with_its_gap(label, result.stdout)
    assert f"the two sides differ by {residual}" in result.stdout


WRONG_SIMULATORS = {
    "keys not averaged": ("attention.py", "scores *= 1 / keys.shape[-2] if weights is None else weights", "", "A1.2"),
    "weights forgotten": ("attention.py", "mass *= weights", "pass", "A1.1"),
    "length for its square": (
        "risk.py",
        "float(queries.weights @ errors**2)",
        "float(queries.weights @ errors)",
        "A1.2",
    ),
    "keys for queries": (
        "risk.py",
        ' if query == "self" else drawn_tokens(rng, (k, queries), mixed) @ mixing',
        "",
        "A1.2.linear",
    ),
    "Σ forgotten": ("prompts.py", "len(factor))) @ factor.T", "len(factor)))", "A1.2.softmax"),
    "wrong gradient of the layer": (
        "risk.py",
        "errors = queries.tokens - outputs\n    by_score",
        "errors = queries.tokens - 0.9 * outputs\n    by_score",
        "A1.3",
    ),
    "latent score of another length": (
        "ensembles/reduced.py",
        "rng.standard_gamma((n - 2) / 2, len(row))",
        "rng.standard_gamma((n + 500) / 2, len(row))",
        "D4.1",
    ),
    "a degree of freedom too many": ("ensembles/bidiagonal.py", "(d - 1 - i) / 2, out", "(d - i) / 2, out", "D4.1"),
    "strength forgotten": ("signal_tokens.py", "shift[:, 0, 0] = strength * values", "shift[:, 0, 0] = values", "C1"),
    "steps without decay": (
        "ascent.py",
        "sizes: Array = first * times**-exponent",
        "sizes: Array = first * times**0",
        "C5.decay",
    ),
    "wrong gradient of the landscape": ("landscapes.py", "captured @ KKU +", "0.9 * captured @ KKU +", "A1.4"),
}


@pytest.mark.parametrize(("file", "sound", "faulty", "label"), WRONG_SIMULATORS.values(), ids=WRONG_SIMULATORS)
def test_a_wrong_simulator_is_caught(plant, file, sound, faulty, label) -> None:
    result = plant(f"numerics/{file}", sound, faulty, label)
    assert result.returncode == 1
    assert named_with_its_gap(label, result.stdout)


def test_a_flow_that_stands_still_says_so_and_decides_nothing(plant) -> None:
    result = plant("numerics/flows.py", "return -gradient(stacked.reshape(n, p)).ravel()", "return 0 * stacked", "A1.4")
    assert result.returncode == 1
    assert re.search(r"^A1\.4 .* inconclusive +0 of 0$", result.stdout, re.MULTILINE)
    assert re.search(r"RuntimeError: the flow from [^$]* is not at rest at time", result.stdout)
