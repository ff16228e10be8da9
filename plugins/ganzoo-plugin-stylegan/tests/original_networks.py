"""Small networks with random tensors by the names of NVIDIA's PyTorch code, and the way of a file through an import."""

from __future__ import annotations

from pathlib import Path

import torch

from ganzoo.importing.conversion import find_importer, load_importer, write
from ganzoo.importing.source import Source
from ganzoo.model_directory import load
from ganzoo_plugin_stylegan.discriminator import Discriminator
from ganzoo_plugin_stylegan.mapping import Mapping
from ganzoo_plugin_stylegan.synthesis import Synthesis

SIZES = (4, 8, 16)
TOLERANCE = 1e-4


def through_a_directory(path: Path, folder: Path, entry: str | None = None):
    """The importer's name and instance, and what was imported, as it is after saving and loading."""
    source = Source(path)
    found = find_importer(source)
    importer = load_importer(found)
    imported = importer.convert(source, entry=entry)
    write(source, found, imported, folder)
    live = load(folder, training=True) if imported.live is not None else None
    return found.short_name, importer, type(imported)(load(folder), live, imported.license, imported.codebase)


def close(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return bool((found - expected).abs().max() <= TOLERANCE * expected.std())


def originals(architecture="skip", *, condition_dim=0, layers=3, noise=True):
    """A generator's tensors by NVIDIA's names, and the networks that they are of."""
    torch.manual_seed(0)
    mapping = Mapping(latent_dim=6, style_dim=7, condition_dim=condition_dim, layers=layers, width=5, embedding=4)
    synthesis = Synthesis(
        style_dim=7, channels=3, sizes=SIZES, widths=(6, 5, 4), architecture=architecture, noise=noise
    )
    mapping.average.normal_()
    for parameter in (*mapping.parameters(), *synthesis.parameters()):
        parameter.data += 0.3 * torch.randn_like(parameter)
    tensors = {f"mapping.{name}": value for name, value in mapping.state_dict().items()}
    tensors |= {f"synthesis.{name}": value for name, value in synthesis.state_dict().items() if name != "taps"}
    renames = {
        "average": "w_avg", "layers.": "fc", "constant": "const", ".up.": ".conv0.", ".layer.": ".conv1.",
        ".to_image.": ".torgb.",
        **{f"blocks.{i}.": f"b{size}." for i, size in enumerate(SIZES)},
    }  # fmt: skip
    return {renamed(name, renames): shaped(name, value) for name, value in tensors.items()}, mapping, synthesis


def critics(architecture="resnet", *, condition_dim=0, group_features=1):
    torch.manual_seed(1)
    network = Discriminator(
        channels=3, sizes=SIZES, widths=(6, 4, 2), architecture=architecture, condition_dim=condition_dim,
        projection_dim=3, mapping={"layers": 2, "rate": 0.01}, group_size=2, group_features=group_features,
    )  # fmt: skip
    for parameter in network.parameters():
        parameter.data += 0.3 * torch.randn_like(parameter)
    renames = {
        "layers.": "fc", "head.layer.": "b4.conv.", "head.dense.": "b4.fc.", "head.": "b4.", "blocks.0.": "b16.",
        "blocks.1.": "b8.", ".layer.": ".conv0.", ".down.": ".conv1.", ".from_image.": ".fromrgb.",
    }  # fmt: skip
    return {renamed(n, renames): v for n, v in network.state_dict().items() if n != "taps"}, network


def renamed(name, renames):
    for old, new in renames.items():
        name = name.replace(old, new)
    name = f"{name}_const" if name.endswith(".noise") else name.replace(".strength", ".noise_strength")
    return f"{name}.weight" if name.endswith(".skip") else name


def shaped(name, value):
    return value[0, 0] if name.endswith(".noise") else value
