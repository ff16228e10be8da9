"""GANs with one fault each, named after the check that finds it."""

import itertools

import numpy as np
import torch
from torch import nn

from ganzoo.errors import NotSamplable
from ganzoo.game import Defaults, Phase, Player
from ganzoo.zoo.cgan import ConditionalGAN
from ganzoo.zoo.gan import VanillaGAN

COUNT = itertools.count(1)


class Small(VanillaGAN):
    """Sound: the parent of the others."""

    defaults = Defaults(optimizer={"name": "adam", "lr": 1e-3}, batch_size=8, rounds=20, ema=None)

    def __init__(self, *, features: int = 2, width: int = 8) -> None:
        super().__init__(features=features, width=width, depth=1)


class Builds(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.head = nn.Linear(3, self.no_such_size)


class BuildsWithoutMemory(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.scale = torch.ones(3).sum().item()


class OneSeedBuildsOneModel(Small):
    def __init__(self, *, features: int = 2) -> None:
        torch.manual_seed(0)
        super().__init__(features=features)


class ConfigBuildsItAgain(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.register_buffer("history", torch.zeros(next(COUNT)))


class WrongSettingsAreRefused(Small):
    def __init__(self, *, features: int = 2, memory: int = 4) -> None:
        super().__init__(features=features)
        self.register_buffer("memory", torch.zeros(1 << memory))


class EveryBufferIsStored(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.register_buffer("history", torch.zeros(3), persistent=False)


class EveryModalityPlays(VanillaGAN):
    def __init__(self, *, features: int) -> None:
        super().__init__(features=features, width=8, depth=1)


class DefaultsCanBeFound(Small):
    defaults = Defaults(loss="no-such-loss")


class LossesAreNamedScalars(Small):
    def generator_loss(self, batch, turn):
        fake = self.generate(self.latent(len(batch["x"]), turn.rng), batch)
        return {"adversarial": -self.critic(fake, batch, "fake")}


class LogitsAreOnePerSample(Small):
    def discriminate(self, x, batch):
        return super().discriminate(x, batch)[:, None]


class AsksPastTheCritic(Small):
    def critic(self, x, batch, kind):
        return self.discriminator(x)


class TwoCritics(Small):
    """Sound: two critics whose losses are averaged."""

    composes = frozenset({"loss"})

    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.discriminator = nn.ModuleList(
            nn.Sequential(nn.Linear(features, 4), nn.ReLU(), nn.Linear(4, 1), nn.Flatten(0)) for _ in range(2)
        )

    def judge(self, critic, x, kind):
        return critic(self.view(x, kind))

    def discriminator_loss(self, batch, turn):
        fake = self.generate(self.latent(len(batch["x"]), turn.rng), batch).detach()
        return {
            f"adversarial{i}": self.loss.discriminator(self.judge(d, batch["x"], "real"), self.judge(d, fake, "fake"))
            for i, d in enumerate(self.discriminator)
        }

    def fool(self, fake, batch):
        sides = (
            self.loss.generator(
                self.judge(d, fake, "fake"), self.judge(d, batch["x"], "real") if self.loss.needs_real else None
            )
            for d in self.discriminator
        )
        return torch.stack(list(sides)).mean()


class TwoCriticsOfColumns(TwoCritics):
    def judge(self, critic, x, kind):
        return super().judge(critic, x, kind)[:, None]


class TechniquesReachTheCritics(TwoCritics):
    def judge(self, critic, x, kind):
        return critic(x)


class TechniquesReachFakesOnly(TwoCritics):
    def judge(self, critic, x, kind):
        return critic(self.view(x, kind) if kind == "fake" else x)


class AnyLossCanBeChosen(TwoCritics):
    def fool(self, fake, batch):
        sides = (self.loss.generator(self.judge(d, fake, "fake")) for d in self.discriminator)
        return torch.stack(list(sides)).mean()


class NoLossCanBeChosen(Small):
    def discriminator_loss(self, batch, turn):
        fake = self.generate(self.latent(len(batch["x"]), turn.rng), batch).detach()
        turn.real, turn.fake = batch["x"], fake
        return {"adversarial": (self.critic(fake, batch, "fake") - self.critic(batch["x"], batch, "real")).mean()}

    def fool(self, fake, batch):
        return -self.critic(fake, batch, "fake").mean()


class RoundsAreFinite(Small):
    def generator_loss(self, batch, turn):
        return {name: term * float("nan") for name, term in super().generator_loss(batch, turn).items()}


class TinyGoesThroughEverything(Small):
    def phases(self):
        return (Phase("train"), Phase("polish", 0.001))


class GradientsReachEveryModule(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.mapping = nn.Linear(2, 2)

    def players(self):
        discriminator, generator = super().players()
        return discriminator, Player("generator", (*generator.modules, "mapping"), generator.loss)


class EveryParameterIsSomebodys(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.encoder = nn.Linear(features, 2)


class TurnsChangeOnlyTheirOwn(Small):
    def generator_loss(self, batch, turn):
        with torch.no_grad():
            for parameter in self.discriminator.parameters():
                parameter.mul_(0.99)
        return super().generator_loss(batch, turn)


class TreeIsComplete(Small):
    def after_round(self, turn):
        if turn.round == 3:
            self.grown = nn.Linear(2, 2)


class ResumesExactly(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.seen = 0

    def generator_loss(self, batch, turn):
        self.seen += 1
        return {name: term * (1 + self.seen) for name, term in super().generator_loss(batch, turn).items()}


class SavesAndLoads(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.gain = 1.0

    def after_round(self, turn):
        self.gain = 1 + turn.round

    def generate(self, latent, batch):
        return self.gain * super().generate(latent, batch)


class AverageIsIndependent(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.make = lambda z: self.generator(z)

    def generate(self, latent, batch):
        return self.make(self.prior(latent))


class SamplesHaveTheFormOfTheData(Small):
    def generate(self, latent, batch):
        made = super().generate(latent, batch)
        return made if self.training else made[:, None]


class SamplingCountsAsAsked(Small):
    def generate(self, latent, batch):
        return super().generate(latent, batch).squeeze()


class OneSeedGivesOneResult(Small):
    def generate(self, latent, batch):
        made = super().generate(latent, batch)
        return made if self.training else made + float(np.random.default_rng().random())


class BatchSizeDoesNotMatter(Small):
    def generate(self, latent, batch):
        made = super().generate(latent, batch)
        return made - made.mean(0)


class SamplingLeavesNoTrace(Small):
    def __init__(self, *, features: int = 2) -> None:
        super().__init__(features=features)
        self.register_buffer("calls", torch.zeros(()))

    def generate(self, latent, batch):
        self.calls += 1
        return super().generate(latent, batch)


class GeneratesPurely(Small):
    def generate(self, latent, batch):
        made = super().generate(latent, batch)
        return made + torch.rand_like(made)


class LabelsAreObeyed(ConditionalGAN):
    def generate(self, latent, batch):
        return super().generate(latent, {**batch, "y": torch.zeros_like(batch["y"])})


class SourcesAreAskedFor(Small):
    def sample(self, n, *, source=None, **settings):
        return super().sample(n, **settings)


class PredictsLabels(Small):
    def sample(self, n, **settings):
        raise NotSamplable("a classifier has nothing to sample")


def counts_on_the_critic(config, tensors, from_revision):
    """A `migrate` that takes the weights of all players, and fails on those that sampling needs."""
    tensors["discriminator.0.weight"] = tensors.pop("critic.0.weight")
    return config, tensors


def counts_on_nothing(config, tensors, from_revision):
    """A sound `migrate`: it takes what there is."""
    renamed = {name.replace("critic.", "discriminator."): tensor for name, tensor in tensors.items()}
    return {name: value for name, value in config.items() if name != "leak"}, renamed


def forgets_a_tensor(config, tensors, from_revision):
    config, tensors = counts_on_nothing(config, tensors, from_revision)
    return config, {name: tensor for name, tensor in tensors.items() if name != "generator.0.bias"}


def forgets_a_setting(config, tensors, from_revision):
    return config, counts_on_nothing(config, tensors, from_revision)[1]
