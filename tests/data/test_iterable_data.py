from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from ganzoo.data import IterableData
from ganzoo.errors import DataError


def batches(n: int = 3) -> list[torch.Tensor]:
    """Batch i is filled with -1 + i / 10."""
    return [torch.full((2, 1, 4, 6), -1 + i / 10) for i in range(n)]


def values(reader, count: int) -> list[int]:
    return [round(float((reader.next()["x"][0, 0, 0, 0] + 1) * 10)) for _ in range(count)]


def test_a_list_starts_afresh_at_its_end_and_for_every_reader():
    data = IterableData(batches())
    one, two = (data.reader(batch_size=2, seed=seed) for seed in (0, 1))
    assert values(one, 7) == [0, 1, 2, 0, 1, 2, 0] and values(two, 2) == [0, 1]
    assert (data.spec.channels, data.spec.image_size, data.spec.size) == (1, (4, 6), 6)


def test_a_reader_goes_on_where_its_state_was_taken():
    data = IterableData(batches())
    reader = data.reader(batch_size=2, seed=0)
    values(reader, 5)
    state = reader.state_dict()
    assert state == {"position": 5}
    other = data.reader(batch_size=2, seed=0)
    values(other, 1)
    other.load_state_dict(state)
    assert values(other, 4) == values(reader, 4) == [2, 0, 1, 2]


def test_a_shuffling_loader_resumes_exactly_and_follows_the_seed():
    dataset = TensorDataset(torch.linspace(-1, 1, 20).view(20, 1, 1, 1))
    data = IterableData(DataLoader(dataset, batch_size=8, shuffle=True))
    reader = data.reader(batch_size=8, seed=3)
    for _ in range(4):
        reader.next()
    state = reader.state_dict()
    expected = [reader.next()["x"] for _ in range(5)]
    torch.rand(7)
    other = data.reader(batch_size=8, seed=3)
    other.load_state_dict(state)
    assert all(torch.equal(batch, other.next()["x"]) for batch in expected)
    readers = (data.reader(batch_size=8, seed=seed) for seed in (3, 4))
    assert not torch.equal(*(reader.next()["x"] for reader in readers))


def test_the_global_generator_is_left_alone():
    state = torch.get_rng_state()
    dataset = TensorDataset(torch.zeros(6, 1, 2, 2))
    data = IterableData(DataLoader(dataset, batch_size=2, shuffle=True))
    data.reader(batch_size=2, seed=0).next()
    data.first(4)
    assert torch.equal(state, torch.get_rng_state())


def test_an_iterator_is_shared_by_all_readers_and_ends_with_an_error():
    data = IterableData(iter(batches(5)))
    one, two = (data.reader(batch_size=2, seed=seed) for seed in (0, 1))
    assert len(data.first(3)["x"]) == 3
    assert values(one, 1) + values(two, 2) + values(one, 2) == [0, 1, 2, 3, 4]
    with pytest.raises(DataError, match="no more batches") as caught:
        one.next()
    assert "iterated again" in caught.value.hint


def test_an_endless_generator_can_be_skipped_forward_but_not_back():
    data = IterableData(torch.full((1, 1, 1, 1), -1 + (i % 20) / 10) for i in itertools.count())
    reader = data.reader(batch_size=1, seed=0)
    reader.load_state_dict({"position": 4})
    assert values(reader, 2) == [4, 5]
    with pytest.raises(DataError, match="cannot go back"):
        reader.load_state_dict({"position": 2})
    with pytest.raises(DataError, match="cannot be gone through again"):
        data.map(lambda batch: batch["x"])


def test_forms_of_batches():
    x, y = torch.zeros(4, 2), torch.tensor([0, 1, 2, 1], dtype=torch.int32)
    for form in ((x, y), [x, y], {"x": x, "y": y}, (x.numpy(), y.numpy())):
        data = IterableData([form], num_classes=3)
        batch = data.reader(batch_size=4, seed=0).next()
        assert torch.equal(batch["x"], x) and torch.equal(batch["y"], y.long()) and batch["y"].dtype == torch.int64
        assert (data.spec.modality, data.spec.features, data.spec.num_classes) == ("points", 2, 3)
    assert set(IterableData([(x,)]).first(1)) == {"x"}


def test_bytes_and_doubles_become_floats_in_range():
    data = IterableData([torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1)])
    assert data.reader(batch_size=2, seed=0).next()["x"].flatten().tolist() == [-1, 1]
    assert IterableData([np.zeros((2, 1, 3, 3))]).first(1)["x"].dtype == torch.float32


def test_map_and_first_follow_the_order():
    data = IterableData(batches())
    assert data.map(lambda batch: batch["x"][:, 0, 0, 0]).tolist() == pytest.approx([-1, -1, -0.9, -0.9, -0.8, -0.8])
    assert data.first(5)["x"][:, 0, 0, 0].tolist() == pytest.approx([-1, -1, -0.9, -0.9, -0.8])


def test_classes_of_a_loader_are_found_and_unknown_ones_are_warned_about():
    x, y = torch.zeros(4, 2), torch.tensor([0, 1, 2, 1])
    assert IterableData(DataLoader(TensorDataset(x, y))).spec.num_classes == 3
    with pytest.warns(UserWarning, match="num_classes="):
        data = IterableData([(x, y)])
    assert set(data.first(1)) == {"x"} and data.spec.num_classes is None


@pytest.mark.parametrize(
    "iterable,message",
    [
        ([], "no batch"),
        (7, "cannot be iterated"),
        (["a"], "without 'x'"),
        ([{"images": torch.zeros(1, 1, 2, 2)}], "without 'x'"),
        ([{"x": "a"}], "not a tensor"),
        ([torch.zeros(1, 1, 2, 2) + 7], "not in \\[-1, 1\\]"),
        ([torch.full((1, 1, 2, 2), float("nan"))], "NaN"),
        ([torch.zeros(1, 28, 28, 3)], "28 channels"),
        ([torch.zeros(1, 2, 2, dtype=torch.int64)], "neither images nor points"),
        ([torch.zeros(0, 1, 2, 2)], "empty"),
        ([(torch.zeros(2, 1, 2, 2), torch.zeros(2, 1, dtype=torch.int64))], "labels"),
        ([(torch.zeros(2, 1, 2, 2), torch.zeros(2))], "labels"),
    ],
)
def test_what_cannot_be_data_is_refused(iterable, message):
    with pytest.raises(DataError, match=message):
        IterableData(iterable, num_classes=2)


def test_ranges_are_explained():
    with pytest.raises(DataError, match=r"127\.5"):
        IterableData([torch.full((1, 1, 2, 2), 200.0)])
    with pytest.raises(DataError, match="permute"):
        IterableData([torch.zeros(1, 28, 28, 3)])
    with pytest.warns(UserWarning, match=r"x \* 2 - 1"):
        IterableData([torch.rand(4, 1, 8, 8)])


def test_a_later_batch_of_another_shape_is_refused():
    reader = IterableData([torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 3, 3)]).reader(batch_size=1, seed=0)
    reader.next()
    with pytest.raises(DataError, match="later batch"):
        reader.next()


def test_there_is_no_weighing_without_items():
    data = IterableData(batches())
    data.weights = None
    with pytest.raises(DataError, match="weighted"):
        data.weights = torch.ones(6)
