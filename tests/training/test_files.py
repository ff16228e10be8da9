"""Run directories, checkpoints and writes that go wrong."""

import json
import os
import subprocess
import sys

import pytest
import torch

import ganzoo
from ganzoo import files
from ganzoo.errors import CheckpointError, RunDirectoryError, WriteError
from ganzoo.testing.tiny import build_tiny, same
from ganzoo.training import checkpoint
from ganzoo.training.resuming import resume
from ganzoo.training.run_directory import RunDirectory

from .. import processes

STATE = {"round": 3, "nested": {"list": [torch.arange(3), 1.5, None, "text"], "empty": torch.zeros(0)}, "flag": True}


def trained(directory, rounds=4, **settings):
    gan, data = build_tiny("gan")
    ganzoo.train(gan, data, rounds=rounds, batch_size=4, checkpoint_every=2, log_every=2, out=directory, **settings)


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    checkpoint.save(tmp_path / "c.safetensors", STATE)
    assert not same(STATE, checkpoint.load(tmp_path / "c.safetensors"))


def test_tensors_in_another_memory_layout_come_back_too(tmp_path):
    x = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)
    checkpoint.save(tmp_path / "c.safetensors", {"x": x, "view": x[:, :1]})
    assert torch.equal(checkpoint.load(tmp_path / "c.safetensors")["x"], x)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text", "missing"])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    file = tmp_path / "c.safetensors"
    checkpoint.save(file, STATE)
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[:-3])
    elif damage == "flipped":
        content[-2] ^= 1
        file.write_bytes(content)
    elif damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"" if damage == "empty" else b"hello, this is no checkpoint at all")
    with pytest.raises(CheckpointError, match=r"c\.safetensors") as raised:
        checkpoint.load(file)
    assert "before it" in raised.value.hint


def test_resuming_from_a_damaged_checkpoint_says_which_file_and_the_one_before_still_works(tmp_path):
    trained(tmp_path / "run", rounds=8, stop_at=4)
    run = RunDirectory(tmp_path / "run")
    latest = run.latest_checkpoint()
    latest.write_bytes(latest.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="round-00000004"):
        resume(tmp_path / "run")
    latest.unlink()
    assert resume(tmp_path / "run") == 8
    assert [line["round"] for line in run.read_metrics()] == [2, 4, 6, 8]


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    trained(tmp_path / "a", rounds=4, stop_at=2)
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    config["architecture"]["config"]["width"] = 9
    (tmp_path / "a" / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match="does not fit the run"):
        resume(tmp_path / "a")


def test_a_directory_that_holds_a_run_is_refused_unless_it_may_be_overwritten(tmp_path):
    trained(tmp_path / "run")
    with pytest.raises(RunDirectoryError, match="already holds a run") as raised:
        trained(tmp_path / "run")
    assert "--overwrite" in raised.value.hint and "ganzoo resume" in raised.value.hint
    trained(tmp_path / "run", overwrite=True)
    assert [line["round"] for line in RunDirectory(tmp_path / "run").read_metrics()] == [2, 4]


def test_a_directory_in_use_by_another_process_is_refused(tmp_path):
    trained(tmp_path / "run", rounds=8, stop_at=4)
    code = (
        "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True); "
        "sys.stdin.read()"
    )
    lock = str(tmp_path / "run" / ".lock")
    with subprocess.Popen(
        [sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(RunDirectoryError, match="in use"):
            resume(tmp_path / "run")
        other.stdin.close()
    assert resume(tmp_path / "run") == 8


@pytest.mark.parametrize("content", ["[1, 2]", "{", '{"plan": {}}', '{"architecture": 3, "plan": {"rounds": "x"}}'])
def test_a_run_config_that_is_nonsense_is_named(tmp_path, content):
    trained(tmp_path / "run", rounds=4, stop_at=2)
    (tmp_path / "run" / "config.json").write_text(content)
    with pytest.raises(RunDirectoryError, match=r"config\.json"):
        resume(tmp_path / "run")


def test_a_directory_without_a_run_or_without_a_checkpoint_says_so(tmp_path):
    with pytest.raises(RunDirectoryError, match="holds no run"):
        resume(tmp_path)
    trained(tmp_path / "run")
    for file in (tmp_path / "run" / "checkpoints").iterdir():
        file.unlink()
    with pytest.raises(RunDirectoryError, match="no checkpoint"):
        resume(tmp_path / "run")


def test_a_metrics_line_that_a_kill_cut_short_is_left_out(tmp_path):
    trained(tmp_path / "run", rounds=8, stop_at=4)
    run = RunDirectory(tmp_path / "run")
    with open(run.metrics_file, "a") as file:
        file.write('{"round": 5, "discrim')
    assert [line["round"] for line in run.read_metrics()] == [2, 4]
    resume(tmp_path / "run")
    assert [line["round"] for line in run.read_metrics()] == [2, 4, 6, 8]


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch, function):
    file = tmp_path / "c.safetensors"
    checkpoint.save(file, STATE)
    before = file.read_bytes()

    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, function, fails)
    with pytest.raises(WriteError, match="No space left"):
        checkpoint.save(file, {"round": 4})
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["c.safetensors"]


def test_a_file_that_grows_too_large_leaves_what_was_there(tmp_path):
    code = """
import resource, sys, torch
from pathlib import Path
from ganzoo.errors import WriteError
from ganzoo.training import checkpoint
file = Path(sys.argv[1])
checkpoint.save(file, {"x": torch.zeros(10)})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    checkpoint.save(file, {"x": torch.zeros(1_000_000)})
except WriteError as error:
    print("refused:", error.hint)
print(checkpoint.load(file)["x"].shape, sorted(path.name for path in file.parent.iterdir()))
"""
    done = processes.run(tmp_path / "c.safetensors", code=code)
    assert done.stdout.splitlines() == [
        "refused: free space or choose another place; what was there is untouched",
        "torch.Size([10]) ['c.safetensors']",
    ], done.stderr


def test_partial_files_of_killed_writers_are_swept(tmp_path):
    (tmp_path / ".c.safetensors.123.partial").write_bytes(b"half")
    files.remove_partial_files(tmp_path)
    assert not list(tmp_path.iterdir())
