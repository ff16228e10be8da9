"""Connections that break: a push or a pull ends well at the next try, or nothing has changed."""

import random
import threading

import pytest
import torch

import ganzoo
from ganzoo import errors

from .helpers import tiny

POINTS = 20


@pytest.fixture
def quick_retries(monkeypatch):
    """The client waits between its own retries; here it does so for no time."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def test_a_pull_that_is_cut_is_retried_to_a_good_end(connected, tmp_path, monkeypatch, quick_retries):
    gan = tiny("dcgan")
    ganzoo.push(gan, "me/model")
    expected, rng, ended = gan.sample(2, seed=0), random.Random(0), 0
    sizes = {"config.json": 900, "lfs/": 12_000}
    for point in range(POINTS):
        cache = tmp_path / f"cache{point}"
        kind = rng.choice(list(sizes))
        times = rng.choice([1, 2, 40])
        connected.fault("GET", kind, cut_after=rng.randrange(sizes[kind]), times=times)
        try:
            ganzoo.load("me/model", cache_dir=cache)
        except errors.GanzooError as error:
            assert isinstance(error, (errors.HubUnreachable, errors.UntrustedFile)), error
            ended += 1
        connected.faults.clear()
        loaded = ganzoo.load("me/model", cache_dir=cache)
        assert torch.equal(loaded.sample(2, seed=0), expected), f"point {point}"
    assert 0 < ended < POINTS, "some cuts are mended by the client's own retries, others end in an error"


def test_a_push_that_is_cut_is_retried_to_a_good_end(connected, quick_retries):
    rng, ended = random.Random(1), 0
    ganzoo.push(tiny("dcgan"), "me/model")
    repository = connected.repository("me/model")
    routes = [("POST", "/preupload/"), ("PUT", "/lfs/"), ("POST", "/commit/"), ("POST", "objects/batch"),
              ("POST", "/validate-yaml")]  # fmt: skip
    for point in range(POINTS):
        before, commits = repository.head, len(repository.commits)
        method, pattern = rng.choice(routes)
        connected.fault(method, pattern, cut_request_after=rng.randrange(400), times=rng.choice([1, 40]))
        gan = tiny("dcgan", seed=point + 1)
        try:
            pushed = ganzoo.push(gan, "me/model")
        except errors.GanzooError as error:
            assert isinstance(error, errors.HubUnreachable), error
            assert repository.head == before, "what failed has changed nothing"
            ended += 1
            connected.faults.clear()
            pushed = ganzoo.push(gan, "me/model")
        connected.faults.clear()
        assert repository.head == pushed.commit and len(repository.commits) == commits + 1
        assert torch.equal(ganzoo.load("me/model").sample(2, seed=0), gan.sample(2, seed=0)), f"point {point}"
    assert ended > 0


def test_of_two_pushes_at_once_one_wins_and_the_other_hears_of_it(connected):
    ganzoo.push(tiny(), "me/model")
    repository = connected.repository("me/model")
    both, outcomes = threading.Barrier(2), []

    def meet():
        connected.lock.release()  # the Hub answers one request at a time; both have to come this far
        try:
            both.wait(timeout=20)
        finally:
            connected.lock.acquire()

    def push(seed):
        try:
            outcomes.append(ganzoo.push(tiny(seed=seed), "me/model").commit)
        except errors.GanzooError as error:
            outcomes.append(error)

    connected.on_preupload = meet
    threads = [threading.Thread(target=push, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    (loser,) = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    assert isinstance(loser, errors.PushConflict), loser
    assert repository.head == winner and len(repository.commits) == 3
