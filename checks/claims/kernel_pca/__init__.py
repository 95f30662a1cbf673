"""Claims about self-attention as kernel PCA."""
