"""What all judges have in common."""

from __future__ import annotations

import hashlib
import math
import sys
from pathlib import Path

import pytest
import torch

from ganzoo.errors import DataError, ModelDirectoryError, UnknownName
from ganzoo.metrics import judges, train_digits_judge, train_judge
from ganzoo.metrics.judges import BATCH_SIZE, JUDGES, load_judge

ALL = pytest.mark.parametrize("name", sorted(JUDGES))


def images(n: int, size: int = 16) -> torch.Tensor:
    return torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(0)) * 2 - 1


@ALL
def test_features_do_not_depend_on_what_else_is_in_the_batch(name: str) -> None:
    judge, x = load_judge(name), images(BATCH_SIZE + 3)
    features = judge.features(x)
    assert features.shape == (BATCH_SIZE + 3, 64) and features.dtype == torch.float32
    assert torch.allclose(judge.features(x[-5:]), features[-5:], atol=1e-4)
    assert float(features.std(dim=0).max()) > 0


@ALL
def test_a_judge_is_frozen_loaded_once_and_draws_no_random_numbers(name: str) -> None:
    judges._load_judge.cache_clear()
    state = torch.get_rng_state()
    judge = load_judge(name)
    x = images(2).requires_grad_()
    assert not judge.features(x).requires_grad
    assert not judge.network.training and not any(p.requires_grad for p in judge.network.parameters())
    assert load_judge(name, torch.device("cpu")) is judge
    assert torch.equal(torch.get_rng_state(), state)


@ALL
def test_the_label_holds_the_hash_of_small_weights(name: str) -> None:
    file = Path(judges.__file__).parent / "weights" / f"{name}-judge.safetensors"
    assert file.stat().st_size < 1_000_000
    assert load_judge(name).label == f"{name}-judge@{judges.SHA256[name][:12]}"


@ALL
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_other_weights_than_the_known_ones_are_refused(
    name: str, damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(judges.__file__).parent / "weights" / f"{name}-judge.safetensors"
    (tmp_path / "weights").mkdir()
    if damage == "changed":
        (tmp_path / "weights" / file.name).write_bytes(file.read_bytes()[:-1] + b"\x00")
    monkeypatch.setattr(judges.resources, "files", lambda package: tmp_path)
    judges._load_judge.cache_clear()
    with pytest.raises(ModelDirectoryError, match="sha256" if damage == "changed" else "is missing") as error:
        load_judge(name)
    assert f"python -m ganzoo.metrics.train_judge {name}" in str(error.value.hint)


def test_an_unknown_judge_is_refused() -> None:
    with pytest.raises(UnknownName, match="faces") as error:
        load_judge("faces")
    assert "digits, shapes" in str(error.value.hint)


def test_what_cannot_be_looked_at_is_refused() -> None:
    judge = load_judge("digits")
    for wrong in (images(2)[:, :2], images(2)[0], images(2)[:0], (images(2) * 100).to(torch.uint8)):
        with pytest.raises(DataError, match="float images"):
            judge.features(wrong)
    with pytest.raises(DataError, match="NaN"):
        judge.features(torch.full((1, 1, 16, 16), math.nan))


def test_training_depends_on_its_seed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_digits_judge, "STEPS", 2)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        trained = []
        for global_seed, seed in ((1, 0), (2, 0), (1, 1)):
            torch.manual_seed(global_seed)
            trained.append(torch.cat([p.flatten() for p in train_judge.train("digits", seed).parameters()]))
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(trained[0], trained[1]) and not torch.equal(trained[0], trained[2])


def test_training_is_a_command_that_writes_weights_and_says_what_they_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    judge = load_judge("digits")
    monkeypatch.setattr(train_judge, "train", lambda name, seed: judge.network)
    monkeypatch.setattr(train_digits_judge, "measurements", lambda judge: [("accuracy", 0.5)])
    monkeypatch.setattr(sys, "argv", ["train_judge", "digits", "--out", str(tmp_path / "weights")])
    monkeypatch.setattr(torch, "set_num_threads", lambda number: None)
    train_judge.main()
    printed = capsys.readouterr().out
    assert judge.sha256 in printed and "(as known)" in printed and "0.5000" in printed
    assert hashlib.sha256((tmp_path / "weights").read_bytes()).hexdigest() == judge.sha256
