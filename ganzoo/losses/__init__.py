"""Adversarial losses, one per file. A new one: subclass `Loss` here or in a plugin, and register it."""

from ganzoo.losses.loss import Loss

__all__ = ["Loss"]
