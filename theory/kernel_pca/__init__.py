"""Self-attention as kernel PCA, and RPC-Attention (arXiv:2406.13762, arXiv:2505.07908; reconstructions)."""
