"""Attention-based PCA: a rank-one attention head on Gaussian tokens (arXiv:2605.18315, reconstruction)."""
