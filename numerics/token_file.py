"""A text of one's own as sequences of tokens."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .prompts import positive_count


def token_file(path: Path | str, length: int) -> tuple[NDArray[np.int64], list[str]]:
    """Return the tokens of a UTF-8 text, which white space separates, as sequences (S, ``length``), and the vocabulary.

    Tokens are numbered in the order of their first occurrence; what does not fill a sequence at the end is left out.
    Errors: ``ValueError`` that names the file if it is missing, not UTF-8, or shorter than one sequence, and for a
    length below 1. Worked value: "a b a b a" and length 2 give (0, 1), (0, 1) and the vocabulary a, b.
    """
    size = positive_count(length, "length")
    try:
        words = Path(path).read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read as a UTF-8 text: {error}") from None
    if len(words) < size:
        raise ValueError(f"{path} has {len(words)} tokens, fewer than one sequence of {size}")
    numbers: dict[str, int] = {}
    tokens = np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int64)
    return tokens[: len(tokens) // size * size].reshape(-1, size), list(numbers)
