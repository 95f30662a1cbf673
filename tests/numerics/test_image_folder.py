"""Folders of images, made for the test."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imsave

from numerics.image_folder import image_folder, small_image
from numerics.network_training import trained
from numerics.small_networks import Network


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name, low in (("dark", 0.0), ("light", 0.7)):
        (tmp_path / name).mkdir()
        for k in range(5):
            grey = low + 0.3 * rng.random((20, 17, 1))
            imsave(tmp_path / name / f"{k}.png", np.repeat(grey, 3, axis=2))
    return tmp_path


def test_images_and_labels(folder: Path) -> None:
    data, classes = image_folder(folder)
    assert classes == ["dark", "light"]
    assert (data.images.shape, data.test_images.shape) == ((8, 8, 8), (2, 8, 8))
    np.testing.assert_array_equal(data.images.mean(axis=(1, 2)) > 0.5, data.labels == 1)
    found = trained([0], Network(classes=2, width=4, head=2), steps=30, data=data)
    assert found.accuracy.shape == (1,)


def test_areas_are_averaged(tmp_path: Path) -> None:
    board = np.indices((8, 8)).sum(axis=0) % 2
    imsave(tmp_path / "board.png", np.kron(board, np.ones((5, 3)))[..., None].repeat(3, axis=2))
    np.testing.assert_allclose(small_image(tmp_path / "board.png"), board)


def test_one_clear_error(folder: Path) -> None:
    with pytest.raises(ValueError, match="not a folder"):
        image_folder(folder / "nowhere")
    with pytest.raises(ValueError, match="two classes or more, not 0"):
        image_folder(folder / "dark")
    with pytest.raises(ValueError, match="share"):
        image_folder(folder, share=0.01)
    (folder / "empty").mkdir()
    with pytest.raises(ValueError, match="empty has no image"):
        image_folder(folder)
    (folder / "empty/broken.png").write_bytes(b"not an image")
    with pytest.raises(ValueError, match=r"broken\.png cannot be read"):
        image_folder(folder)
    imsave(folder / "empty/broken.png", np.zeros((4, 9, 3)))
    with pytest.raises(ValueError, match="at least 8 pixels"):
        image_folder(folder)
