"""From somebody else's file to a model directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ganzoo.bounded_building import bounded_building
from ganzoo.core import entries, registry
from ganzoo.core.registry import Registered
from ganzoo.errors import FormatError, LicenseNotAccepted, ModelDirectoryError, TargetError, UntrustedFile
from ganzoo.files import write_whole
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.licenses import meaning
from ganzoo.importing.showing import label
from ganzoo.importing.source import Source
from ganzoo.model_config import CONFIG
from ganzoo.model_directory import save

MOST_NAMES = 40
STUMBLING = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)


def convert(
    source: str | Path,
    directory: str | Path,
    format: str | None = None,
    entry: str | None = None,
    accept_license: bool = False,
    *,
    partly: bool = False,
    overwrite: bool = False,
) -> Path:
    """Read weights that others published and write them as a model directory. Nothing in the file is executed.

    Args:
        source: a file, or a folder where the format is one of several files.
        directory: what to write; it must not hold a model already, unless `overwrite`.
        format: name of the importer; None asks every importer that is installed.
        entry: which network to sample from ("G_ema", "G"); None takes the format's usual one.
        accept_license: you have read the licence of the weights, and keep to it.
        partly: leave out the networks that hold something which is not read, rather than refusing the file.

    Returns: the directory.
    Raises: UntrustedFile naming what the file holds, FormatError, LicenseNotAccepted, ConfigError,
        ModelDirectoryError, WriteError.
    """
    directory = Path(directory)
    if (directory / CONFIG).exists() and not overwrite:
        raise ModelDirectoryError(f"{directory} holds a model already", hint="choose another folder")
    opened = Source(source, partly=partly)
    found = find_importer(opened, format)
    imported = run(found, opened, entry)
    accept(imported, accept_license)
    write(opened, found, imported, directory)
    return directory


def run(found: Registered[entries.Importer], source: Source, entry: str | None = None) -> Imported:
    """What an importer makes of a source.

    Raises: UntrustedFile also where the importer itself fails, or builds far more than a file can fill: whatever it
        stumbles over was in the file, and the error is chained.
    """
    importer = load_importer(found)
    try:
        with bounded_building():
            return importer.convert(source, entry=entry)
    except ModelDirectoryError as error:
        raise UntrustedFile(f"{source.path} does not describe a model: {error.message}", hint=error.hint) from error
    except STUMBLING as error:
        raise UntrustedFile(
            f"{source.path} is not what the importer {found.name} takes: {type(error).__name__}: {error!s:.300}",
            hint="the file is malformed, or of a variant that the importer does not know",
        ) from error


def find_importer(source: Source, format: str | None = None) -> Registered[entries.Importer]:
    """The importer that is named, or the only one that recognises a source.

    Raises: FormatError where none does, or several do; UntrustedFile; the registry's errors.
    """
    if format is not None:
        return registry.find(entries.Importer, format)
    known = registry.entries(entries.Importer)
    found, refused = recognising(source)
    if len(found) == 1:
        return found[0]
    if not found and refused is not None:
        raise refused
    if found:
        names = ", ".join(candidate.short_name for candidate in found)
        raise FormatError(f"{source.path} looks like several formats: {names}", hint="name one with --format")
    names = ", ".join(candidate.short_name for candidate in known) or "none is installed"
    raise FormatError(
        f"no importer recognises {source.path} ({describe(source)}). Formats: {names}",
        hint="a plugin may bring the format: ganzoo plugin install ganzoo-plugin-stylegan ganzoo-plugin-biggan",
    )


def recognising(source: Source) -> tuple[list[Registered[entries.Importer]], UntrustedFile | None]:
    """The importers that recognise a source, and the first refusal that one of the others met with.

    Raises: UntrustedFile for a file that nobody can read.
    """
    if not source.is_folder:
        _ = source.contents
    found, refused = [], None
    for candidate in registry.entries(entries.Importer):
        try:
            if load_importer(candidate).recognises(source):
                found.append(candidate)
        except UntrustedFile as error:  # of a file in a folder, or of a network: another may not care for it
            refused = refused or error
    return found, refused


def load_importer(found: Registered[entries.Importer]) -> Importer:
    """An instance of what an entry names. Raises: TargetError."""
    kind = found.load()
    if not (isinstance(kind, type) and issubclass(kind, Importer)):
        raise TargetError(f"importer {found.name} ({found.provider}) is no ganzoo.importing.importer.Importer")
    return kind()


def describe(source: Source) -> str:
    """What a source is and names, in one line."""
    if source.is_folder:
        return "a folder of " + (", ".join(source.names()[:MOST_NAMES]) or "nothing")
    contents = source.contents
    kind = type(contents.value).__name__
    if isinstance(contents.value, dict) and contents.value:
        keys = [label(key) for key in list(contents.value)[:8]]
        kind += f" of {', '.join(keys)}"
    return f"{contents.format}: a {kind}; it names {', '.join(contents.names[:MOST_NAMES]) or 'nothing'}"


def accept(imported: Imported, accepted: bool) -> None:
    """Raises: LicenseNotAccepted for a licence with conditions that a user may not expect, unless it is accepted."""
    condition = meaning(imported.license)
    if condition is not None and not accepted:
        raise LicenseNotAccepted(
            f"the weights come from {imported.codebase} under the licence {imported.license}: {condition}",
            hint="read the licence where you got the file; if you can keep to it, add --accept-license",
        )


def write(source: Source, found: Registered[entries.Importer], imported: Imported, directory: Path) -> None:
    """Write the model directory with its card. Raises: ModelDirectoryError, WriteError, UntrustedFile."""
    left_out = [] if source.is_folder else [f"{key} was left out: {why}" for key, why in source.contents.left_out]
    facts: dict[str, Any] = {
        "source": source.path.name,
        "sha256": source.sha256,
        "format": found.name,
        "importer": str(found.provider),
        "codebase": imported.codebase,
        "license": imported.license,
        "notes": [*imported.notes, *left_out],
    }
    try:
        save(imported.sampler, directory, live=imported.live, training={"imported": facts})
    except ModelDirectoryError as error:
        raise UntrustedFile(f"{source.path} became no model: {error.message}", hint=error.hint) from error
    from ganzoo.hub.card import card_of

    card = str(card_of(directory, license=imported.license))
    write_whole(directory / "README.md", lambda path: path.write_text(card, encoding="utf-8") and None)
