"""A run that is killed at any moment can be taken up again, and ends as it would have ended."""

import os
import random
import signal
import time

import torch

from ganzoo import model_directory
from ganzoo.testing.tiny import same
from ganzoo.training import checkpoint
from ganzoo.training.run_directory import RunDirectory

from .. import processes

KILLS = int(os.environ.get("GANZOO_KILLS", "3"))
ROUNDS = 60 + 20 * KILLS
START = """
import sys
from ganzoo.testing.tiny import build_tiny
from ganzoo.training.loop import train
gan, data = build_tiny("gan")
settings = {"rounds": %d, "batch_size": 8, "checkpoint_every": 1, "log_every": 10}
train(gan, data, out=sys.argv[1], resume=sys.argv[2] == "resume", **settings)
"""


def play(directory, mode):
    return processes.start(directory, mode, code=START % ROUNDS)


def test_kills_lose_at_most_what_came_after_the_last_checkpoint(tmp_path):
    whole = play(tmp_path / "whole", "new")
    assert whole.wait() == 0, whole.stderr
    directory, rng, mode, reached = RunDirectory(tmp_path / "killed"), random.Random(0), "new", -1
    for _ in range(KILLS):
        process = play(directory.path, mode)
        while process.poll() is None and (latest := directory.latest_checkpoint()) is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0.0, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        latest = directory.latest_checkpoint()
        state = checkpoint.load(latest)
        assert state["round"] >= reached, "a kill took back what was kept"
        reached, mode = state["round"], "resume"
        if reached == ROUNDS:
            break
    last = play(directory.path, mode)
    assert last.wait() == 0, last.stderr
    whole = RunDirectory(tmp_path / "whole")
    assert not same(checkpoint.load(whole.checkpoint_file(ROUNDS)), checkpoint.load(directory.checkpoint_file(ROUNDS)))
    assert not list(directory.checkpoints.glob(".*.partial"))
    samples = [model_directory.load(run.model).sample(4, seed=0) for run in (whole, directory)]
    assert torch.equal(*samples)


def test_an_interrupt_stops_after_the_round_with_a_checkpoint(tmp_path):
    directory = RunDirectory(tmp_path / "run")
    process = play(directory.path, "new")
    while process.poll() is None and directory.latest_checkpoint() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait()
    stopped = checkpoint.load(directory.latest_checkpoint())["round"]
    assert 0 < stopped < ROUNDS
    process = play(directory.path, "resume")
    assert process.wait() == 0, process.stderr
    assert directory.checkpoint_file(ROUNDS).exists()
