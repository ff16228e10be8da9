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


@pytest.mark.parametrize("after", [0, 40])
def test_a_commit_whose_answer_is_lost_is_found(connected, quick_retries, after):
    first = ganzoo.push(tiny(), "me/model")
    repository = connected.repository("me/model")
    connected.fault("POST", "/commit/", cut_after=after, times=40)
    pushed = ganzoo.push(tiny(seed=1), "me/model")
    assert pushed.commit == repository.head != first.commit and len(repository.commits) == 3
    assert pushed.url.endswith(f"/me/model/commit/{pushed.commit}")
    with pytest.raises(errors.HubUnreachable):  # whose number nobody knows
        ganzoo.push(tiny(seed=2), "me/model", create_pr=True)
    assert repository.head == pushed.commit


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"\xff\xfe", b""])
@pytest.mark.parametrize("call", ["load", "search", "push", "validate"])
def test_a_page_in_between_is_told_from_the_hub(connected, call, body):
    from ganzoo.hub.client import validate_card

    calls = {
        "load": lambda: ganzoo.load("me/model"),
        "search": ganzoo.search,
        "push": lambda: ganzoo.push(tiny(), "me/model"),
        "validate": lambda: validate_card("---\nlicense: mit\n---\n"),
    }
    for method in ("GET", "POST"):
        connected.fault(method, "", body=body, times=9)
    with pytest.raises(errors.HubUnreachable, match="is not the Hub's") as raised:
        calls[call]()
    assert "login page" in raised.value.hint


@pytest.mark.parametrize(("status", "said"), [(404, {"error": "no"}), (429, {}), (200, []), (400, {"error": "no"})])
def test_a_card_is_taken_only_if_the_hub_says_so(connected, status, said):
    import json

    from ganzoo.hub.client import validate_card

    connected.fault("POST", "/validate-yaml", status=status, body=json.dumps(said).encode(), times=9)
    with pytest.raises(errors.HubError):
        validate_card("---\nlicense: mit\n---\n")


def test_without_network_nothing_is_tried(connected, monkeypatch):
    from ganzoo.hub.client import validate_card

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for call in (ganzoo.search, lambda: ganzoo.push(tiny(), "me/model"), lambda: validate_card("---\n---\n")):
        with pytest.raises(errors.HubUnreachable, match="switched off by HF_HUB_OFFLINE"):
            call()
    ganzoo.push(tiny(), "me/model", dry_run=True)
    assert connected.log == []


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
