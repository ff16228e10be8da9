"""What a run leaves on disk, and who may write there.

config.json                     architecture, config, data and plan: enough to build the run again
metrics.jsonl                   one line per `log_every` rounds
samples/round-00000100.png      what fixed latents look like at that round
checkpoints/round-00000100.safetensors
model/                          the finished model directory
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ganzoo.errors import CheckpointError, RunDirectoryError
from ganzoo.files import remove_partial_files, write_json, write_text

FORMAT = 1


class RunDirectory:
    """A directory that holds one run, and belongs to one process while it is open."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.config_file = self.path / "config.json"
        self.metrics_file = self.path / "metrics.jsonl"
        self.checkpoints = self.path / "checkpoints"
        self.samples = self.path / "samples"
        self.model = self.path / "model"
        self._lock = FileLock(self.path / ".lock")

    def create(self, config: dict[str, Any], *, overwrite: bool = False) -> None:
        """Claim the directory for a new run. Raises: RunDirectoryError if it holds a run or is in use."""
        if self.path.exists() and not self.path.is_dir():
            raise RunDirectoryError(f"{self.path} is a file, not a directory", hint="choose another --out")
        if self.config_file.exists() and not overwrite:
            raise RunDirectoryError(
                f"{self.path} already holds a run",
                hint=f"go on with it: ganzoo resume {self.path}; or start anew: --overwrite; or choose another --out",
            )
        self._claim()
        if overwrite:
            for file in [*self.checkpoints.glob("*.safetensors"), *self.samples.glob("*.png"), self.metrics_file]:
                file.unlink(missing_ok=True)
        write_json(self.config_file, config)

    def reopen(self) -> dict[str, Any]:
        """Claim the directory to go on with its run; returns its config. Raises: RunDirectoryError."""
        if not self.config_file.exists():
            raise RunDirectoryError(f"{self.path} holds no run: it has no config.json", hint="start one: ganzoo train")
        self._claim()
        remove_partial_files(self.checkpoints)
        try:
            config = json.loads(self.config_file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise RunDirectoryError(f"{self.config_file} is not JSON: {error}", hint="start the run anew") from error
        if not isinstance(config, dict):
            raise RunDirectoryError(f"{self.config_file} does not describe a run", hint="start the run anew")
        return config

    def _claim(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise RunDirectoryError(
                f"{self.path} is in use by another process", hint="wait for it, or choose another --out"
            ) from None
        except OSError as error:
            raise RunDirectoryError(f"cannot write to {self.path}: {error}", hint="choose another --out") from error

    def release(self) -> None:
        """Let others have the directory."""
        self._lock.release()

    def checkpoint_file(self, round: int) -> Path:
        return self.checkpoints / f"round-{round:08d}.safetensors"

    def latest_checkpoint(self) -> Path | None:
        """The checkpoint of the last round; None before the first one."""
        return max(self.checkpoints.glob("round-*.safetensors"), default=None)

    def forget_old_checkpoints(self, keep: int) -> None:
        for old in sorted(self.checkpoints.glob("round-*.safetensors"))[:-keep]:
            old.unlink(missing_ok=True)

    def append_metrics(self, line: dict[str, Any]) -> None:
        with open(self.metrics_file, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def read_metrics(self) -> list[dict[str, Any]]:
        """The lines of metrics.jsonl; a last line that a kill cut short is left out."""
        if not self.metrics_file.exists():
            return []
        *whole, _ = self.metrics_file.read_text(encoding="utf-8").split("\n")
        try:
            return [json.loads(line) for line in whole]
        except ValueError as error:
            raise CheckpointError(f"{self.metrics_file} is damaged: {error}", hint="move it away and resume") from error

    def forget_metrics_after(self, round: int) -> None:
        """Drop lines of rounds that will be played again."""
        lines = [line for line in self.read_metrics() if line["round"] <= round]
        write_text(self.metrics_file, "".join(json.dumps(line) + "\n" for line in lines))
