"""What an importer is: it recognises somebody else's format and builds the GAN that the file describes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ganzoo.gan import GAN
from ganzoo.importing.source import Source


@dataclass(frozen=True)
class Imported:
    """What a file became.

    Args:
        sampler: what samples, with the averaged weights where the file has them.
        live: the GAN with all its players as they were trained; None where the file has no discriminator.
        license: of the weights: an SPDX id, "LicenseRef-..." for one of its own, or "unknown".
        codebase: where such files come from, in words and with a version, for the card.
        notes: what a user should know: what was left out, inferred, or runs in another precision.
    """

    sampler: GAN
    live: GAN | None
    license: str
    codebase: str
    notes: tuple[str, ...] = ()


class Importer(ABC):
    """A format of somebody else's files. Made without arguments; registered as an `entries.Importer`."""

    @abstractmethod
    def recognises(self, source: Source) -> bool:
        """Whether a file or folder is of this format. It may look at `source.content`; it raises nothing but the
        reader's UntrustedFile, however foreign the content is."""

    @abstractmethod
    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        """Build what the source describes: the config is taken from it, never guessed.

        Args:
            entry: which network to sample from where there are several ("G_ema", "G"); None takes the usual one.

        Raises: UntrustedFile naming what is missing or malformed, ConfigError for an entry that is not there.
        """

    @abstractmethod
    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        """What the original network would return for these arguments, unclamped, by the names of a parity case.

        Args:
            entry: "G_ema" asks the sampler, "G" and "D" the live GAN; other spellings as the format's files have them.
            inputs: tensors by the original's names (z, c, img, ...).
            kwargs: the original call's other arguments.
        """
