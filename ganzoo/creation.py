"""Building a GAN by name, sized by the data that it will be trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch

from ganzoo.core import configuration, entries, registry
from ganzoo.core.data_spec import DataSpec
from ganzoo.errors import CompatibilityError, ConfigError, TargetError
from ganzoo.game import Defaults
from ganzoo.gan import GAN
from ganzoo.streams import derive, seed_global_generators

FILLED = ("channels", "source_channels", "image_size", "features", "num_classes", "size", "vocabulary", "length")


def create(name: str, *, data: Any = None, seed: int | None = None, **config: Any) -> GAN:
    """Build an architecture, or a recipe's architecture with the recipe's settings.

    Args:
        name: "dcgan", "ganzoo.dcgan", "wgan-gp", ...
        data: a DataSpec, or anything with one as `spec`; constructor arguments that bear the name of one of its
            fields are filled from it.
        seed: of the initial weights; None draws them from torch's global generator.
        config: constructor arguments.

    Raises: UnknownName and the registry's other errors; ConfigError; CompatibilityError when the architecture is
    not for such data.
    """
    found, recipe = architecture_of(name)
    if recipe is not None:
        config = {**recipe.config, **config}
    architecture = load_architecture(found)
    if data is not None:
        spec = data if isinstance(data, DataSpec) else data.spec
        config = fill(found, architecture, spec, config)
    if seed is None:
        gan = architecture(**config)
    else:
        with torch.random.fork_rng([]):
            seed_global_generators(derive(seed, "init"), torch.get_default_device())
            gan = architecture(**config)
    if recipe is not None:
        gan.recipe = registry.find(entries.Recipe, name).name
        gan.defaults = recipe_defaults(architecture.defaults, recipe)
    return gan


def architecture_of(name: str) -> tuple[registry.Registered[entries.Architecture], entries.Recipe | None]:
    """The architecture that a name leads to, and the recipe if it names one. Raises: the registry's errors."""
    found = registry.find((entries.Architecture, entries.Recipe), name)
    if isinstance(found.entry, entries.Recipe):
        return registry.find(entries.Architecture, found.entry.architecture), found.entry
    return registry.find(entries.Architecture, found.name), None


def load_architecture(found: registry.Registered[entries.Architecture]) -> type[GAN]:
    """Import an architecture's class. Raises: TargetError if it is no GAN."""
    architecture = found.load()
    if not (isinstance(architecture, type) and issubclass(architecture, GAN)):
        raise TargetError(f"{found.name} is registered as an architecture, but {found.entry.target} is no GAN")
    return architecture


def fill(
    found: registry.Registered[entries.Architecture], architecture: type[GAN], spec: DataSpec, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The given config with what the data set says about itself. Raises: CompatibilityError."""
    if spec.modality not in found.entry.modality:
        fitting = [e.entry.name for e in registry.entries(entries.Architecture) if spec.modality in e.entry.modality]
        raise CompatibilityError(
            f"{found.entry.name} is for {' or '.join(found.entry.modality)} data; {spec.name!r} holds {spec.modality}",
            hint=f"for such data there are: {', '.join(fitting)}" if fitting else None,
        )
    config = dict(given)
    for parameter in configuration.parameters(architecture.__init__):
        if parameter.name not in FILLED or parameter.name in config:
            continue
        if (value := getattr(spec, parameter.name)) is not None:
            config[parameter.name] = value
        elif parameter.default is configuration.REQUIRED:
            raise CompatibilityError(
                f"{found.entry.name} needs {parameter.name}, and the data set {spec.name!r} has none",
                hint="choose data with labels" if parameter.name == "num_classes" else None,
            )
    return config


def recipe_defaults(defaults: Defaults, recipe: entries.Recipe) -> Defaults:
    """An architecture's defaults with a recipe's settings. Raises: ConfigError for an unknown training setting."""
    unknown = set(recipe.training) - {"batch_size", "rounds", "ema"}
    if unknown:
        raise ConfigError(f"the recipe {recipe.name} sets {', '.join(sorted(unknown))}, which no run has")
    chosen = {
        name: getattr(recipe, name) for name in ("loss", "penalties", "techniques") if getattr(recipe, name) is not None
    }
    return replace(defaults, players=recipe.players, **chosen, **recipe.training)
