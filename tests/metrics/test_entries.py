from __future__ import annotations

import importlib

import pytest

from ganzoo.catalog.metrics import ENTRIES
from ganzoo.core.entries import Metric


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_leads_to_a_documented_function(entry: Metric) -> None:
    module, _, attribute = entry.target.partition(":")
    target = getattr(importlib.import_module(module), attribute)
    assert callable(target) and target.__doc__
    assert "(higher)" in entry.summary or "(lower)" in entry.summary


def test_names_and_aliases_are_unique() -> None:
    names = [name for entry in ENTRIES for name in (entry.name, *entry.aliases)]
    assert len(names) == len(set(names))
