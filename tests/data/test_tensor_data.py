from __future__ import annotations

import pytest
import torch

from ganzoo.core.data_spec import DataSpec
from ganzoo.data import TensorData
from ganzoo.errors import ConfigError, DataError


def images(n: int = 10, shape: tuple[int, ...] = (1, 4, 6)) -> TensorData:
    """Item i is filled with the value i and labelled i % 2."""
    x = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1).repeat(1, *shape)
    spec = DataSpec(name="t", modality="image", size=n, channels=shape[0], image_size=shape[1:], num_classes=2)
    return TensorData(spec, {"x": {"x": x, "y": torch.arange(n) % 2}})


def test_batches_are_floats_in_range_with_their_labels():
    data = images(256)
    batch = data.reader("x", batch_size=256, seed=0).next()
    values = ((batch["x"][:, 0, 0, 0] + 1) * 127.5).round().long()
    assert batch["x"].shape == (256, 1, 4, 6) and batch["x"].dtype == torch.float32
    assert float(batch["x"].min()) == -1 and float(batch["x"].max()) == 1
    assert torch.equal(values % 2, batch["y"]) and batch["y"].dtype == torch.int64
    assert torch.equal(values.sort().values, torch.arange(256))


def test_a_reader_goes_on_where_its_state_was_taken():
    data = images(10)
    reader = data.reader("x", batch_size=4, seed=5)
    for _ in range(7):
        reader.next()
    state = reader.state_dict()
    assert state == {"position": 28}
    expected = [reader.next() for _ in range(5)]
    other = data.reader("x", batch_size=4, seed=5)
    other.next()
    other.load_state_dict(state)
    for batch in expected:
        again = other.next()
        assert all(torch.equal(batch[name], again[name]) for name in ("x", "y"))


def test_seeds_tell_readers_apart_and_readers_do_not_disturb_each_other():
    data = images(50)
    one, two, same = (data.reader("x", batch_size=50, seed=seed) for seed in (1, 2, 1))
    first = one.next()["x"]
    assert not torch.equal(first, two.next()["x"])
    assert torch.equal(first, same.next()["x"])


def test_a_batch_may_be_larger_than_the_set():
    batch = images(3).reader("x", batch_size=8, seed=0).next()
    values = ((batch["x"][:, 0, 0, 0] + 1) * 127.5).round().long()
    assert len(batch["x"]) == 8
    assert torch.bincount(values[:6], minlength=3).tolist() == [2, 2, 2]


def test_a_change_of_weights_is_followed_at_the_next_batch():
    data = images(10)
    reader = data.reader("x", batch_size=20, seed=0)
    reader.next()
    data.weights = torch.eye(10)[7]
    assert torch.equal(reader.next()["x"], data.first(8)["x"][7:].expand(20, 1, 4, 6))
    data.weights = None
    assert len(reader.next()["x"].unique()) == 10


@pytest.mark.parametrize(
    "weights", [torch.ones(9), torch.zeros(10), -torch.ones(10), torch.full((10,), float("nan")), torch.ones(10, 1)]
)
def test_impossible_weights_are_refused(weights: torch.Tensor):
    data = images(10)
    with pytest.raises(DataError, match="weights"):
        data.weights = weights
    assert data.weights is None


def test_map_walks_over_all_items_in_order():
    data = images(10)
    mapped = data.map(lambda batch: torch.stack([batch["x"][:, 0, 0, 0], batch["y"].float()], 1), batch_size=3)
    assert torch.allclose(mapped[:, 0], torch.arange(10) / 127.5 - 1)
    assert torch.equal(mapped[:, 1], torch.arange(10) % 2.0)


def test_first_takes_what_there_is():
    assert torch.allclose(images(10).first(3)["x"][:, 0, 0, 0], torch.arange(3) / 127.5 - 1)
    assert len(images(10).first(99)["x"]) == 10


def test_moving_leaves_the_original_alone():
    data = images(10)
    moved = data.to("meta")
    moved.weights = torch.ones(10)
    assert moved.streams["x"]["x"].device.type == "meta" and data.streams["x"]["x"].device.type == "cpu"
    assert data.weights is None


def test_flips_mirror_some_images_and_resume():
    data = images(2, (1, 1, 2))
    data.streams["x"]["x"] = torch.tensor([0, 255], dtype=torch.uint8).expand(2, 1, 1, 2).contiguous()
    data.horizontal_flip = True
    reader = data.reader("x", batch_size=400, seed=0)
    batch = reader.next()
    mirrored = batch["x"][:, 0, 0, 0] == 1
    assert 150 < int(mirrored.sum()) < 250
    again = data.reader("x", batch_size=400, seed=0)
    again.load_state_dict({"position": 400})
    following = reader.next()["x"]
    assert torch.equal(following, again.next()["x"]) and not torch.equal(following, batch["x"])
    assert torch.equal(data.first(2)["x"], data.map(lambda batch: batch["x"]))
    assert not (data.first(2)["x"][:, 0, 0, 0] == 1).any()


def test_the_images_of_a_pair_are_mirrored_together():
    data = images(2, (1, 1, 2))
    data.streams["x"]["x"] = torch.tensor([0, 255], dtype=torch.uint8).expand(2, 1, 1, 2).contiguous()
    data.streams["x"]["source"] = 255 - data.streams["x"]["x"]
    data.horizontal_flip = True
    batch = data.reader("x", batch_size=100, seed=0).next()
    assert torch.equal(batch["source"], -batch["x"]) and 0 < int((batch["x"][..., 0] == 1).sum()) < 100


def test_a_translation_starts_from_the_source_of_a_pair_else_from_the_first_stream():
    data = images(5)
    assert torch.equal(data.sources(9), data.first(5)["x"])
    data.streams["x"]["source"] = data.streams["x"]["x"].flip(0)
    assert torch.equal(data.sources(2), data.first(5)["x"].flip(0)[:2])


def test_misuse_is_named():
    data = images(4)
    with pytest.raises(DataError, match="no stream 'b'"):
        data.reader("b", batch_size=2, seed=0)
    with pytest.raises(ConfigError, match="at least 1"):
        data.reader("x", batch_size=0, seed=0)
    with pytest.raises(DataError, match="empty"):
        TensorData(data.spec, {"x": {"x": torch.zeros(0, 1, 2, 2)}})
    with pytest.raises(DataError, match="differ in length"):
        TensorData(data.spec, {"x": {"x": torch.zeros(2, 1, 2, 2), "y": torch.zeros(3)}})


def test_the_fingerprint_sees_pixels_and_labels():
    one, two, three = images(), images(), images()
    two.streams["x"]["x"][9, 0, 0, 0] += 1
    three.streams["x"]["y"][9] += 1
    assert one.fingerprint() == images().fingerprint()
    assert len({data.fingerprint() for data in (one, two, three)}) == 3


@pytest.mark.gpu
def test_batches_on_an_accelerator_equal_those_on_the_cpu():
    if not torch.cuda.is_available():
        pytest.skip("needs CUDA")
    data = images(10)
    there = data.to("cuda").reader("x", batch_size=7, seed=0)
    here = data.reader("x", batch_size=7, seed=0)
    for _ in range(4):
        x = there.next()["x"]
        assert x.device.type == "cuda" and torch.equal(x.cpu(), here.next()["x"])
