"""Trains a judge from its seed: `python -m ganzoo.metrics.train_judge digits`.

Takes about two minutes on one core, writes the weights into the package (or to --out) and prints what the judge does.
The same machine and torch give the same bits. Where they differ the hash does too: put it into `judges.SHA256`, and
score again whatever was scored before, as scores through different judges cannot be compared.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from ganzoo.files import write_whole
from ganzoo.metrics import train_digits_judge, train_shapes_judge
from ganzoo.metrics.judge_networks import JudgeNetwork
from ganzoo.metrics.judges import JUDGES, SHA256
from ganzoo.streams import derive

TRAINING: dict[str, Any] = {"digits": train_digits_judge, "shapes": train_shapes_judge}
WEIGHTS = Path(__file__).parent / "weights"
LEARNING_RATE = 3e-3


def train(name: str, seed: int = 0) -> JudgeNetwork:
    """The trained network of a judge, in eval mode; its bits depend on the seed, the machine and the torch build."""
    training = TRAINING[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(seed, name, "init"))
        network = JUDGES[name][1]()
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=training.STEPS)
    for loss in training.losses(network, derive(seed, name)):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ganzoo.metrics.train_judge", description="Train a judge.")
    parser.add_argument("name", choices=sorted(TRAINING))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="file to write; the package's own by default")
    options = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and so the bits, depends on the number of threads

    network = train(options.name, options.seed)
    data = save({name: tensor.contiguous() for name, tensor in network.state_dict().items()})
    path = options.out or WEIGHTS / f"{options.name}-judge.safetensors"
    write_whole(path, lambda temporary: temporary.write_bytes(data))
    found = hashlib.sha256(data).hexdigest()
    known = "as known" if found == SHA256[options.name] else f"NOT the known {SHA256[options.name]}"
    print(f"{path}: {len(data)} bytes, sha256 {found} ({known})")
    judge = JUDGES[options.name][0](options.name, network, found)
    for measured, value in TRAINING[options.name].measurements(judge):
        print(f"{measured:<40} {value:.4f}")


if __name__ == "__main__":
    main()
