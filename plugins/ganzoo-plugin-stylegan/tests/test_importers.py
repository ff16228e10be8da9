"""Importers against an original's own answers, carried over to the other formats, and against the plain definitions.

parity/rosinality holds a converted checkpoint of rosinality's code (random weights) and what that code made of it. The
same tensors written in NVIDIA's two formats must give the same images; other architectures, conditions and
discriminators are compared with the networks' definitions.
"""

from __future__ import annotations

from pathlib import Path

import naive_stylegan2 as naive
import pytest
import stylegan2_files as files
import torch
from original_networks import close, critics, originals, renamed, through_a_directory

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.conversion import find_importer, load_importer
from ganzoo.importing.parity import run
from ganzoo.importing.source import Source
from ganzoo_plugin_stylegan.discriminator import Discriminator
from ganzoo_plugin_stylegan.importers.rosinality import _generator

PARITY = Path(__file__).parent / "parity"


def test_what_the_original_code_made_of_its_checkpoint():
    results = list(run(PARITY / "rosinality"))
    assert [result.output for result in results] == ["img"] and all(result.passed for result in results)


@pytest.mark.parametrize("format", ["pytorch", "tensorflow"])
def test_the_same_tensors_in_nvidia_s_formats_make_the_same_images(tmp_path, format):
    (case,) = Source(PARITY / "rosinality" / "expected.pt").content["cases"]
    checkpoint = Source(PARITY / "rosinality" / "converted.pt").content
    tensors = _generator(checkpoint["g_ema"], checkpoint["latent_avg"], [])
    tensors = {name: value for name, value in tensors.items() if not name.endswith("resample_filter")}
    file = tmp_path / "file.pkl"
    if format == "pytorch":
        files.pytorch_pickle(file, {"G_ema": tensors})
    else:
        files.tensorflow_pickle(file, tensors, small_critic(32, 16))
    name, importer, imported = through_a_directory(file, tmp_path / "model")
    assert name == {"pytorch": "stylegan2-ada", "tensorflow": "stylegan2-tensorflow"}[format]
    kwargs = {"truncation_psi": case["kwargs"]["truncation"], "noise_mode": "const"}
    found = importer.outputs(imported, "G_ema", {**case["inputs"], "c": torch.zeros(3, 0)}, kwargs)
    assert close(found["img"], case["outputs"]["img"])
    assert imported.license == "LicenseRef-Nvidia-Source-Code"


def small_critic(size: int, width: int) -> dict[str, torch.Tensor]:
    """Some discriminator of images of this size."""
    sizes = [4 << i for i in range(size.bit_length() - 2)]
    network = Discriminator(channels=3, sizes=sizes, widths=[width] * len(sizes))
    stages = {f"blocks.{len(sizes) - 1 - i}.": f"b{s}." for i, s in enumerate(sizes) if i}
    renames = {
        "head.layer.": "b4.conv.", "head.dense.": "b4.fc.", "head.out.": "b4.out.", **stages, ".layer.": ".conv0.",
        ".down.": ".conv1.", ".from_image.": ".fromrgb.",
    }  # fmt: skip
    return {renamed(n, renames): v for n, v in network.state_dict().items() if n != "taps"}


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
@pytest.mark.parametrize("condition_dim", [0, 3])
def test_pytorch_pickles_of_every_architecture(tmp_path, architecture, condition_dim):
    tensors, mapping, synthesis = originals(architecture, condition_dim=condition_dim)
    critic, judge = critics(
        {"skip": "resnet", "resnet": "orig", "orig": "skip"}[architecture], condition_dim=condition_dim
    )
    live = {name: value + 0.1 for name, value in tensors.items()}
    file = tmp_path / "network-snapshot.pkl"
    files.pytorch_pickle(file, {"G": live, "D": critic, "G_ema": tensors}, clamp=3.0, group=2)
    _, importer, imported = through_a_directory(file, tmp_path / "model")
    config = imported.sampler.config
    assert (config["architecture"], config["clamp"], config["critic_clamp"]) == (architecture, 3.0, 3.0)
    assert config["average_decay"] == 0.998 and config["resample_filter"] == (1.0, 3.0, 3.0, 1.0)
    z, c = torch.randn(3, 6), torch.eye(condition_dim)[[0, 2, 2]] if condition_dim else torch.zeros(3, 0)
    for part in synthesis.modules():
        if hasattr(part, "clamp"):
            part.clamp = 3.0
    w = mapping(z, c if condition_dim else None)
    for kwargs, noise in (({"noise_mode": "const"}, synthesis.constant_noise()), ({"noise_mode": "none"}, [])):
        found = importer.outputs(imported, "G_ema", {"z": z, "c": c}, kwargs)
        expected = naive.synthesised(synthesis, w[:, None].expand(-1, 6, -1), noise, architecture)
        assert close(found["img"], expected) and close(found["ws"][:, 2], w)
    kwargs = {"noise_mode": "random", "torch_seed": 7, "truncation_psi": 0.6, "truncation_cutoff": 2}
    found = importer.outputs(imported, "G_ema", {"z": z, "c": c}, kwargs)
    ws = torch.cat([torch.lerp(mapping.average, w, 0.6)[:, None].repeat(1, 2, 1), w[:, None].repeat(1, 4, 1)], 1)
    torch.manual_seed(7)
    noise = [torch.randn(3, 1, size, size) for size in (4, 8, 8, 16, 16)]
    assert close(found["img"], naive.synthesised(synthesis, ws, noise, architecture))
    images = torch.randn(4, 3, 16, 16)
    labels = torch.eye(condition_dim)[[0, 1, 2, 0]] if condition_dim else torch.zeros(4, 0)
    for part in judge.modules():
        if hasattr(part, "clamp") and part is not getattr(judge.head, "from_image", None):
            part.clamp = None if getattr(part, "bias", 1) is None else 3.0
    logits = importer.outputs(imported, "D", {"img": images, "c": labels}, {})["logits"]
    expected = naive.judged(judge, images, judge.architecture, 2)
    if condition_dim:
        expected = (expected * judge.mapping(None, labels)).sum(1, keepdim=True) / 3**0.5
    assert close(logits, expected)
    other = importer.convert(Source(file), entry="G")
    assert not close(importer.outputs(other, "G", {"z": z, "c": c}, {"noise_mode": "const"})["img"], found["img"])


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
def test_tensorflow_pickles_of_every_architecture(tmp_path, architecture):
    tensors, mapping, synthesis = originals(architecture, condition_dim=3)
    file = tmp_path / "config.pkl"
    critic, judge = critics(condition_dim=3)
    files.tensorflow_pickle(file, tensors, critic, mbstd_group_size=2, mapping_lrmul=0.01)
    _, importer, imported = through_a_directory(file, tmp_path / "model")
    z, c = torch.randn(3, 6), torch.eye(3)
    ws = mapping(z, c)[:, None].expand(-1, 6, -1)
    found = importer.outputs(imported, "Gs", {"z": z, "c": c}, {"noise_mode": "const"})
    assert close(found["img"], naive.synthesised(synthesis, ws, synthesis.constant_noise(), architecture))
    images, labels = torch.randn(4, 3, 16, 16), torch.eye(3)[[0, 1, 2, 0]]
    expected = (naive.judged(judge, images, "resnet", 2) * judge.mapping(None, labels)).sum(1, keepdim=True) / 3**0.5
    assert close(importer.outputs(imported, "D", {"img": images, "c": labels}, {})["logits"], expected)


