"""Snapshots of R3GAN's program: the same outputs, whatever was trained; and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from r3gan_layout import NEW, OLD, Discriminator, Generator, pickled, wrapped
from torch import nn

import ganzoo
from ganzoo.errors import ConfigError, LicenseNotAccepted, UntrustedFile
from ganzoo.importing.conversion import convert, find_importer
from ganzoo.importing.formats.r3gan import R3GANSnapshot
from ganzoo.importing.source import Source
from ganzoo.model_directory import save

BODY = {"widths": [12, 12, 8], "groups": [3, 3, 2], "blocks": [2, 1, 2], "expansion": 2, "kernel": 3,
        "taps": [1.0, 2.0, 1.0], "channels": 3, "labels": 0, "halves": 0}  # fmt: skip
CASES = {
    "unconditional": {},
    "conditional": {"labels": 5, "channels": 1},
    "64 pixels": {"widths": [8, 8, 8, 8, 4], "groups": [2, 1, 2, 1, 1], "blocks": [1] * 5},
    "half precision": {"halves": 2},
    "other kinds of blocks": {"expansion": 3, "kernel": 5, "groups": [9, 1, 3], "taps": [1.0]},
}


def networks(seed: int = 0, **changes: object) -> dict[str, nn.Module]:
    body = {**BODY, **changes}
    torch.manual_seed(seed)
    label, wide = (6, 7) if body["labels"] else (0, 0)
    size = 4 * 2 ** (len(body["widths"]) - 1)
    facts = {"z_dim": 6, "c_dim": body["labels"], "img_resolution": size}
    made = {
        "G": wrapped(Generator(z_dim=6, embedding=label, **body), **facts),
        "D": wrapped(Discriminator(embedding=wide, **body)),
        "G_ema": wrapped(Generator(z_dim=6, embedding=label, **body), **facts),
    }
    for network in made.values():
        network.eval().requires_grad_(False)
    return made


@pytest.mark.parametrize("homes", [NEW, OLD], ids=["new layout", "old layout"])
@pytest.mark.parametrize("case", CASES)
def test_the_same_outputs(tmp_path: Path, case: str, homes: dict[str, str]) -> None:
    changes = CASES[case]
    theirs = networks(**changes)
    file = pickled(tmp_path / "network-snapshot.pkl", theirs, homes)
    source, importer = Source(file), R3GANSnapshot()
    assert find_importer(source).name == "ganzoo.r3gan-snapshot"
    imported = importer.convert(source)
    labels = changes.get("labels", 0)
    c = torch.eye(max(labels, 1))[torch.arange(4) % max(labels, 1)][:, :labels]
    z = torch.randn(4, 6, generator=torch.Generator().manual_seed(1))
    said = {} if "halves" in changes else {"dtype": "fp32 everywhere"}
    limit = 1e-2 if "halves" in changes else 1e-5
    assert bool(imported.notes) == ("halves" in changes)
    with torch.no_grad():
        for name in ("G_ema", "G"):
            expected = theirs[name].Model(z, c)
            (found,) = importer.outputs(imported, name, {"z": z, "c": c}, said).values()
            assert (found - expected).abs().max() <= limit * expected.std()
        sizes = torch.arange(4.0)[:, None, None, None]
        images = sizes * torch.randn(found.shape, generator=torch.Generator().manual_seed(2))
        expected = theirs["D"].Model(images, c)
        logits = importer.outputs(imported, "D", {"img": images, "c": c}, said)["logits"]
        assert (logits - expected).abs().max() <= limit * expected.std()
        if "halves" in changes:
            full = importer.outputs(imported, "G", {"z": z, "c": c}, {"dtype": "float32"})["img"]
            assert not torch.equal(full, found) and not imported.sampler.bf16


def test_config_comes_from_shapes_and_goes_through_a_model_directory(tmp_path: Path) -> None:
    file = pickled(tmp_path / "a.pkl", networks(labels=5))
    with pytest.raises(LicenseNotAccepted):
        convert(file, tmp_path / "model")
    imported = R3GANSnapshot().convert(Source(file))
    save(imported.sampler, tmp_path / "model", live=imported.live)
    gan = ganzoo.load(str(tmp_path / "model"))
    expected = {"widths": (12, 12, 8), "groups": (3, 3, 2), "blocks": (2, 1, 2), "latent_dim": 6, "num_classes": 5,
                "embedding_dim": 6, "discriminator_embedding_dim": 7, "image_size": 16, "bf16_stages": 0,
                "resampling_filter": (1.0, 2.0, 1.0)}  # fmt: skip
    assert {key: gan.config[key] for key in expected} == expected
    assert gan.sample(3, seed=0, labels=[0, 1, 4]).shape == (3, 3, 16, 16)
    assert imported.license == "unknown"


def test_without_a_discriminator_and_by_entry(tmp_path: Path) -> None:
    theirs = networks()
    only = pickled(tmp_path / "a.pkl", {"G_ema": theirs["G_ema"]})
    assert R3GANSnapshot().convert(Source(only)).live is None
    whole = Source(pickled(tmp_path / "b.pkl", theirs))
    sampler = R3GANSnapshot().convert(whole, entry="G").sampler
    assert torch.equal(sampler.generator.basis, theirs["G"].Model.MainLayers[0].Layers[0].Basis)
    for entry in ("D", "G_moon"):
        with pytest.raises(ConfigError, match="holds no generator"):
            R3GANSnapshot().convert(whole, entry=entry)


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    def refusal(theirs: dict[str, nn.Module]) -> str:
        with pytest.raises(UntrustedFile) as error:
            R3GANSnapshot().convert(Source(pickled(tmp_path / "a.pkl", theirs)))
        return str(error.value)

    theirs = networks()
    theirs["G_ema"].Model.Extra = nn.Linear(2, 2)
    assert "Extra.weight" in refusal(theirs)
    theirs = networks()
    del theirs["G_ema"].Model.MainLayers[1].Layers[1].LinearLayer2
    assert "no tensor MainLayers.1.Layers.1.LinearLayer2.Layer.weight" in refusal(theirs)
    theirs = networks()
    theirs["D"] = networks(blocks=[1, 1, 1])["D"]
    assert "do not mirror each other: blocks (2, 1, 2) and (1, 1, 1)" in refusal(theirs)
    theirs = networks()
    theirs["G_ema"].Model.MainLayers[1].Layers[0].Resampler.Kernel[0, 0] = 9
    assert "product of a filter" in refusal(theirs)
    theirs = networks()
    theirs["G_ema"].Model.MainLayers[0].DataType = torch.float16
    assert "float16" in refusal(theirs)
    theirs = networks()
    theirs["G_ema"].Model.MainLayers = nn.ModuleList()
    assert "no stages" in refusal(theirs)


@pytest.mark.parametrize(
    ("owner", "tensor", "shape"),
    [
        ("MainLayers.0.Layers.0", "Basis", (12,)),
        ("MainLayers.0.Layers.0", "Basis", (0, 4, 4)),
        ("MainLayers.0.Layers.0.LinearLayer", "weight", (12,)),
        ("MainLayers.0.Layers.0.LinearLayer", "weight", (12, 2)),
        ("MainLayers.1.Layers.1.LinearLayer2.Layer", "weight", ()),
        ("MainLayers.1.Layers.1.LinearLayer2.Layer", "weight", (24, 9, 3, 3)),
        ("MainLayers.1.Layers.1.LinearLayer1.Layer", "weight", (0, 12, 1, 1)),
        ("MainLayers.1.Layers.1.NonLinearity1", "Bias", (3, 3)),
        ("MainLayers.1.Layers.0.Resampler", "Kernel", (4, 6)),
        ("AggregationLayer.Layer", "weight", (3, 8)),
        ("EmbeddingLayer", "weight", (6, 0)),
        ("EmbeddingLayer", "weight", (9, 5)),
    ],
)
def test_odd_shapes_end_in_our_error(tmp_path: Path, owner: str, tensor: str, shape: tuple[int, ...]) -> None:
    theirs = networks(labels=5)
    module = theirs["G_ema"].Model.get_submodule(owner)
    store = module._buffers if tensor == "Kernel" else module._parameters
    store[tensor] = torch.zeros(shape) if tensor == "Kernel" else nn.Parameter(torch.zeros(shape))
    with pytest.raises(UntrustedFile):
        R3GANSnapshot().convert(Source(pickled(tmp_path / "a.pkl", {"G_ema": theirs["G_ema"]})))


def test_other_files_are_not_recognised(tmp_path: Path) -> None:
    for number, content in enumerate(({"G_ema": nn.Linear(2, 2)}, {"G_ema": 3}, {"D": None})):
        file = tmp_path / f"{number}.pt"
        torch.save(content, file)
        assert not R3GANSnapshot().recognises(Source(file))
    assert not R3GANSnapshot().recognises(Source(tmp_path))
