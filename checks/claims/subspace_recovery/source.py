"""Where the claims of this family come from."""

SOURCE = "arXiv:2606.22406 (reconstruction of the model)"
MODEL = (
    "M informative tokens θ s_i u + z_i, K nuisance tokens z_j, z ~ N(0, I_d), |u| = 1, N = M + K, π = M/N",
    "query on the unit sphere, m = q·u",
)
