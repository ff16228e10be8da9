"""Training on a hundred digits, and how much the critic learns them by heart."""

from __future__ import annotations

from dataclasses import replace

import torch

import ganzoo
from ganzoo.checks.digits import digits, digits_fid
from ganzoo.checks.playing import play
from ganzoo.core.components import Component
from ganzoo.data.tensor_data import TensorData

IMAGES, IMAGE_SIZE, ROUNDS = 100, 16, 1200


def a_hundred_digits() -> TensorData:
    """The first hundred of the training split."""
    data = digits(IMAGE_SIZE)
    assert isinstance(data, TensorData)
    fields = {name: value[:IMAGES] for name, value in data.streams["x"].items()}
    return TensorData(replace(data.spec, size=IMAGES, class_counts=None), {"x": fields})


def train_on_few(techniques: tuple[Component, ...], seed: int) -> dict[str, float]:
    """Overfitting r_v of arXiv:2006.06676 (equation 1) at the end of a run, and digits-FID against all digits.

    r_v is 0 when the critic rates held-out images like those it was trained on, and 1 when it rates them like fakes.
    """
    data = a_hundred_digits()
    config = {"width": 24, "latent_dim": 32, "discriminator_normalisation": "none"}
    gan = ganzoo.create("dcgan", data=data, seed=seed, **config)
    play(
        gan,
        data,
        rounds=ROUNDS,
        seed=seed,
        batch_size=32,
        penalties=[{"name": "r1", "weight": 0.1, "every": 8}],
        techniques=list(techniques),
        players={"all": {"lr": 1e-3, "betas": (0.0, 0.99)}},
    )
    samples = gan.sample(1797, seed=5)
    held_out = digits(IMAGE_SIZE, "test").first(360)["x"]
    with torch.no_grad():
        trained, unseen, fake = (
            float(gan.critic(x, {}, "real").mean()) for x in (data.first(IMAGES)["x"], held_out, samples[:360])
        )
    return {"overfitting": (trained - unseen) / max(trained - fake, 1e-6), "digits_fid": digits_fid(samples)}
