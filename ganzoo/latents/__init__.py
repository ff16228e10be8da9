"""Priors of the generator's input, one per file. A new one: subclass `Latent`, and register it."""

from ganzoo.latents.latent import Latent

__all__ = ["Latent"]
