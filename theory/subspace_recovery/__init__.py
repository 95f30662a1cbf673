"""Softmax recovery of a signal direction among nuisance tokens (arXiv:2606.22406, reconstruction)."""
