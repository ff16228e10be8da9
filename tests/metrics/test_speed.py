"""How long sampling takes: a median of repeated batches, and the machine that it was taken on."""

import json

import pytest
import torch

from ganzoo.errors import NotSamplable
from ganzoo.metrics import speed


class Sampler:
    """Takes as long per batch as it is told."""

    translates = False
    device = torch.device("cpu")

    def __init__(self, clock, *seconds):
        self.clock, self.seconds, self.asked = clock, list(seconds), []

    def sample(self, n, **settings):
        self.asked.append((n, settings))
        self.clock[0] += self.seconds.pop(0)


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    monkeypatch.setattr("time.process_time", lambda: now[0])
    return now


def test_the_median_after_a_batch_that_warms_up(clock):
    sampler = Sampler(clock, 99.0, 0.1, 0.9, 0.2)
    found = speed.sampling_speed(sampler, seconds=1.0)
    assert found["seconds_per_1000"] == pytest.approx(0.2 * 1000 / 250) and found["batch_size"] == 250
    assert sampler.asked == [(250, {"seed": 0, "batch_size": 250})] * 4
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(("seconds", "batches"), [(0.0, 3), (0.5, 5), (0.44, 5)])
def test_it_goes_on_for_some_time_and_at_least_three_batches(clock, seconds, batches):
    sampler = Sampler(clock, *[0.1] * 20)
    speed.sampling_speed(sampler, seconds=seconds)
    assert len(sampler.asked) in (batches + 1, batches + 2)


def test_what_has_nothing_to_sample_has_no_speed(clock):
    class Silent(Sampler):
        def sample(self, n, **settings):
            raise NotSamplable("no")

    class Translator(Sampler):
        translates = True

    assert speed.sampling_speed(Silent(clock)) is None and speed.sampling_speed(Translator(clock)) is None


@pytest.mark.parametrize(("threads", "expected"), [(1, 2.0), (2, 4.0)])
def test_one_thread_is_measured_by_the_processors_clock(clock, monkeypatch, threads, expected):
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr("time.process_time", lambda: clock[0] / 2)  # half of the time something else runs
    found = speed.sampling_speed(Sampler(clock, *[1.0] * 9), seconds=1.0)
    assert found["seconds_per_1000"] == expected


def test_a_machine_in_words(monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    assert speed.machine(torch.device("cpu")) == f"1 CPU thread, torch {torch.__version__}"
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    assert speed.machine(torch.device("cpu")).startswith("4 CPU threads, ")
    assert speed.machine(torch.device("mps")).startswith("mps, ")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Some GPU")
    assert speed.machine(torch.device("cuda")).startswith("Some GPU, ")


def test_of_a_model():
    from ganzoo.testing.tiny import build_tiny

    found = speed.sampling_speed(build_tiny("gan")[0].eval(), seconds=0)
    assert 0 < found["seconds_per_1000"] < 60
