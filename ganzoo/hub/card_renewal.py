"""The reviewed cards of hub_cards, made again from the models in the package; what people wrote in them stays."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from ganzoo.files import write_json, write_text
from ganzoo.hub.bundled import BUNDLED
from ganzoo.hub.card import card_of, merge
from ganzoo.hub.committing import CARD
from ganzoo.hub.published import RECIPE, read
from ganzoo.model_config import PICTURES, SPEED


def renewed(folder: Path, bundled: Path = BUNDLED) -> str | None:
    """The card that a folder of hub_cards should hold; None for a model that is not trained, or not in the package.

    Raises: ConfigError, ModelDirectoryError, HubError.
    """
    recipe = read(folder)
    directory = bundled / recipe.name
    if not recipe.trained or not directory.is_dir():
        return None
    card, file = card_of(directory, license=recipe.license), folder / CARD
    return merge(file.read_text(encoding="utf-8"), card, licensed=True) if file.is_file() else str(card)


def renew(folders: Path, *, measure_speed: bool = False) -> list[Path]:
    """Write every card of a directory of such folders, with its pictures; returns the folders whose card has changed.

    Args:
        measure_speed: first measure how long the models take to sample on one thread of this machine, and keep it.
    """
    changed = []
    for recipe in sorted(folders.glob(f"*/{RECIPE}")):
        folder = recipe.parent
        directory = BUNDLED / folder.name
        if measure_speed and read(folder).trained and directory.is_dir():
            _keep_speed(directory)
        text = renewed(folder)
        if text is None:
            continue
        for name in PICTURES:
            if (directory / name).is_file():
                copyfile(directory / name, folder / name)
        card = folder / CARD
        if not card.is_file() or card.read_text(encoding="utf-8") != text:
            write_text(card, text)
            changed.append(folder)
    return changed


def _keep_speed(directory: Path) -> None:
    import torch

    from ganzoo import model_directory
    from ganzoo.metrics.speed import sampling_speed

    torch.set_num_threads(1)
    if (speed := sampling_speed(model_directory.load(directory))) is not None:
        write_json(directory / SPEED, speed)
