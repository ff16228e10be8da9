"""What every architecture and recipe must do, tried with its `tiny` settings."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import torch
from torch import Tensor

from ganzoo import model_directory
from ganzoo.core import entries, registry
from ganzoo.data import Data
from ganzoo.errors import NotSamplable
from ganzoo.gan import GAN
from ganzoo.testing.tiny import BATCH_SIZE, build_tiny, same, some_samples
from ganzoo.training import checkpoint
from ganzoo.training.loop import train
from ganzoo.training.plan import settle
from ganzoo.training.play import play_turn
from ganzoo.training.run import Run
from ganzoo.training.run_directory import RunDirectory
from ganzoo.weights import named_tensors

ROUNDS = 20
MOVED_BY_RUNNING = ("running_mean", "running_var", "num_batches_tracked", "_u", "_v")


def trainable(namespace: str) -> list[str]:
    """Qualified names of a plugin's architectures and recipes."""
    kinds = (entries.Architecture, entries.Recipe)
    return [found.name for found in registry.entries(kinds) if found.provider.namespace == namespace]


def builds_alike_from_one_seed(name: str, directory: Path) -> None:
    """One seed gives the same initial weights, another seed others; the config is JSON and builds the model again."""
    (first, _data), (second, _), (other, _) = build_tiny(name), build_tiny(name), build_tiny(name, seed=1)
    assert not same(named_tensors(first), named_tensors(second)), "one seed gave two sets of weights"
    assert same(named_tensors(first), named_tensors(other)), "the seed changed nothing"
    assert json.loads(json.dumps(first.config)) is not None
    again = type(first)(**json.loads(json.dumps(first.config)))
    assert named_tensors(again).keys() == named_tensors(first).keys()
    assert set(first.state_dict()) == set(dict(first.named_parameters(remove_duplicate=False))) | set(
        dict(first.named_buffers(remove_duplicate=False))
    ), "a buffer is not persistent, so no file would hold it"


def tree_is_complete(name: str, directory: Path) -> None:
    """Training adds no module, parameter or buffer and takes none away."""
    gan, data = build_tiny(name)
    before = [part for part, _ in gan.named_modules()], {n: t.shape for n, t in named_tensors(gan).items()}
    train(gan, data, rounds=ROUNDS, batch_size=BATCH_SIZE)
    assert before == ([part for part, _ in gan.named_modules()], {n: t.shape for n, t in named_tensors(gan).items()})


def every_phase_and_player_plays(name: str, directory: Path) -> None:
    """In a short run each phase begins, each player's parameters move, and all stay finite."""
    gan, data = build_tiny(name)
    run = Run(gan, data, settle(gan, rounds=ROUNDS, batch_size=BATCH_SIZE))
    phases, played = set(), set()
    from ganzoo.training.play import play_round

    started = {n: t.clone() for n, t in named_tensors(gan).items()}
    run.calendar.begin(run)
    for _ in range(ROUNDS):
        phases.add(run.calendar.phase.name)
        played.update(run.calendar.player_names)
        play_round(run)
        run.round += 1
        run.calendar.finish_round(run)
        run.calendar.begin(run)
    assert phases == {phase.name for phase in gan.phases() if phase.share}, f"only {sorted(phases)} were played"
    assert played == set(run.player_names), f"only {sorted(played)} have played"
    now = named_tensors(gan)
    assert all(bool(t.isfinite().all()) for t in now.values() if t.is_floating_point())
    moved = {id(tensor) for n, tensor in now.items() if not torch.equal(tensor, started[n])}
    still = [player for player in run.player_names if not any(id(p) in moved for p in run.parameters(player))]
    assert not still, f"nothing that {', '.join(still)} train has moved"


def turns_change_only_their_own(name: str, directory: Path) -> None:
    """A player's turn changes its own parameters, and of others only what running them changes, or what it declares."""
    gan, data = build_tiny(name)
    run = Run(gan, data, settle(gan, rounds=ROUNDS, batch_size=BATCH_SIZE))
    run.calendar.begin(run)
    scratch: dict[str, object] = {}
    for seat in run.seats_of_phase:
        before = {n: t.clone() for n, t in named_tensors(gan).items()}
        play_turn(run, seat, run.new_turn(seat, 0, scratch))
        own = {id(parameter) for parameter in seat.parameters}
        prefixes = tuple(f"{module}." for module in (*seat.player.modules, *seat.player.touches))
        strangers = [
            n
            for n, tensor in named_tensors(gan).items()
            if not torch.equal(tensor, before[n]) and id(tensor) not in own
            and not (tensor.requires_grad is False and n.startswith(prefixes))
            and not n.endswith(MOVED_BY_RUNNING) and not _declared_state(gan, n)
        ]  # fmt: skip
        assert not strangers, f"{seat.name}'s turn changed {', '.join(strangers)}"


def saves_and_loads(name: str, directory: Path) -> None:
    """A trained model that is saved and loaded gives the same samples; so does one with all its players."""
    gan, data = build_tiny(name)
    sampler = train(gan, data, rounds=ROUNDS, batch_size=BATCH_SIZE, out=directory / "run")
    loaded = model_directory.load(directory / "run" / "model")
    assert loaded.data == data.spec
    assert torch.equal(some_samples(sampler, data, 4, seed=3), some_samples(loaded, data, 4, seed=3))
    live = model_directory.load(directory / "run" / "model", training=True)
    assert not same(named_tensors(gan), named_tensors(live))
    again = model_directory.load(live.save_pretrained(directory / "again"))
    assert torch.equal(some_samples(live, data, 4, seed=3), some_samples(again, data, 4, seed=3))


