"""Which checks an architecture or a recipe is given, by what kind of data it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganzoo.core import entries
from ganzoo.core.registered import Registered
from ganzoo.testing import building, composing, conditions, playing, revisions, sampling, storing
from ganzoo.testing.trial import Trial

CHECKS = (
    *building.CHECKS,
    revisions.revision_is_kept,
    *revisions.CHECKS,
    *playing.CHECKS,
    *composing.CHECKS,
    *storing.CHECKS,
    *sampling.CHECKS,
    *conditions.CHECKS,
    *conditions.OF_CLASSIFIERS,
)


def trial_of(found: Registered[Any], fingerprints: Path | None) -> Trial:
    return Trial(found, fingerprints)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> list[Callable[[Any], None]]:
    """Samplers are asked to sample, classifiers to classify; revisions are those of architectures."""
    trial = Trial(found)
    samples = storing.samples_at_all(trial)
    drawn = (*sampling.CHECKS, *conditions.CHECKS) if samples else conditions.OF_CLASSIFIERS
    kept: tuple[Callable[[Any], None], ...] = ()
    if isinstance(found.entry, entries.Architecture):
        kept = (*((revisions.revision_is_kept,) if fingerprints else ()), *revisions.CHECKS)
    return [*building.CHECKS, *kept, *playing.CHECKS, *composing.CHECKS, *storing.CHECKS, *drawn]
