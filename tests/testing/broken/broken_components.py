"""Losses, penalties, priors, techniques, optimisers, data sets and metrics with one fault each."""

import itertools
import math

import numpy as np
import torch
from torch.nn.functional import softplus

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.points import mixture
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import DataUnavailable, NotSamplable
from ganzoo.importing import Importer
from ganzoo.latents.normal import Normal
from ganzoo.losses import Loss
from ganzoo.penalties.r1 import R1
from ganzoo.techniques.technique import Technique

COUNT = itertools.count()


class Sound(Loss):
    def discriminator(self, real_logits, fake_logits):
        return softplus(-real_logits).mean() + softplus(fake_logits).mean()

    def generator(self, fake_logits, real_logits=None):
        return softplus(-fake_logits).mean()


class GivesFiniteScalars(Sound):
    def generator(self, fake_logits, real_logits=None):
        return softplus(-fake_logits)


class StaysFinite(Sound):
    def generator(self, fake_logits, real_logits=None):
        return -torch.log(torch.sigmoid(fake_logits)).mean()


class GradientsPointTheRightWay(Sound):
    def generator(self, fake_logits, real_logits=None):
        return softplus(fake_logits).mean()


class IsAMean(Sound):
    def generator(self, fake_logits, real_logits=None):
        return softplus(-fake_logits).sum()


class ReadsNoValues(Sound):
    def generator(self, fake_logits, real_logits=None):
        return super().generator(fake_logits) * (2.0 if fake_logits.mean() < 0 else 1.0)


class SaysWhetherItNeedsReal(Sound):
    def generator(self, fake_logits, real_logits=None):
        return softplus(real_logits - fake_logits).mean()


class HoldsNoState(Sound):
    def __init__(self) -> None:
        self.rounds = 0

    def discriminator(self, real_logits, fake_logits):
        self.rounds += 1
        return super().discriminator(real_logits, fake_logits) / self.rounds


class PenaltyIsAFiniteScalar(R1):
    def forward(self, gan, batch, real, fake, turn):
        return gan.critic(real, batch, "real").square()


class PenaltyReachesItsPlayer(R1):
    def forward(self, gan, batch, real, fake, turn):
        x = real.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(gan.critic(x, batch, "real").sum(), x)
        return gradient.square().mean()


class PenaltyHasWeightAndEvery(R1):
    def __init__(self, *, weight: float = 1.0, every: int = 1) -> None:
        super().__init__(weight=weight)


class PenaltyOnlyLooks(R1):
    def forward(self, gan, batch, real, fake, turn):
        return super().forward(gan, batch, real + 0.1 * torch.randn_like(real), fake, turn)


class PenaltyPlaysInARun(R1):
    def forward(self, gan, batch, real, fake, turn):
        return 0 * super().forward(gan, batch, real, fake, turn)


class LatentDrawsRows(Normal):
    def draw(self, n, rng):
        return {"z": torch.randn(max(n, 1), self.dim, generator=rng)}


class LatentDrawsFromItsGenerator(Normal):
    def draw(self, n, rng):
        return {"z": torch.randn(n, self.dim)}


class LatentGivesTheGeneratorsInput(Normal):
    def forward(self, parts):
        return torch.cat([parts["z"], parts["z"]], 1)


class LatentInterpolates(Normal):
    def interpolate(self, first, second, t):
        return super().interpolate(second, first, t)


class LatentTruncatesOrSaysWhy(Normal):
    def truncate(self, parts, truncation):
        raise NotSamplable("no")


class TechniqueChangesTraining(Technique):
    def __init__(self, *, strength: float = 1.0) -> None:
        self.strength = strength


class TechniqueResumesExactly(Technique):
    def __init__(self) -> None:
        self.rounds = 0

    def before_round(self, turn):
        self.rounds += 1

    def critic_input(self, x, kind):
        return x * (1 + self.rounds)


class TechniqueShiftsNoStream(Technique):
    def around_loss(self, turn):
        torch.rand(1, generator=turn.rng)
        return super().around_loss(turn)

    def critic_input(self, x, kind):
        return 0.9 * x


class TechniqueKeepsTheFormOfInputs(Technique):
    def critic_input(self, x, kind):
        return (0.9 * x).detach()


def makes_an_optimizer(parameters, *, lr: float = 0.01):
    return torch.optim.SGD(list(parameters)[:1], lr=lr)


def optimizer_goes_downhill(parameters, *, lr: float = 0.01):
    return torch.optim.SGD(list(parameters), lr=lr, maximize=True)


class Forgetful(torch.optim.SGD):
    steps = 0

    def step(self, closure=None):
        self.steps += 1
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.data -= group["lr"] * parameter.grad / self.steps


def optimizer_state_survives(parameters, *, lr: float = 0.01):
    return Forgetful(list(parameters), lr=lr)


def points(x, y=None, **facts):
    low, high = math.floor(float(x.min())), math.ceil(float(x.max()))
    spec = {"name": "broken", "modality": "points", "size": len(x), "features": 2, "value_range": (low, high), **facts}
    return TensorData(DataSpec(**spec), {"x": {"x": x} | ({} if y is None else {"y": y})})


def drawn(seed=0):
    return torch.randn(32, 2, generator=torch.Generator().manual_seed(seed))


def data_open_or_say_how_to_get_them():
    raise DataUnavailable("it is not here")


def spec_tells_the_truth():
    return points(drawn(), value_range=(-0.5, 0.5))


def labels_are_as_counted():
    return points(drawn(), torch.arange(32) % 4 + 1, num_classes=4)


def data_are_the_same_twice():
    return points(drawn(next(COUNT)), value_range=(-9.0, 9.0))


class Halting(TensorData):
    def reader(self, stream="x", *, batch_size, seed):
        reader = super().reader(stream, batch_size=batch_size, seed=seed)
        reader.load_state_dict = lambda state: None
        return reader


def readers_go_on_where_they_stopped():
    sound = mixture("broken", np.zeros((1, 2)), std=1.0, size=32, seed=0)
    return Halting(sound.spec, sound.streams)


def metric_gives_a_number(samples, reference):
    return (samples.mean(0) - reference.mean(0)).norm()


def metric_is_the_same_twice(samples, reference):
    return float((samples[torch.randperm(len(samples))[:8]].mean(0) - reference.mean(0)).norm())


def metric_notices_broken_samples(samples, reference):
    return float(samples.nanmedian() - reference.nanmedian())


def metric_says_which_way_is_better(samples, reference):
    return float((samples.mean(0) - reference.mean(0)).norm())


def distance_grows(samples, reference):
    return float(samples.var() + reference.var())


def far_away():
    raise DataUnavailable("it is not here", hint="fetch it from far away")


class ImporterLeavesForeignFilesAlone(Importer):
    def recognises(self, source):
        return "G_ema" in source.content

    def convert(self, source, *, entry=None):
        raise NotImplementedError

    def outputs(self, imported, entry, inputs, kwargs):
        raise NotImplementedError


class ImporterNamesALicence(ImporterLeavesForeignFilesAlone):
    pass
