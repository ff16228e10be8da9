"""What the game contract costs: rounds per second against a hand-written loop over the very same networks.

The floor does the same work: the same batches from a tensor, the same losses, fused Adam, zeroed gradients, an average
of the generator's weights by one grouped operation, channels_last images. "bare" is the floor without the average.
Blocks of the three are interleaved, and the ratio is the median of the blocks' ratios. The floor's losses are compared
with the library's before anything is timed, so that both are known to play the same game.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

import ganzoo
from ganzoo.gan import GAN
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run

GAMES: dict[str, tuple[str, dict[str, object], int, int]] = {
    "dcgan on digits, 32 px, batch 64": ("dcgan", {"name": "digits", "image_size": 32}, 64, 6),
    "gan on ring8, mlp 3 x 128, batch 128": ("gan", {"name": "ring8"}, 128, 100),
}


def library_loop(gan: GAN, data: ganzoo.data.Data, batch_size: int) -> Callable[[int], None]:
    """Rounds as `ganzoo.train` plays them, metrics read every 50."""
    run = Run(gan, data, settle(gan, rounds=10**9, batch_size=batch_size))
    run.calendar.begin(run)

    def play(rounds: int) -> None:
        for _ in range(rounds):
            play_round(run)
            run.round += 1
            run.calendar.finish_round(run)
            if run.round % 50 == 0:
                run.read_metrics()

    return play


def hand_written_loop(gan: GAN, items: Tensor, batch_size: int, *, average: bool) -> Callable[[int], None]:
    """The same rounds without the library: the networks' own modules, torch and nothing else."""
    generator, discriminator = gan.generator, gan.discriminator
    if any(isinstance(module, nn.Conv2d) for module in gan.modules()):
        gan.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert isinstance(gan.defaults.optimizer, dict)
    settings = {key: value for key, value in gan.defaults.optimizer.items() if key != "name"}
    optimizers = [torch.optim.Adam(net.parameters(), fused=True, **settings) for net in (discriminator, generator)]
    averaged = copy.deepcopy(generator) if average else None
    decay = gan.defaults.ema or 0.0
    live = list(generator.parameters())
    kept = list(averaged.parameters()) if averaged is not None else []
    shadows = list(averaged.buffers()) if averaged is not None else []
    latent_dim = gan.prior.dim
    critic: Callable[[Tensor], Tensor] = lambda x: gan.discriminate(x, {})  # noqa: E731
    sample: Callable[[Tensor], Tensor] = lambda z: gan.generate({"z": z}, {})  # noqa: E731

    def batch() -> Tensor:
        chosen = items[torch.randint(len(items), (batch_size,))]
        return chosen.float() / 127.5 - 1 if chosen.dtype == torch.uint8 else chosen

    def play(rounds: int) -> None:
        for _ in range(rounds):
            real = batch()
            with torch.no_grad():
                fake = sample(torch.randn(batch_size, latent_dim))
            for parameter in live:
                parameter.requires_grad_(False)
            loss = softplus(-critic(real)).mean() + softplus(critic(fake)).mean()
            optimizers[0].zero_grad(set_to_none=True)
            loss.backward()
            optimizers[0].step()
            for parameter in live:
                parameter.requires_grad_(True)
            discriminator.requires_grad_(False)
            loss = softplus(-critic(sample(torch.randn(batch_size, latent_dim)))).mean()
            optimizers[1].zero_grad(set_to_none=True)
            loss.backward()
            optimizers[1].step()
            discriminator.requires_grad_(True)
            if averaged is not None:
                with torch.no_grad():
                    torch._foreach_lerp_(kept, live, 1 - decay)
                    if shadows:
                        torch._foreach_copy_(shadows, list(generator.buffers()))

    return play


def same_game(name: str, data: ganzoo.data.Data) -> None:
    """The library's losses and the floor's agree on one batch. Raises: AssertionError."""
    gan = ganzoo.create(name, data=data, seed=0)
    run = Run(gan, data, settle(gan, rounds=10))
    run.calendar.begin(run)
    batch, seat = data.first(16), run.seats["discriminator"]
    turn = run.new_turn(seat, 0, {})
    ours = gan.discriminator_loss(batch, turn)["adversarial"]
    assert turn.real is not None and turn.fake is not None
    floor = softplus(-gan.discriminate(turn.real, {})).mean() + softplus(gan.discriminate(turn.fake, {})).mean()
    torch.testing.assert_close(ours, floor)


def measure(name: str, component: dict[str, object], batch_size: int, rounds: int, blocks: int) -> dict[str, float]:
    """Median rounds per second of the library, the floor and the bare loop, and the medians of the blocks' ratios."""
    data = ganzoo.load_data(component)
    same_game(name, data)
    items = data.streams["x"]["x"]  # type: ignore[attr-defined]
    loops = {
        "library": library_loop(ganzoo.create(name, data=data, seed=0), data, batch_size),
        "floor": hand_written_loop(ganzoo.create(name, data=data, seed=0), items, batch_size, average=True),
        "bare": hand_written_loop(ganzoo.create(name, data=data, seed=0), items, batch_size, average=False),
    }
    for loop in loops.values():
        loop(max(2, rounds // 4))
    seconds: dict[str, list[float]] = {label: [] for label in loops}
    for block in range(blocks):
        order = list(loops) if block % 2 else list(reversed(loops))
        for label in order:
            # CPU time of this thread: what else the machine does counts for neither side.
            started = time.thread_time()
            loops[label](rounds)
            seconds[label].append(time.thread_time() - started)
    rates = {label: rounds / statistics.median(taken) for label, taken in seconds.items()}
    for label in ("floor", "bare"):
        pairs = zip(seconds[label], seconds["library"], strict=True)
        rates[f"ratio to {label}"] = statistics.median(other / ours for other, ours in pairs)
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m ganzoo.benchmarks.contract_cost", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--blocks", type=int, default=11)
    blocks = parser.parse_args().blocks
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, {blocks} interleaved blocks, CPU time")
    for label, (name, component, batch_size, rounds) in GAMES.items():
        rates = measure(name, component, batch_size, rounds, blocks)
        print(f"{label}:")
        for key, value in rates.items():
            print(f"  {key:<16} {value:8.3f}{' rounds/s' if not key.startswith('ratio') else ''}")


if __name__ == "__main__":
    main()
