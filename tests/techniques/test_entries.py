"""Every listed technique can be built with its defaults."""

from __future__ import annotations

import importlib

from ganzoo.catalog.techniques import ENTRIES
from ganzoo.techniques import Technique


def test_every_entry_names_its_technique() -> None:
    for entry in ENTRIES:
        module, attribute = entry.target.split(":")
        assert isinstance(getattr(importlib.import_module(module), attribute)(), Technique)
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
