"""The measures of learned values and of robustness on data of one's own.

``python -m benchmarks.own_data images FOLDER``: FOLDER/CLASS/*.png (or .jpg, …); small networks are trained on 8×8 grey
versions. ``python -m benchmarks.own_data heads FILE.npz``: arrays ``queries``, ``keys``, ``values``, each (B, N, D), of
a head of any network, as hooks on its attention layer give them. ``python -m benchmarks.own_data tokens FILE.txt``: the
nulls, random values on randomly embedded tokens.
"""

import argparse
from pathlib import Path

import numpy as np

from numerics.attacks import gaussian_noise, pgd, salt_and_pepper, slope_of
from numerics.image_folder import image_folder
from numerics.network_training import held_out, trained
from numerics.small_networks import Head, Network, accuracy
from numerics.token_file import token_file
from numerics.trained_values import conditions, demanded, last_head, projection_loss

NETWORKS, EPSILON, LENGTH, DIMENSION = 4, 0.1, 16, 8


def main(arguments: list[str] | None = None) -> None:
    """Print the table of what was chosen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_data", description=__doc__)
    parser.add_argument("kind", choices=("images", "heads", "tokens"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--steps", type=int, default=150, help="steps of training (images)")
    chosen = parser.parse_args(arguments)
    try:
        {"images": images, "heads": heads, "tokens": tokens}[chosen.kind](chosen.path, chosen.steps)
    except (ValueError, ArithmeticError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")


def images(path: Path, steps: int) -> None:
    """Train a few networks of each kind on a folder of images; print accuracies and measures."""
    data, classes = image_folder(path)
    print(f"{len(data.labels)} images to train on, {len(data.test_labels)} to test on, {len(classes)} classes")
    rng = np.random.default_rng(0)
    for name, network in (
        ("asymmetric", Network(classes=len(classes))),
        ("symmetric", Network("symmetric", classes=len(classes))),
        ("symmetric, keys cut", Network("symmetric", classes=len(classes), threshold=0.5)),
    ):
        found = trained(list(range(NETWORKS)), network, steps=steps, data=data)
        x, y = held_out(NETWORKS, data)
        attacked = pgd(slope_of(found.parameters, network, y), x, EPSILON, EPSILON / 3, 5)
        corrupted = {
            "noise": gaussian_noise(rng, x, 0.3),
            "salt and pepper": salt_and_pepper(rng, x, 0.1),
            "PGD": attacked,
        }
        shares = {kind: accuracy(found.parameters, network, each, y).mean() for kind, each in corrupted.items()}
        print(f"{name}: accuracy {found.accuracy.mean():.3f}; " + ", ".join(f"{k} {v:.3f}" for k, v in shares.items()))
        report("  learned values", last_head(found.parameters, network, data=data))


def heads(path: Path, _: int) -> None:
    """Print the measures of a head that was exported from another network."""
    try:
        with np.load(path, allow_pickle=False) as file:
            queries, keys, values = (np.asarray(file[name], float)[None] for name in ("queries", "keys", "values"))
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{path} must be an .npz file with arrays queries, keys, values: {error}") from None
    if not queries.ndim == 4 or queries.shape != keys.shape or keys.shape[:3] != values.shape[:3]:
        raise ValueError(f"queries, keys, values must be (B, N, D), not {queries.shape[1:]}, {keys.shape[1:]}, …")
    head = Head(keys, queries, keys, values)
    report("values of the file", head)
    report("exact values", Head(keys, queries, keys, demanded(head)))


def tokens(path: Path, _: int) -> None:
    """Print the measures of random values on the sequences of a text, every token with a random vector."""
    sequences, vocabulary = token_file(path, LENGTH)
    print(f"{len(sequences)} sequences of {LENGTH} tokens, {len(vocabulary)} different ones")
    rng = np.random.default_rng(0)
    own = rng.standard_normal((len(vocabulary), DIMENSION)) + 0.0
    place = rng.standard_normal((LENGTH, DIMENSION))
    keys = (own[sequences] + place)[None] / 2
    values = keys @ rng.standard_normal((DIMENSION, DIMENSION // 2))
    head = Head(keys, keys, keys, values)
    report("random values", head)
    report("exact values", Head(keys, keys, keys, demanded(head)))


def report(name: str, head: Head) -> None:
    """Print a row: the conditions, which exact values meet with 1, 1, 0, 0, 0, and J."""
    found = conditions(head)
    if np.isnan(found.alignment).any():
        raise ArithmeticError("no sequence has as many components above rounding as there are value coordinates")
    print(
        f"{name}: alignment {found.alignment.mean():.3f}, overlap {found.overlap.mean():.3f}, "
        f"Σ g v {found.weighted_share.mean():.3f}, Rayleigh residual {found.residual.mean():.3f}, "
        f"VᵀKV off a multiple of I {found.deviation.mean():.3f}, J {projection_loss(head).mean():.3g}"
    )


if __name__ == "__main__":
    main()
