from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from ganzoo.data.torchvision_sets import cifar10, fashion_mnist, mnist, resized
from ganzoo.errors import ConfigError, DataUnavailable


def idx(array: np.ndarray) -> bytes:
    """A uint8 array in the IDX format of the MNIST files."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Tiny MNIST and Fashion-MNIST: 12 training images, 5 test images, filled with their number."""
    for name in ("MNIST", "FashionMNIST"):
        raw = tmp_path / name / "raw"
        raw.mkdir(parents=True)
        for part, n in (("train", 12), ("t10k", 5)):
            x = np.arange(n, dtype=np.uint8).reshape(n, 1, 1).repeat(28, 1).repeat(28, 2)
            (raw / f"{part}-images-idx3-ubyte").write_bytes(idx(x))
            (raw / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.arange(n, dtype=np.uint8) % 10))
    return tmp_path


@pytest.mark.parametrize("make,names", [(mnist, ("0", "1")), (fashion_mnist, ("t-shirt/top", "trouser"))])
def test_real_files_are_read(root, make, names):
    data = make(root=str(root))
    batch = data.first(12)
    assert batch["x"].shape == (12, 1, 28, 28) and batch["y"].tolist() == [*range(10), 0, 1]
    assert ((batch["x"][:, 0, 3, 4] + 1) * 127.5).round().tolist() == list(range(12))
    assert data.spec.class_names[:2] == names and data.spec.class_counts == (2, 2, *[1] * 8)
    assert make(root=str(root), split="test").spec.size == 5
    assert make(root=str(root), image_size=32).first(12)["x"].shape == (12, 1, 32, 32)


def test_the_environment_says_where(root, monkeypatch):
    monkeypatch.setenv("GANZOO_DATA", str(root))
    assert mnist().spec.size == 12


@pytest.mark.parametrize("make", [mnist, fashion_mnist, cifar10])
def test_a_missing_set_says_how_to_get_it(tmp_path, make):
    with pytest.raises(DataUnavailable, match=tmp_path.name) as caught:
        make(root=str(tmp_path))
    assert "--set data.download=true" in caught.value.hint


def test_a_damaged_set_is_named(root):
    file = root / "MNIST" / "raw" / "train-images-idx3-ubyte"
    for content in (file.read_bytes()[:3000], b"", b"\x00" * 20):
        file.write_bytes(content)
        with pytest.raises(DataUnavailable, match="damaged"):
            mnist(root=str(root))


def test_a_damaged_pickle_is_not_opened(tmp_path):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"):
        (folder / name).write_bytes(b"cbuiltins\nexit\n(tR.")
    with pytest.raises(DataUnavailable, match="damaged"):
        cifar10(root=str(tmp_path))


def test_a_failed_download_is_named(tmp_path, monkeypatch):
    def refuse(*args, **settings):
        raise RuntimeError("Error downloading")

    monkeypatch.setattr("torchvision.datasets.MNIST", refuse)
    with pytest.raises(DataUnavailable, match="Error downloading") as caught:
        mnist(root=str(tmp_path), download=True)
    assert "connection" in caught.value.hint and "data.download" not in caught.value.hint


def test_cifar10_comes_channels_first(tmp_path, monkeypatch):
    class Fake:
        data = np.arange(2 * 32 * 32 * 3, dtype=np.int64).reshape(2, 32, 32, 3).astype(np.uint8)
        targets = (3, 9)

        def __init__(self, *args, **settings):
            pass

    monkeypatch.setattr("torchvision.datasets.CIFAR10", Fake)
    data = cifar10(root=str(tmp_path), horizontal_flip=True)
    assert torch.equal(data.streams["x"]["x"], torch.from_numpy(Fake.data).permute(0, 3, 1, 2))
    assert data.spec.class_names[3] == "cat" and data.spec.class_counts[9] == 1 and data.horizontal_flip


def test_impossible_settings_are_refused(root):
    with pytest.raises(ConfigError, match="split"):
        mnist(root=str(root), split="all")
    with pytest.raises(ConfigError, match="image_size"):
        mnist(root=str(root), image_size=0)


def test_resizing_keeps_the_mean_and_the_type():
    x = torch.randint(0, 256, (5, 3, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    small = resized(x, (14, 7), batch_size=2)
    assert small.shape == (5, 3, 14, 7) and small.dtype == torch.uint8
    assert (small.float().mean((2, 3)) - x.float().mean((2, 3))).abs().max() < 4
    assert resized(x, (28, 28)) is x
