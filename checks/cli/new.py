"""``python -m checks new``: writes the file of a claim, which works as it is and says what to replace."""

import argparse
import importlib.util
import keyword
import re
from pathlib import Path

from ..harness.registry import CHECKS, discover
from ..harness.verdict import ClaimError
from .command import Commands, Refused, add

TEMPLATES = Path(__file__).parent / "templates"
KINDS = ("Identity", "Bound", "Mean", "Law", "Rate", "Limit")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "new", run, "write the file of a claim: a working example, with what to replace marked TODO")
    parser.add_argument("name", metavar="NAME", help="of the class, as LargerOfTwo, or of the file, as larger_of_two")
    parser.add_argument("--kind", choices=KINDS, default="Identity", help="default: Identity")
    parser.add_argument("--label", metavar="LABEL", help="default: X.NAME; A to D are the families of the ledger")
    parser.add_argument("--directory", type=Path, default=Path(), metavar="DIR", help="default: here")


def run(chosen: argparse.Namespace) -> int:
    """Write the file and print the command that checks it; an existing file is never touched."""
    module, name = names(chosen.name)
    label = chosen.label or f"X.{module}"
    check_label(label, chosen.directory)
    path: Path = chosen.directory / f"{module}.py"
    text = written(chosen.kind, name, label)
    if not path.exists() and importlib.util.find_spec(module) is not None:
        raise Refused(f"{chosen.name}: Python already has a module of the name {module}; choose another name")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(f"{path}: exists; it is left as it is") from None
    except OSError as error:
        raise Refused(f"{path}: cannot be written ({error.strerror})") from None
    print(f"{path}: a claim of the kind {chosen.kind}, label {label}")
    print("It works as it is; replace what is marked TODO.")
    print(f"next: python -m pytest -p checks.harness.plugin {path}")
    return 0


def names(name: str) -> tuple[str, str]:
    """Return the names of module and class; ``Refused`` for what is neither CamelCase nor snake_case.

    Worked value: ``LargerOfTwo`` and ``larger_of_two`` both give ``larger_of_two``, ``LargerOfTwo``.
    """
    if re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        module = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    elif re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        module, name = name, "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    else:
        raise Refused(f"{name!r} is no name: take a class's, as LargerOfTwo, or a file's, as larger_of_two")
    if keyword.iskeyword(module) or keyword.iskeyword(name):
        raise Refused(f"{name!r} is no name: {module} is a word of Python")
    return module, name


def check_label(label: str, directory: Path) -> None:
    """Refuse a label that is not well formed, belongs to the ledger, or has a claim already."""
    if not re.fullmatch(r"[A-Za-z]\w*(\.\w+)*", label):
        raise Refused(f"the label {label!r} must be words joined by dots, as X.1 is")
    if not re.match(r"[A-D]\d", label):
        return
    if not directory.resolve().is_relative_to(CHECKS / "claims"):
        raise Refused(f"the label {label} belongs to the project's ledger; choose another family, as X.1")
    try:
        taken = {claim.label: claim for claim in discover() if getattr(claim, "label", "")}
    except ClaimError as error:
        raise Refused(str(error)) from None
    if label in taken:
        raise Refused(f"the label {label} is claimed by {taken[label].where()}")


def written(kind: str, name: str, label: str) -> str:
    """Return the text of the file; ``Refused`` if the class's name has a meaning in it already."""
    text = (TEMPLATES / f"{kind.lower()}.txt").read_text("utf-8")
    if re.search(rf"\b{name}\b", text):
        raise Refused(f"the name {name} is used in the file itself; choose another")
    return re.sub(r"\bNAME\b", name, text).replace('"LABEL"', f'"{label}"')
