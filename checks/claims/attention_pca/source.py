"""Where the claims of this family come from."""

SOURCE = "arXiv:2605.18315 (reconstruction of the model)"
