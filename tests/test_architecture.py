"""The two witnesses do not hear each other, by static contracts and by what a fresh interpreter has loaded."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("theory", "numerics", "checks")

FORBIDDEN = {
    "theory": ("numpy", "scipy", "numerics", "checks"),
    "numerics": ("sympy", "mpmath", "flint", "theory", "checks"),
    "checks.harness": ("theory", "numerics", "checks.claims", "matplotlib", "jinja2"),
    "checks.cli": ("theory", "numerics", "checks.claims"),
    "checks.report": ("theory", "numerics", "checks.claims", "checks.harness", "checks.cli"),
}

LOADED = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print("\\n".join(name for name in sys.argv[2:] if name in sys.modules))
"""


def loaded(package: str, root: Path = ROOT) -> list[str]:
    """Return what a fresh interpreter has loaded of what the package must not hear."""
    command = [sys.executable, "-c", LOADED, package, *FORBIDDEN[package]]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split()


def contracts(root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run import-linter, on the packages below ``root``."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_fresh_interpreter_loads_nothing_forbidden(package: str) -> None:
    assert loaded(package) == []


def test_the_import_contracts_hold() -> None:
    result = contracts()
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("file", "line", "package"),
    [
        ("theory/words.py", "import numpy", "theory"),
        ("theory/words.py", "import numerics.prompts", "theory"),
        ("numerics/risk.py", "import sympy", "numerics"),
        ("numerics/risk.py", "import theory.words", "numerics"),
        ("checks/harness/verdict.py", "import theory.words", "checks.harness"),
        ("checks/report/words.py", "import checks.harness.budget", "checks.report"),
    ],
)
def test_a_planted_import_breaks_both_checks(copy: Path, file: str, line: str, package: str) -> None:
    path = copy / file
    path.write_text(f"{path.read_text()}\n{line}\n")
    assert contracts(copy).returncode != 0
    assert any(line.split()[1].startswith(name) for name in loaded(package, copy))


def test_an_import_that_static_analysis_misses_is_seen_by_the_fresh_interpreter(copy: Path) -> None:
    path = copy / "theory/words.py"
    path.write_text(f'{path.read_text()}\nimport importlib\nimportlib.import_module("num" + "py")\n')
    assert loaded("theory", copy) == ["numpy"]


def test_files_are_short_enough_to_read() -> None:
    files = [path for package in (*PACKAGES, "tests") for path in (ROOT / package).rglob("*.py")]
    assert [f"{path}: {n}" for path in files if (n := len(path.read_text().splitlines())) > 300] == []
