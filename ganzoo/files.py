"""Writing files whole or not at all, and telling by a hash what they hold."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from ganzoo.errors import WriteError


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` fill a temporary file beside `path`, sync it, and rename it over `path`.

    Whatever goes wrong or whenever the process dies, `path` is either what it was or complete.
    Raises: WriteError when the file could not be written, with the cause.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch()
        mode = temporary.stat().st_mode  # what the umask allows; some writers replace the file by a private one
        write(temporary)
        temporary.chmod(mode)
        with open(temporary, "rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, path)
        _sync_directory(path.parent)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):  # where there is no directory, there is nothing to remove
            temporary.unlink(missing_ok=True)
        raise WriteError(
            f"could not write {path}: {error}", hint="free space or choose another place; what was there is untouched"
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def sha256(file: Path) -> str:
    """Hash of a file's contents."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remove_partial_files(directory: Path) -> None:
    """Delete what writers that were killed have left behind."""
    for leftover in directory.glob(".*.partial"):
        leftover.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    """Make a rename durable where directories can be synced (not on Windows)."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
