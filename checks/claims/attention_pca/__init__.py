"""Claims A: attention-based PCA (arXiv:2605.18315, reconstruction of the model)."""
