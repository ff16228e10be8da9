"""What `composes` may hold."""

from __future__ import annotations

import pytest

from ganzoo import GAN
from ganzoo.errors import ConfigError


@pytest.mark.parametrize(
    ("composes", "said"),
    [
        (frozenset({"los"}), "Odd.composes holds 'los'; did you mean 'loss'?"),
        ("loss", "Odd.composes is 'loss', not a set of names"),
    ],
)
def test_a_class_that_composes_with_what_there_is_not_is_refused(composes, said):
    with pytest.raises(ConfigError) as raised:
        type(GAN)("Odd", (GAN,), {"composes": composes})
    assert said in raised.value.message and raised.value.hint


@pytest.mark.parametrize("composes", [frozenset(), frozenset({"loss"}), {"penalties", "loss"}])
def test_a_class_that_composes_with_what_there_is_is_made(composes):
    assert type(GAN)("Sound", (GAN,), {"composes": composes}).composes == composes
