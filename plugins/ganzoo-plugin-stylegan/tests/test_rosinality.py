"""Training checkpoints of rosinality's code; what it made of a converted one is in test_importers."""

from __future__ import annotations

import argparse

import naive_stylegan2 as naive
import pytest
import rosinality_files as files
import torch
from original_networks import close, critics, originals, through_a_directory

from ganzoo.errors import UntrustedFile
from ganzoo.importing.conversion import find_importer, load_importer
from ganzoo.importing.source import Source
from ganzoo_plugin_stylegan.mapping import Mapping


def test_training_checkpoints_of_rosinality(tmp_path):
    tensors, mapping, synthesis = originals(layers=2)
    tensors["mapping.fc0.weight"] = torch.randn(7, 7) * 100
    tensors["mapping.fc0.bias"] = torch.randn(7)
    tensors["mapping.fc1.weight"] = torch.randn(7, 7) * 100
    critic, judge = critics()
    judge.head.variety.group_size = 4
    g = files.rosinality_names(tensors)
    content = {
        "g": {k: v + 0.1 * (not k.endswith("kernel")) for k, v in g.items()}, "g_ema": g,
        "d": files.rosinality_critic(critic, 16),
        "g_optim": {"state": {}, "param_groups": []}, "d_optim": {"state": {}, "param_groups": []},
        "args": argparse.Namespace(size=16, channel_multiplier=2), "ada_aug_p": 0.0,
    }  # fmt: skip
    (tmp_path / "000100.pt").write_bytes(files.saved(content))
    name, importer, imported = through_a_directory(tmp_path / "000100.pt", tmp_path / "model")
    assert name == "stylegan2-rosinality" and imported.license == "unknown"
    mapping = Mapping(latent_dim=7, style_dim=7, layers=2)
    mapping.load_state_dict(
        {f"layers.{k[10:]}": v for k, v in tensors.items() if ".fc" in k} | {"average": torch.zeros(7)}
    )
    z = torch.randn(4, 7)
    ws = mapping(z)[:, None].expand(-1, 6, -1)
    expected = naive.synthesised(synthesis, ws, synthesis.constant_noise(), "skip")
    assert close(importer.outputs(imported, "g_ema", {"z": z}, {})["img"], expected)
    images = torch.randn(4, 3, 16, 16)
    assert close(
        importer.outputs(imported, "d", {"img": images}, {})["logits"], naive.judged(judge, images, "resnet", 4)
    )
    styles = mapping(torch.randn(4096, 7, generator=torch.Generator().manual_seed(0))).mean(0)
    torch.testing.assert_close(imported.sampler.generator.mapping.average, styles, atol=1e-5, rtol=1e-4)


def test_tensors_of_odd_shapes_are_refused_in_every_format(tmp_path):
    tensors, _, _ = originals(layers=2)
    table = files.rosinality_names(tensors)
    for wrong in ({"noises.noise_0": torch.zeros(3)}, {"convs.99.conv.weight": torch.zeros(1)}, {"input.input": 5}):
        (tmp_path / "a.pt").write_bytes(files.saved({"g_ema": table | wrong}))
        with pytest.raises(UntrustedFile):
            load_importer(find_importer(Source(tmp_path / "a.pt"))).convert(Source(tmp_path / "a.pt"))
