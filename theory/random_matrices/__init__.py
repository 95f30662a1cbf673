"""Random matrices behind the theory: Marchenko–Pastur, the spiked model, exact-law reductions."""
