"""How long sampling takes on the machine at hand."""

from __future__ import annotations

import statistics
import time
from typing import Any

import torch

from ganzoo.errors import NotSamplable

BATCH_SIZE = 250


def sampling_speed(gan: Any, *, seconds: float = 2.0) -> dict[str, Any] | None:
    """Seconds for 1,000 samples: the median of batches of 250 over some seconds, after one that warms up.

    On one thread of a CPU they are seconds of the processor, so that what else the machine does hardly matters.

    Returns: "seconds_per_1000", "batch_size", and "machine" in words; None for what has nothing to sample by itself.
    """
    if gan.translates:
        return None
    taken: list[float] = []
    try:
        _sample(gan)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(taken) < 3:
            taken.append(_sample(gan))
    except NotSamplable:
        return None
    return {
        "seconds_per_1000": statistics.median(taken) * 1000 / BATCH_SIZE,
        "batch_size": BATCH_SIZE,
        "machine": machine(gan.device),
    }


def machine(device: torch.device) -> str:
    """A device in words, with the version of torch: what a speed means nothing without."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    threads = f"{torch.get_num_threads()} CPU thread{'s' if torch.get_num_threads() != 1 else ''}"
    return f"{threads if device.type == 'cpu' else device.type}, torch {torch.__version__}"


def _sample(gan: Any) -> float:
    alone = gan.device.type == "cpu" and torch.get_num_threads() == 1
    clock = time.process_time if alone else time.perf_counter
    started = clock()
    gan.sample(BATCH_SIZE, seed=0, batch_size=BATCH_SIZE)
    if gan.device.type == "cuda":
        torch.cuda.synchronize(gan.device)
    return clock() - started
