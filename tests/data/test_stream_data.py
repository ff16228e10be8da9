from __future__ import annotations

import pytest
import torch
from torch.utils.data import Dataset, TensorDataset

from ganzoo.core.data_spec import DataSpec
from ganzoo.data import StreamData, TensorData
from ganzoo.errors import BrokenImages, DataError


class Images(Dataset):
    """Item i is filled with i and labelled i % 3."""

    classes = ("a", "b", "c")

    def __init__(self, n: int = 10, broken: int = -1) -> None:
        self.n, self.broken = n, broken

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: int):
        if index == self.broken:
            raise BrokenImages("number 27 is broken", hint="mend it")
        return torch.full((1, 2, 3), index, dtype=torch.uint8), index % 3


class Noise(Dataset):
    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.rand(1, 2, 2) * 2 - 1


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_equal_those_of_a_small_set(workers):
    x = torch.arange(10, dtype=torch.uint8).view(10, 1, 1, 1).repeat(1, 1, 2, 3)
    spec = DataSpec(name="t", modality="image", size=10, channels=1, image_size=(2, 3), num_classes=3)
    small = TensorData(spec, {"x": {"x": x, "y": torch.arange(10) % 3}})
    large = StreamData(Images(), workers=workers, name="t")
    assert large.spec == spec
    one, two = (data.reader(batch_size=4, seed=9) for data in (small, large))
    for _ in range(6):
        here, there = one.next(), two.next()
        assert torch.equal(here["x"], there["x"]) and torch.equal(here["y"], there["y"])
    assert one.state_dict() == two.state_dict()
    small.weights = large.weights = torch.arange(10.0)
    assert torch.equal(one.next()["x"], two.next()["x"])
    assert torch.equal(small.first(3)["x"], large.first(3)["x"])
    assert torch.equal(*(data.map(lambda batch: batch["x"], batch_size=4) for data in (small, large)))
    small.horizontal_flip = large.horizontal_flip = True
    assert torch.equal(one.next()["x"], two.next()["x"])
    assert small.fingerprint() == large.fingerprint()


@pytest.mark.parametrize("workers", [0, 2])
def test_random_transforms_resume_exactly(workers):
    data = StreamData(Noise(), workers=workers)
    reader = data.reader(batch_size=4, seed=1)
    for _ in range(3):
        reader.next()
    state = reader.state_dict()
    expected = [reader.next()["x"] for _ in range(3)]
    other = data.reader(batch_size=4, seed=1)
    other.next()
    other.load_state_dict(state)
    assert state == {"position": 12}
    assert all(torch.equal(batch, other.next()["x"]) for batch in expected)
    assert not torch.equal(expected[0], expected[1])


def test_the_global_generator_is_left_alone():
    state = torch.get_rng_state()
    data = StreamData(Noise(), workers=0)
    data.reader(batch_size=4, seed=1).next()
    data.first(2)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("workers", [0, 1])
def test_an_error_of_an_item_arrives_whole(workers):
    reader = StreamData(Images(30, broken=27), workers=workers).reader(batch_size=30, seed=0)
    with pytest.raises(BrokenImages) as caught:
        reader.next()
    assert (caught.value.message, caught.value.hint) == ("number 27 is broken", "mend it")


def test_classes_are_found_or_given():
    assert StreamData(Images()).spec.num_classes == 3
    assert StreamData(TensorDataset(torch.zeros(4, 2), torch.tensor([0, 4, 1, 1]))).spec.num_classes == 5
    assert StreamData(TensorDataset(torch.zeros(4, 2), torch.zeros(4).long()), num_classes=9).spec.num_classes == 9


def test_what_cannot_be_data_is_refused():
    with pytest.raises(DataError, match="empty"):
        StreamData(TensorDataset(torch.zeros(0, 2)))
    with pytest.raises(DataError, match="do not make a batch") as caught:
        StreamData([object()])
    assert "transform" in caught.value.hint
