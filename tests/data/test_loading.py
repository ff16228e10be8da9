from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, TensorDataset

from ganzoo.catalog.datasets import ENTRIES
from ganzoo.core.data_spec import DataSpec
from ganzoo.data import IterableData, StreamData, TensorData
from ganzoo.data.loading import is_path, load_data
from ganzoo.errors import ConfigError, DataError, UnknownName


def test_names_and_components():
    assert load_data("digits", image_size=8).spec.image_size == 8
    assert load_data({"name": "ganzoo.ring8", "size": 50}).spec.size == 50
    assert load_data({"name": "ring8", "size": 50}, size=60).spec.size == 60


def test_wrong_names_and_settings():
    with pytest.raises(UnknownName):
        load_data("digist")
    with pytest.raises(ConfigError, match="image_sise"):
        load_data("digits", image_sise=8)
    with pytest.raises(ConfigError, match="split"):
        load_data("digits", split="validation")


def test_data_come_back_as_they_are():
    data = load_data("ring8", size=10)
    assert load_data(data) is data
    with pytest.raises(ConfigError, match="loaded already"):
        load_data(data, size=3)


def test_paths_mean_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "digits"
    folder.mkdir()
    Image.new("RGB", (9, 9), "red").save(folder / "a.png")
    monkeypatch.chdir(tmp_path)
    for path in ("./digits", str(folder), folder, Path("digits")):
        assert load_data(path, image_size=8).first(1)["x"].shape == (1, 3, 8, 8)
    assert load_data("digits").spec.size == 1437


@pytest.mark.parametrize("text,path", [("./a", True), ("../a", True), ("~/a", True), ("/a", True), ("..", True)])
def test_what_is_a_path(text, path):
    assert is_path(text) and not is_path(text.strip("./~") or "a")


def test_tensors_datasets_and_iterables():
    x = torch.rand(10, 3, 5, 7) * 2 - 1
    data = load_data(x)
    assert isinstance(data, TensorData) and (data.spec.size, data.spec.image_size) == (10, (5, 7))
    assert torch.equal(data.first(10)["x"], x)
    assert isinstance(load_data(TensorDataset(x), workers=0), StreamData)
    assert isinstance(load_data(DataLoader(TensorDataset(x))), IterableData)
    assert isinstance(load_data(batch for batch in [x]), IterableData)


OFFLINE = [entry for entry in ENTRIES if "offline" in entry.tags]


@pytest.mark.parametrize("entry", OFFLINE, ids=lambda entry: entry.name)
def test_every_offline_set_keeps_its_spec(entry):
    data = load_data(entry.name)
    spec = data.spec
    assert data.component["name"] == f"ganzoo.{entry.name}" and json.loads(json.dumps(data.component))
    assert load_data(data.component).fingerprint() == data.fingerprint()
    assert spec.name == entry.name and DataSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    assert spec.size == max(data.size(stream) for stream in spec.streams)
    for stream in spec.streams:
        batch = data.reader(stream, batch_size=5, seed=0).next()
        shape = (spec.features,) if spec.modality == "points" else (spec.channels, spec.image_size, spec.image_size)
        assert batch["x"].shape == (5, *shape) and batch["x"].dtype == torch.float32
        assert spec.value_range[0] <= float(batch["x"].min()) <= float(batch["x"].max()) <= spec.value_range[1]
        assert ("y" in batch) == (spec.num_classes is not None) == ("labelled" in entry.tags)


def test_pairs_and_tokens_from_python():
    pairs = load_data([{"x": torch.zeros(4, 3, 6, 8), "source": torch.zeros(4, 1, 6, 8)}])
    assert (pairs.spec.modality, pairs.spec.channels, pairs.spec.source_channels) == ("pairs", 3, 1)
    assert pairs.spec.image_size == (6, 8) and pairs.sources(2).shape == (2, 1, 6, 8)
    ids = torch.arange(12).view(4, 3)
    for tokens in (
        load_data(ids, vocabulary=12), load_data([ids], vocabulary=12), load_data(list(ids.split(1)), vocabulary=12),
        load_data(TensorDataset(ids), vocabulary=12, workers=0),
    ):  # fmt: skip
        assert (tokens.spec.modality, tokens.spec.vocabulary, tokens.spec.length) == ("tokens", 12, 3)
        x = tokens.reader("x", batch_size=2, seed=0).next()["x"]
        assert x.dtype == torch.int64 and DataSpec.from_json(tokens.spec.to_json()) == tokens.spec


def test_pairs_and_tokens_that_cannot_be():
    x = torch.zeros(4, 3, 6, 8)
    for source in (torch.zeros(4, 1, 6, 6), torch.zeros(3, 1, 6, 8), torch.zeros(4, 6, 8), torch.full_like(x, 3.0)):
        with pytest.raises(DataError):
            load_data([{"x": x, "source": source}])
    with pytest.raises(DataError, match="source"):
        load_data([{"x": x, "source": x.long()}])
    with pytest.raises(DataError, match=r"not in \[0, 5\)"):
        load_data(torch.arange(6).view(2, 3), vocabulary=5)
    with pytest.raises(DataError) as caught:
        load_data(torch.arange(6).view(2, 3))
    assert "vocabulary=" in caught.value.hint
