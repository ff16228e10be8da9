"""The built-in zoo passes every check of the conformance kit."""

import pickle

import numpy as np
import pytest
import torchvision

from ganzoo.testing import parametrize_with_checks


def idx(array):
    """A uint8 array in the IDX format of the MNIST files."""
    return b"\x00\x00\x08" + bytes([array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


@pytest.fixture(scope="module", autouse=True)
def tiny_public_sets(tmp_path_factory):
    """MNIST, Fashion-MNIST and CIFAR-10 of a few images each, so that no check is left out for want of data."""
    root, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    labels = np.arange(20, dtype=np.uint8) % 10
    for name in ("MNIST", "FashionMNIST"):
        raw = root / name / "raw"
        raw.mkdir(parents=True)
        for part in ("train", "t10k"):
            (raw / f"{part}-images-idx3-ubyte").write_bytes(idx(rng.integers(0, 256, (20, 28, 28), np.uint8)))
            (raw / f"{part}-labels-idx1-ubyte").write_bytes(idx(labels))
    cifar = root / "cifar-10-batches-py"
    cifar.mkdir()
    for name in ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"):
        batch = {"data": rng.integers(0, 256, (20, 3072), np.uint8), "labels": labels.tolist()}
        (cifar / name).write_bytes(pickle.dumps(batch))
    (cifar / "batches.meta").write_bytes(pickle.dumps({"label_names": [str(label) for label in range(10)]}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANZOO_DATA", str(root))
        patch.setattr(torchvision.datasets.CIFAR10, "_check_integrity", lambda self: True)
        patch.setattr(torchvision.datasets.cifar, "check_integrity", lambda *arguments: True)
        yield


@parametrize_with_checks("ganzoo")
def test_conformance(check):
    check()
