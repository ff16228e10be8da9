"""Building a style-based GAN from the tensors of a file, and asking it what the original would have answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo_plugin_stylegan.importers.layout import (
    Tensors,
    critic_config,
    generator_config,
    renamed_critic,
    renamed_generator,
)
from ganzoo_plugin_stylegan.style_based import StyleBased
from ganzoo_plugin_stylegan.stylegan2 import StyleGAN2

Model = TypeVar("Model", bound=StyleBased)


def config_of(generator: Tensors, critic: Tensors | None, told: dict[str, Any]) -> dict[str, Any]:
    """Settings of a model of these tensors, by NVIDIA's names, with what the shapes do not tell in `told`."""
    config = generator_config(generator)
    config |= {"critic_widths": config["widths"]} if critic is None else critic_config(critic)
    return config | told


def build(config: dict[str, Any], generator: Tensors, critic: Tensors | None) -> StyleGAN2:
    """The StyleGAN2 of tensors by NVIDIA's names. Raises: UntrustedFile; see `filled`."""
    return filled(StyleGAN2, config, renamed_generator(generator), None if critic is None else renamed_critic(critic))


def filled(kind: type[Model], config: dict[str, Any], generator: Tensors, critic: Tensors | None) -> Model:
    """The model with every tensor, by our names, from the file; without a discriminator's, only what samples.

    Raises: UntrustedFile for a config that cannot be built, and tensors that do not fit it.
    """
    try:
        with torch.device("meta"):
            gan = kind(**config)
    except ConfigError as error:
        raise UntrustedFile(f"the file describes no {kind.__name__} that can be built: {error.message}") from error
    if critic is None:
        gan.keep_only_sampling()
    fill(gan.generator, generator, "generator")
    if critic is not None:
        fill(gan.discriminator, critic, "discriminator")
    return gan.eval()


@torch.no_grad()
def fill(network: nn.Module, tensors: Tensors, what: str) -> None:
    """Copy tensors into all parameters and buffers. Raises: UntrustedFile unless names and shapes fit one to one.

    A network on the meta device takes memory on the CPU only then, when it is known to be that of the tensors.
    """
    own = network.state_dict()
    missing, strange = sorted(set(own) - set(tensors)), sorted(set(tensors) - set(own))
    wrong = [name for name in own if name in tensors and own[name].shape != tensors[name].shape]
    if missing or strange or wrong:
        raise UntrustedFile(
            f"the {what} does not fit its own description: missing {missing[:4]}, not expected {strange[:4]}, "
            f"of other shapes {[f'{n} {tuple(tensors[n].shape)}' for n in wrong[:4]]}"
        )
    if any(tensor.is_meta for tensor in own.values()):
        own = network.to_empty(device="cpu").state_dict()
    for name, tensor in own.items():
        tensor.copy_(tensors[name])


@contextmanager
def malformed_is_refused() -> Iterator[None]:
    """Turns what the tensors of a file do to code that expects others into UntrustedFile."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError, ValueError) as error:
        raise UntrustedFile(f"the networks in the file are not what their names say: {error}") from error


def images(gan: StyleBased, inputs: dict[str, Tensor], kwargs: dict[str, Any]) -> dict[str, Tensor]:
    """The original generator's "ws" and "img" for z and c, or for ws.

    kwargs: truncation_psi, truncation_cutoff, mean_style (in place of the tracked one), noise_mode ("random", "const",
    "none"), torch_seed of the random noise. Others change how the original computes, not what.
    """
    generator = gan.generator
    if "ws" in inputs:
        ws = inputs["ws"]
    else:
        condition = _condition(inputs)
        w = generator.mapping(inputs["z"], condition)
        ws = w[:, None].repeat(1, generator.synthesis.num_styles, 1)
        psi, cutoff = float(kwargs.get("truncation_psi", 1)), kwargs.get("truncation_cutoff")
        mean = kwargs.get("mean_style")
        if mean is None:
            mean = generator.mapping.mean(condition)
        if psi != 1:
            ws[:, :cutoff] = torch.lerp(mean if mean.ndim == 1 else mean[:, None], ws[:, :cutoff], psi)
    return {"ws": ws, "img": generator.synthesis(ws, _noise(gan, len(ws), kwargs))}


def logits(gan: StyleBased, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """The original discriminator's "logits" (N, 1) for img and c."""
    return {"logits": gan.discriminator(inputs["img"], _condition(inputs))[:, None]}


def _condition(inputs: dict[str, Tensor]) -> Tensor | None:
    condition = inputs.get("c")
    return None if condition is None or not condition.shape[1] else condition.float()


def _noise(gan: StyleBased, n: int, kwargs: dict[str, Any]) -> list[Tensor]:
    synthesis, mode = gan.generator.synthesis, kwargs.get("noise_mode", "random")
    if mode == "random":
        return synthesis.draw_noise(n, torch.Generator().manual_seed(int(kwargs.get("torch_seed", 0))))
    if mode not in ("const", "none"):
        raise ConfigError(f"noise_mode={mode!r} is not one of random, const, none")
    return synthesis.constant_noise() if mode == "const" else []
