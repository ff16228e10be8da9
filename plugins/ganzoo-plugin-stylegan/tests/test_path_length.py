from __future__ import annotations

import pytest
import torch

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.training.loop import train
from ganzoo.training.plan import settle
from ganzoo.training.play import play_turn
from ganzoo.training.run import Run
from ganzoo_plugin_stylegan.path_length import PathLength

SMALL = {"image_size": 8, "channels": 1, "latent_dim": 8, "style_dim": 8, "mapping_layers": 2, "channel_max": 8}


class Linear:
    """Images (N, 1, 2, 3) that are linear in two styles of 4 numbers, each with its own matrix."""

    def __init__(self):
        rng = torch.Generator().manual_seed(5)
        self.matrices = torch.randn(2, 6, 4, generator=rng, dtype=torch.float64, requires_grad=True)

    def training_latent(self, n, rng):
        return {"z": torch.randn(n, 2, 4, generator=rng, dtype=torch.float64)}

    def styles(self, latent, batch):
        return (latent["z"] * self.matrices.sum() / self.matrices.sum()).requires_grad_()

    def synthesise(self, ws, latent):
        return torch.einsum("nld,lpd->np", ws, self.matrices).view(-1, 1, 2, 3)


def expected(gan: Linear, rng: torch.Generator, n: int, mean: float, decay: float) -> tuple[torch.Tensor, float]:
    """The penalty in closed form, the same noise drawn by hand: J^T y of a style is its matrix transposed times y."""
    gan.training_latent(n, rng)
    y = torch.randn(n, 1, 2, 3, generator=rng, dtype=torch.float64).view(n, 6) / 6**0.5
    squared = torch.stack([(y @ matrix).square().sum(1) for matrix in gan.matrices])
    lengths = squared.mean(0).sqrt()
    mean = decay * mean + (1 - decay) * float(lengths.detach().mean())
    return (lengths - mean).square().mean(), mean


def test_on_a_linear_generator_it_is_the_closed_form(turn):
    gan, penalty = Linear(), PathLength(decay=0.9, share=0.5).double()
    rng, mean = torch.Generator().manual_seed(0), 0.0
    for _ in range(3):
        real = torch.zeros(10, 1, 2, 3)
        value = penalty(gan, {"x": real}, real, real, turn)
        wanted, mean = expected(gan, rng, 5, mean, 0.9)
        torch.testing.assert_close(value, wanted)
        assert float(penalty.mean) == pytest.approx(mean)
    (gradient,) = torch.autograd.grad(value, gan.matrices)
    assert gradient.abs().sum() > 0


def test_it_belongs_to_the_generator_and_asks_for_styles():
    data = ganzoo.load_data({"name": "digits", "image_size": 8})
    with pytest.raises(CompatibilityError, match="styles"):
        train(ganzoo.create("dcgan", data=data, width=4), data, rounds=1, penalties=["path-length"])
    for wrong in ({"decay": 1.0}, {"share": 0.0}, {"every": 0}):
        with pytest.raises(ConfigError):
            PathLength(**wrong)


def terms(penalties, round: int) -> dict[str, float]:
    """What both players' losses are made of in a round of a run, always of the same weights and draws."""
    data = ganzoo.load_data({"name": "digits", "image_size": 8})
    gan = ganzoo.create("stylegan2", data=data, seed=0, **{k: v for k, v in SMALL.items() if k != "channels"})
    run = Run(gan, data, settle(gan, rounds=100, seed=0, batch_size=8, penalties=penalties))
    run.calendar.begin(run)
    run.round = round
    for seat in run.seats.values():
        play_turn(run, seat, run.new_turn(seat, 0, {}))
    return run.read_metrics()


def test_a_lazy_penalty_is_due_now_and_then_and_is_as_many_times_as_strong():
    lazy = [{"name": "r1", "every": 16, "weight": 3.0}, {"name": "path-length", "every": 4, "weight": 2.0}]
    eager = [{"name": "r1", "every": 1, "weight": 3.0}, {"name": "path-length", "every": 1, "weight": 2.0}]
    every_round, due, not_due = terms(eager, 16), terms(lazy, 16), terms(lazy, 17)
    names = {name.rpartition("/")[2] or name: name for name in every_round}
    r1, paths = (next(name for key, name in names.items() if word in key) for word in ("r1", "path-length"))
    assert due[r1] == pytest.approx(16 * every_round[r1], rel=1e-5)
    assert due[paths] == pytest.approx(4 * every_round[paths], rel=1e-5)
    assert r1 not in not_due and paths not in not_due
    assert paths in terms(lazy, 20) and r1 not in terms(lazy, 20)
