"""A plugin that is upgraded under the feet of the models it wrote: three releases, three revisions of one GAN."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import ganzoo
from ganzoo.core import registry

LIGHT = """
    from ganzoo import entries, hookimpl

    @hookimpl
    def ganzoo_entries():
        return [{entries}]
"""
ENTRY = """entries.Architecture(
    name="toy", target="{models}:Toy", summary="A toy of revision {revision}", modality=("points",),
    revision={revision}, {facts}
)"""

# Revision 1: `hidden` is the width; the discriminator is a plain MLP.
FIRST = """
    from ganzoo.zoo.gan import VanillaGAN

    class Toy(VanillaGAN):
        def __init__(self, *, features: int = 2, hidden: int = 6) -> None:
            super().__init__(features=features, width=hidden, depth=1)
"""
# Revision 2: `hidden` is called `width`, the discriminator lies in a wrapper, and samples are scaled by a buffer.
SECOND = """
    import torch
    from torch import nn
    from ganzoo.zoo.gan import VanillaGAN

    class Toy(VanillaGAN):
        def __init__(self, *, features: int = 2, width: int = 6) -> None:
            super().__init__(features=features, width=width, depth=1)
            self.discriminator = nn.Sequential(self.discriminator)
            self.register_buffer("gain", torch.ones(1))

        def generate(self, latent, batch):
            return self.gain * super().generate(latent, batch)

    def migrate(config, tensors, from_revision):
        config["width"] = config.pop("hidden")
        tensors = {n.replace("discriminator.", "discriminator.0."): t for n, t in tensors.items()}
        return config, {**tensors, "gain": torch.ones(1)}
"""
# Revision 3: the gain is a half for good, so the last layer must be twice as large; the critic's depth is a setting.
THIRD = """
    import torch
    from torch import nn
    from ganzoo.zoo.gan import VanillaGAN

    class Toy(VanillaGAN):
        def __init__(self, *, features: int = 2, width: int = 6, critic_depth: int = 1) -> None:
            super().__init__(features=features, width=width, depth=1, discriminator_depth=critic_depth)
            self.discriminator = nn.Sequential(self.discriminator)

        def generate(self, latent, batch):
            return 0.5 * super().generate(latent, batch)

    def migrate(config, tensors, from_revision):
        if from_revision < 2:
            config["width"] = config.pop("hidden")
            tensors = {n.replace("discriminator.", "discriminator.0."): t for n, t in tensors.items()}
            tensors["gain"] = torch.ones(1)
        if from_revision < 3:
            config["critic_depth"] = 1
            gain = 2.0 * tensors.pop("gain")
            last = max(n for n in tensors if n.startswith("generator.") and n.endswith(".weight"))
            for name in (last, last.replace("weight", "bias")):
                tensors[name] = gain * tensors[name]
        return config, tensors
"""
RELEASES = {"1.0": (1, FIRST), "2.0": (2, SECOND), "3.0": (3, THIRD)}


class ToyPlugin:
    """Installs and upgrades the distribution `toy-gans`, whose namespace is `toy`."""

    def __init__(self, site: Path) -> None:
        self.site, self.count = site, 0

    def release(self, version: str) -> None:
        """Install one of the three releases in the place of what is installed."""
        revision, source = RELEASES[version]
        facts = 'migrate="{models}:migrate",' if revision > 1 else ""
        self.install(version, source, ENTRY.replace("{revision}", str(revision)).replace("{facts}", facts))

    def install(self, version: str, source: str, entries: str, *, distribution: str = "toy-gans") -> None:
        """Install these entries and the module {models} that they name; modules have new names each time."""
        self.count += 1
        models, light = f"toy_models_{self.count}", f"toy_light_{self.count}"
        (self.site / f"{models}.py").write_text(dedent(source))
        (self.site / f"{light}.py").write_text(dedent(LIGHT).format(entries=entries.replace("{models}", models)))
        for old in self.site.glob("*.dist-info"):
            shutil.rmtree(old)
        info = self.site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[ganzoo]\ntoy = {light}\n")
        registry.refresh()

    def uninstall(self) -> None:
        for old in self.site.glob("*.dist-info"):
            shutil.rmtree(old)
        registry.refresh()


@pytest.fixture
def clean_registry(monkeypatch):
    monkeypatch.delenv("GANZOO_PLUGINS", raising=False)
    monkeypatch.delenv("GANZOO_STRICT", raising=False)
    for name, value in (("_zoo", None), ("_added", {}), ("_warned", set())):
        monkeypatch.setattr(registry, name, value)


@pytest.fixture
def toy(tmp_path, monkeypatch, clean_registry):
    """The plugin, in its first release."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    plugin = ToyPlugin(site)
    plugin.release("1.0")
    yield plugin
    for name in [name for name in sys.modules if name.startswith(("toy_models_", "toy_light_"))]:
        del sys.modules[name]


@pytest.fixture
def save(tmp_path):
    """Save a toy with all its players, as the release that is installed does; returns the directory."""

    def save_toy(name: str = "toy", seed: int = 7) -> Path:
        from ganzoo import model_directory

        gan = ganzoo.create("toy.toy", seed=seed, features=2)
        return model_directory.save(gan, tmp_path / name, live=gan)

    return save_toy


@pytest.fixture
def edit():
    """Change a directory's config.json by a function of its contents."""

    def edit_config(directory, change):
        file = directory / "config.json"
        config = json.loads(file.read_text())
        change(config)
        file.write_text(json.dumps(config))

    return edit_config
