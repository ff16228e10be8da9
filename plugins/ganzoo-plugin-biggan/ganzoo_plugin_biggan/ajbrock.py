"""Folders of ajbrock/BigGAN-PyTorch: one state dict per network, and the settings beside them.

    G.pth, G_ema.pth, D.pth, state_dict.pth = {"config": settings, ...}; several copies carry suffixes (G_ema_best0.pth)

What the networks look like is read from the shapes; the settings tell the small numbers that shapes do not show. Layers
carry a spectral norm of their own: u0, from which evaluation takes one step of the power method without keeping it. The
same weights come from torch's spectral norm if it starts from where that step leads.
"""

from __future__ import annotations

import math
import re
from typing import Any

from torch import Tensor

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.gan import GAN
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.records import plain
from ganzoo.importing.source import Source
from ganzoo_plugin_biggan.ajbrock_networks import take_discriminator, take_generator
from ganzoo_plugin_biggan.taking import Taking, built, is_state

FILE = re.compile(r"(G_ema|G|D)(?:_((?!ema|optim)\w+))?\.pth")
BN_EPS, SN_EPS = 1e-5, 1e-8  # the program's defaults
FIXED = {"norm_style": ("bn",), "G_nl": ("relu", "inplace_relu", "ir"), "D_nl": ("relu", "inplace_relu", "ir")}
GENERATOR, DISCRIMINATOR = "blocks.0.0.bn1.gain.weight", "embed.weight"


class AjbrockBigGAN(Importer):
    """Weights of ajbrock/BigGAN-PyTorch, a folder of them or a generator's file alone; the program's licence is MIT."""

    def recognises(self, source: Source) -> bool:
        if source.is_folder:
            return any(generates(source.file(name).content) for name in files(source).values())
        return generates(source.content)

    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        states, settings = opened(source, entry)
        sampled = "G_ema" if "G_ema" in states and not (entry or "").removesuffix(".pth").startswith("G") else ""
        sampled = sampled or network_of(entry, states)
        notes = ["the licence is the program's; whoever trained the weights may have set another"]
        if settings is None:
            notes.append(f"no settings beside the weights: BN_eps={BN_EPS} and SN_eps={SN_EPS}, the program's defaults")
        settings = checked(settings or {})
        config: dict[str, Any] = {}
        parts: dict[str, dict[str, Tensor]] = {}
        for name in sorted({sampled, "G" if "G" in states else sampled, *({"D"} & set(states))}):
            taking = Taking(states[name], name)
            take = take_discriminator if name == "D" else take_generator
            found = take(taking, settings)
            taking.finish()
            if name != "D" and config.get("multipliers", found["multipliers"]) != found["multipliers"]:
                raise UntrustedFile("the generators of the folder are of different widths")
            config |= found
            parts[name] = taking.found
        config |= {"levels": 1, "standing_passes": 0}
        sampler = built("biggan.biggan", config, parts[sampled], sampled)
        live: GAN | None = None
        if "D" in parts:
            live = built("biggan.biggan", config, {**parts.get("G", parts[sampled]), **parts["D"]}, "the folder")
        codebase = "ajbrock/BigGAN-PyTorch (arXiv:1809.11096)"
        return Imported(sampler, live, "MIT", codebase, tuple(notes))

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        """ "img" (N, 3, H, W) of a generator for z and y, "logits" (N, 1) of the discriminator for images and y."""
        gan: GAN | None = imported.sampler
        if entry.startswith("D") or (entry.split("_")[0] == "G" and not entry.startswith("G_ema") and imported.live):
            gan = imported.live
        if gan is None:
            raise ConfigError("the folder holds no discriminator")
        with gan.evaluation():
            if entry.startswith("D"):
                (images,) = (value for value in inputs.values() if value.ndim == 4)  # whatever it is called
                return {"logits": gan.discriminator(images, inputs["y"])[:, None]}
            return {"img": gan.generator(inputs["z"][:, : gan.generator.latent_dim], inputs["y"])}


def files(source: Source) -> dict[tuple[str, str], str]:
    """The files of networks in a folder by network and suffix."""
    matches = (FILE.fullmatch(name) for name in source.names())
    return {(match[1], match[2] or ""): match[0] for match in matches if match}


def generates(content: Any) -> bool:
    """Whether a value is the state dict of a generator of this program."""
    return is_state(content) and {"linear.weight", GENERATOR, "output_layer.2.weight"} <= set(content)


def opened(source: Source, entry: str | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The state dicts of one set of networks, and the settings if there are any. Raises: ConfigError, UntrustedFile."""
    if not source.is_folder:
        return {"G": source.content}, None
    there = files(source)
    suffixes = sorted({suffix for _, suffix in there})
    asked = FILE.fullmatch((entry or "").removesuffix(".pth") + ".pth")
    suffix = (asked[2] or "") if asked else ""
    if not asked and "" not in suffixes:
        if len(suffixes) > 1:
            raise ConfigError(
                f"the folder holds several sets of networks: {', '.join(suffixes)}", hint=f"--entry G_ema_{suffixes[0]}"
            )
        suffix = suffixes[0]
    states = {network: source.file(name).content for (network, end), name in there.items() if end == suffix}
    name = f"state_dict_{suffix}.pth" if suffix else "state_dict.pth"
    content = plain(source.file(name).content) if source.has(name) else None
    settings = content.get("config") if isinstance(content, dict) else None
    return states, settings if isinstance(settings, dict) else None


def network_of(entry: str | None, states: dict[str, Any]) -> str:
    """The generator to sample from. Raises: ConfigError if it is not there."""
    asked = FILE.fullmatch((entry or "").removesuffix(".pth") + ".pth")
    name = asked[1] if asked else ("G_ema" if "G_ema" in states else "G") if entry is None else entry
    if name == "D" or name not in states:
        raise ConfigError(f"there is no generator {name!r}", hint=f"the folder holds {', '.join(states)}")
    return name


def checked(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings with their defaults. Raises: UntrustedFile for those that no network here has."""
    for name, known in FIXED.items():
        if settings.get(name, known[0]) not in known:
            raise UntrustedFile(f"{name} is {settings[name]!r:.60}; known are {', '.join(known)}")
    filled = {"BN_eps": BN_EPS, "SN_eps": SN_EPS, **settings}
    for name in ("BN_eps", "SN_eps"):
        value = filled[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            raise UntrustedFile(f"{name} is {value!r:.60}")
    return filled
