"""Registers the built-in zoo through the same hook that plugins use."""

from __future__ import annotations

from collections.abc import Iterable

from ganzoo.catalog import (
    architectures,
    datasets,
    importers,
    latents,
    losses,
    metrics,
    optimizers,
    penalties,
    recipes,
    techniques,
)
from ganzoo.core.entries import Entry
from ganzoo.core.hookspecs import hookimpl

TABLES = (architectures, recipes, losses, penalties, techniques, latents, optimizers, datasets, metrics, importers)


@hookimpl
def ganzoo_entries() -> Iterable[Entry]:
    """Everything that ganzoo itself brings."""
    return [entry for table in TABLES for entry in table.ENTRIES]
