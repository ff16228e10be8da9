"""Building the prior that a config names."""

from __future__ import annotations

from ganzoo.core import components, configuration, entries
from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.latents.latent import Latent


def build_latent(latent: Component, *, dim: int) -> Latent:
    """The prior of a generator whose input has `dim` numbers.

    Raises: the registry's errors; ConfigError, also for a prior whose size is its own (codes).
    """
    registered, _ = components.resolve(entries.Latent, latent)
    if "dim" not in {parameter.name for parameter in configuration.parameters(registered.load())}:
        raise ConfigError(
            f"the latent {registered.short_name} has a size of its own, and this generator takes {dim} numbers",
            hint="an architecture that is made for it, such as infogan, builds it itself",
        )
    built: Latent = components.build(entries.Latent, latent, dim=dim)
    return built
