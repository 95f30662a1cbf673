"""Images of one's own as data for small networks: a folder that has a folder for each class."""

from pathlib import Path

import numpy as np

from .network_training import Digits
from .prompts import Array
from .small_networks import SIDE

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")


def image_folder(folder: Path | str, *, share: float = 0.2) -> tuple[Digits, list[str]]:
    """Return the images below ``folder``/CLASS/ as grey 8×8 images, and the names of the classes.

    A fixed random ``share`` of them is for testing. Images are read by matplotlib (all formats that Pillow knows),
    averaged over colours and over an 8×8 grid of areas, and lie in [0, 1]. Classes are numbered in the order of their
    names. Errors: ``ValueError`` that names the file or folder if it is missing or empty, if there are fewer than two
    classes, if an image cannot be read or has a side below 8, and for a share outside (0, 1) or one that leaves no
    image to train or test on. Worked value: a black and a white image give images of 0 and of 1.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ValueError(f"{root} is not a folder")
    classes = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    if len(classes) < 2:
        raise ValueError(f"{root} must have a folder for each of two classes or more, not {len(classes)}")
    images, labels = [], []
    for label, name in enumerate(classes):
        files = sorted(path for path in (root / name).rglob("*") if path.suffix.lower() in SUFFIXES)
        if not files:
            raise ValueError(f"{root / name} has no image: {', '.join(SUFFIXES)} are looked for")
        images += [small_image(path) for path in files]
        labels += [label] * len(files)
    if not 0 < share < 1 or not 1 <= round(share * len(labels)) < len(labels):
        raise ValueError(f"share must leave images to train and to test on, as {share} of {len(labels)} does not")
    order = np.random.default_rng(0).permutation(len(labels))
    x, y, test = np.stack(images)[order], np.array(labels)[order], round(share * len(labels))
    return Digits(x[test:], y[test:], x[:test], y[:test]), classes


def small_image(path: Path) -> Array:
    """Return an image file as a grey image (8, 8) in [0, 1]; ``ValueError``, with its name, if it cannot be read.

    Worked value: a chequerboard of 8×8 squares of any size is itself.
    """
    from matplotlib.image import imread  # slow to import, and only this needs it

    try:
        pixels = np.asarray(imread(path))
    except Exception as error:  # Pillow raises many kinds, SyntaxError among them
        raise ValueError(f"{path} cannot be read as an image: {error}") from None
    pixels = pixels / np.iinfo(pixels.dtype).max if pixels.dtype.kind in "ui" else pixels.astype(float)
    if pixels.ndim == 3:
        pixels = pixels[..., :3].mean(axis=-1) if pixels.shape[-1] > 2 else pixels[..., 0]  # without transparency
    if pixels.ndim != 2 or min(pixels.shape) < SIDE:
        raise ValueError(f"{path} must have at least {SIDE} pixels on each side, not {pixels.shape}")
    rows = [part.mean(axis=0) for part in np.array_split(pixels, SIDE, axis=0)]
    found: Array = np.stack([part.mean(axis=1) for part in np.array_split(np.stack(rows), SIDE, axis=1)], axis=1)
    return found