def samples_as_promised(name: str, directory: Path) -> None:
    """Sample i depends on (seed, i): equal at equal batch size, close at another; nothing global moves."""
    gan, data = build_tiny(name)
    sampler = train(gan, data, rounds=ROUNDS, batch_size=BATCH_SIZE)
    torch.manual_seed(7)
    state, training = torch.get_rng_state(), [module.training for module in sampler.modules()]
    samples = some_samples(sampler, data, 12, seed=5)
    assert torch.equal(torch.get_rng_state(), state), "sampling moved the global generator"
    assert [module.training for module in sampler.modules()] == training, "sampling left a module in another mode"
    kind = data.first(1, data.spec.streams[0])["x"].dtype  # int64 for tokens, else float32
    assert samples.shape == (12, *_item_shape(data)) and samples.dtype == kind and not samples.requires_grad
    assert bool(samples.isfinite().all())
    if data.spec.modality in ("image", "pairs"):
        assert float(samples.abs().max()) <= 1, "images must lie in [-1, 1]"
    assert torch.equal(samples, some_samples(sampler, data, 12, seed=5)), "one seed gave two results"
    tolerance = 1e-5 * float(samples.double().std()) + 1e-7
    for batch_size in (1, 5):
        difference = float((some_samples(sampler, data, 12, seed=5, batch_size=batch_size) - samples).abs().max())
        assert difference <= tolerance, f"at batch size {batch_size} samples differ by {difference}"
    fewer = some_samples(sampler, data, 3, seed=5)
    assert float((fewer - samples[:3]).abs().max()) <= tolerance, "sample i depends on how many there are"
    assert some_samples(sampler, data, 1, seed=5).shape == (1, *samples.shape[1:])
    if gan.translates:
        try:
            sampler.sample(1)
        except NotSamplable as error:
            assert error.hint
        else:
            raise AssertionError("a model that translates sampled without a source")
        return
    assert not torch.equal(samples, some_samples(sampler, data, 12, seed=6)), "two seeds gave one result"
    assert sampler.sample(0).shape == (0, *samples.shape[1:])
    rows, more = sampler.draw(3, 5), sampler.draw(9, 5)
    assert not same(rows, {part: value[:3] for part, value in more.items()}), "latent i depends on how many there are"


def generates_purely(name: str, directory: Path) -> None:
    """`generate` is a function of its arguments and the weights: it draws nothing and changes nothing."""
    gan, data = build_tiny(name)
    sampler = train(gan, data, rounds=ROUNDS, batch_size=BATCH_SIZE)
    before = {n: t.clone() for n, t in named_tensors(sampler).items()}
    with sampler.evaluation():
        state = torch.get_rng_state()
        inputs = sampler.example_inputs(4)
        first, second = sampler.generate(*inputs), sampler.generate(*inputs)
        assert torch.equal(state, torch.get_rng_state()), "generate drew from the global generator"
    assert torch.equal(first, second)
    assert not same(before, named_tensors(sampler)), "generate changed the model"
    copied = copy.deepcopy(sampler)
    with copied.evaluation():
        assert torch.equal(first, copied.generate(*inputs)), "a copy generates something else"


def resumes_exactly(name: str, directory: Path) -> None:
    """A run that is stopped half-way and taken up again ends as if it had never been stopped, bit for bit."""
    plan = {"rounds": ROUNDS, "batch_size": BATCH_SIZE, "log_every": 4, "seed": 2}
    states, metrics = [], []
    for out, stops in (("whole", (None,)), ("halves", (ROUNDS // 2, None)), ("thirds", (7, 13, None))):
        for index, stop in enumerate(stops):
            gan, data = build_tiny(name, seed=index)
            if index == 0:
                train(gan, data, out=directory / out, stop_at=stop, **plan)  # type: ignore[arg-type]
            else:
                train(gan, data, out=directory / out, stop_at=stop, resume=True)
        run = RunDirectory(directory / out)
        states.append(checkpoint.load(run.checkpoint_file(ROUNDS)))
        metrics.append([{k: v for k, v in line.items() if not k.endswith("per_second")} for line in run.read_metrics()])
    for state, lines in zip(states[1:], metrics[1:], strict=True):
        difference = same(states[0], state)
        assert not difference, f"a resumed run differs in {difference}"
        assert lines == metrics[0], "a resumed run has other metrics"


CHECKS = (
    builds_alike_from_one_seed,
    tree_is_complete,
    every_phase_and_player_plays,
    turns_change_only_their_own,
    saves_and_loads,
    samples_as_promised,
    generates_purely,
    resumes_exactly,
)


def _declared_state(gan: GAN, name: str) -> bool:
    """Buffers of the GAN itself say how far it has grown; any turn may move them."""
    return "." not in name and name in dict(gan.named_buffers())


def _item_shape(data: Data) -> tuple[int, ...]:
    x: Tensor = data.first(1, data.spec.streams[0])["x"]
    return tuple(x.shape[1:])
