"""What is to be pushed, gathered by exact names into a directory of our own, and loaded from there as a proof."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from ganzoo import model_directory
from ganzoo.errors import ModelDirectoryError
from ganzoo.gan import GAN
from ganzoo.hub.committing import CARD
from ganzoo.hub.serving.files import serving_files
from ganzoo.hub.showing import add_pictures
from ganzoo.model_config import CONFIG, DESCRIPTIONS, MODEL, TRAINING, read_config

LARGEST_CARD = 2**20


def prepare(model: GAN | str | Path, temporary: Path, with_training_state: bool) -> Path:
    """A model directory with exactly what is to be pushed. Raises: ModelDirectoryError if it does not load."""
    if isinstance(model, GAN):
        source: Path = model_directory.save(model, temporary / "saved", live=model if with_training_state else None)
        run = None
    else:
        source, run = model_and_run(model)
    target = temporary / "pushed"
    target.mkdir()
    config = read_config(source)
    names = [MODEL, *([TRAINING] if with_training_state else []), *DESCRIPTIONS]
    for name in names:
        if (source / name).is_file() and not (source / name).is_symlink():
            copyfile(source / name, target / name)
    if not (target / MODEL).is_file():
        raise ModelDirectoryError(f"{source} has no {MODEL} of its own", hint="push the directory that was written")
    config["weights"] = {name: known for name, known in config["weights"].items() if name in names}
    model_directory.write_json(target / CONFIG, config)
    gan = model_directory.load(target)
    if with_training_state:
        model_directory.load(target, training=True)
    add_pictures(gan, run, target)
    return target


def model_and_run(given: str | Path) -> tuple[Path, Path | None]:
    """The model directory, and the run's directory if that is what was given."""
    path = Path(given).expanduser()
    is_run = not (path / MODEL).is_file() and (path / "model" / CONFIG).is_file()
    return (path / "model", path) if is_run else (path, None)


def card_beside(model: GAN | str | Path) -> str | None:
    """README.md in the model's directory, which its owner may have edited. Raises: ModelDirectoryError."""
    if isinstance(model, GAN):
        return None
    file = model_and_run(model)[0] / CARD
    if not file.is_file() or file.is_symlink():
        return None
    try:
        if file.stat().st_size <= LARGEST_CARD:
            return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        pass
    raise ModelDirectoryError(f"{file} is no card: it is too large, or no UTF-8 text", hint="mend it, or move it away")


def read_files(directory: Path) -> dict[str, bytes | Path]:
    """Name -> content of everything but the card; weights as paths, because they are large."""
    files: dict[str, bytes | Path] = dict(serving_files(directory))
    for path in sorted(directory.iterdir()):
        files[path.name] = path if path.suffix == ".safetensors" else path.read_bytes()
    return files