def test_a_tensorflow_discriminator(tmp_path):
    tensors, _, _ = originals()
    critic, judge = critics()
    files.tensorflow_pickle(tmp_path / "a.pkl", tensors, critic, mbstd_group_size=2)
    _, importer, imported = through_a_directory(tmp_path / "a.pkl", tmp_path / "model")
    images = torch.randn(4, 3, 16, 16)
    logits = importer.outputs(imported, "D", {"img": images, "c": torch.zeros(4, 0)}, {})["logits"]
    assert close(logits, naive.judged(judge, images, "resnet", 2))


def test_without_a_discriminator_there_is_nothing_to_train(tmp_path):
    tensors, _, _ = originals(noise=False)
    files.pytorch_pickle(tmp_path / "a.pkl", {"G_ema": tensors})
    _, importer, imported = through_a_directory(tmp_path / "a.pkl", tmp_path / "model")
    assert imported.live is None and imported.sampler.config["noise"] == "none"
    assert imported.sampler.sample(2, seed=0, truncation=0.7).shape == (2, 3, 16, 16)
    with pytest.raises(ConfigError, match="discriminator"):
        importer.outputs(imported, "D", {"img": torch.zeros(1, 3, 16, 16)}, {})
    with pytest.raises(ConfigError, match="'G'"):
        importer.convert(Source(tmp_path / "a.pkl"), entry="G")


def test_a_file_that_lacks_or_has_more_than_its_network_is_refused(tmp_path):
    tensors, _, _ = originals()
    for broken in (
        {k: v for k, v in tensors.items() if k != "synthesis.b8.conv1.bias"},
        tensors | {"synthesis.b8.conv1.extra": torch.zeros(3)},
        tensors | {"synthesis.b8.conv0.weight": torch.zeros(5, 7, 3, 3)},
        tensors | {"synthesis.b8.conv1.weight": torch.zeros(5)},
        {k: v for k, v in tensors.items() if not k.startswith("mapping")},
    ):
        files.pytorch_pickle(tmp_path / "a.pkl", {"G_ema": broken})
        importer = load_importer(find_importer(Source(tmp_path / "a.pkl")))
        with pytest.raises(UntrustedFile):
            importer.convert(Source(tmp_path / "a.pkl"))


def test_tensors_of_odd_shapes_are_refused(tmp_path):
    tensors, _, _ = originals()
    critic, _ = critics()
    for name, wrong in (("synthesis.b4.conv1.weight", torch.zeros(3)), ("mapping.fc0.weight", torch.zeros(1, 2, 3))):
        files.pytorch_pickle(tmp_path / "a.pkl", {"G_ema": tensors | {name: wrong}, "D": critic})
        with pytest.raises(UntrustedFile):
            load_importer(find_importer(Source(tmp_path / "a.pkl"))).convert(Source(tmp_path / "a.pkl"))
