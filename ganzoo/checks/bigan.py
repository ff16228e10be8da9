"""Does judging pairs make the encoder the generator's inverse?"""

from __future__ import annotations

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.digits import digits
from ganzoo.checks.playing import play
from ganzoo.training.run import Run


def inversion(arm: str, seed: int) -> dict[str, float]:
    """On two Gaussians: the smaller correlation, over the dimensions, of z with E(G(z))."""
    data = ganzoo.load_data("gmm2")
    gan = ganzoo.create("bigan", data=data, seed=seed, width=128, joint=arm == IDEA)
    play(gan, data, rounds=8000, seed=seed, players={"all": {"lr": 1e-3, "schedule": "linear"}})
    latent = gan.draw(2000, 5)
    with torch.no_grad():
        again = gan.encode(gan.generate(latent, {}))
    z = latent["z"]
    return {"correlation": min(float(torch.corrcoef(torch.stack([z[:, i], again[:, i]]))[0, 1]) for i in range(2))}


def reconstruction(arm: str, seed: int) -> dict[str, float]:
    """On digits: how often G(E(x)) is nearer to x than to another digit, and what a linear probe reads from E(x)."""
    data, held_out = digits(8), digits(8, "test").first(360)
    train, x = data.first(data.spec.size), held_out["x"].flatten(1)
    gan = ganzoo.create("bigan", data=data, seed=seed, joint=arm == IDEA, latent="normal")

    def look(run: Run) -> dict[str, float]:
        average = run.sampler
        with torch.no_grad(), average.evaluation():
            codes, train_codes = average.encode(held_out["x"]), average.encode(train["x"])
            again = average.generate({"z": codes}, {}).flatten(1)
        nearer = (again - x).square().sum(1) < (again - x.roll(1, 0)).square().sum(1)
        return {
            "nearer_to_its_own": float(nearer.double().mean()),
            "probe_accuracy": probe(train_codes, train["y"], codes, held_out["y"]),
        }

    # Longer, and the discriminator learns the 1,437 digits by heart: codes then tell less.
    return play(gan, data, rounds=4000, seed=seed, ema=0.99, look=look, at=(4000,))[0]


def probe(train: Tensor, labels: Tensor, test: Tensor, test_labels: Tensor) -> float:
    """Accuracy of a linear classifier by ridge regression onto one-hot labels."""
    x = torch.cat([train, torch.ones(len(train), 1)], dim=1).double()
    targets = torch.nn.functional.one_hot(labels, 10).double()
    weights = torch.linalg.solve(x.T @ x + 1e-3 * torch.eye(x.shape[1], dtype=torch.float64), x.T @ targets)
    answers = torch.cat([test, torch.ones(len(test), 1)], dim=1).double() @ weights
    return float((answers.argmax(1) == test_labels).double().mean())


CHECKS = (
    Check(
        name="inversion",
        claim="The encoder finds the latent that a sample was made from.",
        control="a discriminator that sees the sample alone",
        measure=inversion,
        criteria=(Criterion(metric="correlation", op=">=", threshold=0.8),),
        modules=("ganzoo.zoo.bigan",),
        seconds=40,
    ),
    Check(
        name="reconstruction",
        claim="Digits survive encoding and generation, and their codes hold what they show.",
        control="a discriminator that sees the sample alone",
        measure=reconstruction,
        criteria=(
            Criterion(metric="nearer_to_its_own", op=">=", threshold=0.75),
            Criterion(metric="probe_accuracy", op=">=", threshold=0.8),
        ),
        modules=("ganzoo.zoo.bigan",),
        seconds=60,
    ),
)
