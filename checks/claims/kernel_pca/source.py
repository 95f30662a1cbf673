"""Where the claims of this family come from: the theory, and the study that disputes it."""

THEORY = "arXiv:2406.13762 (reconstruction of the construction)"
DISPUTE = "arXiv:2505.07908 (reconstruction of its measures)"
