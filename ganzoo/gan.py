"""The contract that every GAN of the zoo keeps: modules, players, phases, losses, and one way to sample."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

from ganzoo.composing import Composing
from ganzoo.configured import Configured
from ganzoo.core import components, entries
from ganzoo.core.data_spec import DataSpec
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.game import Batch, Defaults, Phase, Player, Terms, Turn
from ganzoo.losses import Loss
from ganzoo.nn.packing import pack
from ganzoo.sampling import check_labels, check_source, draw_labels, draw_rows
from ganzoo.storable import Storable
from ganzoo.streams import derive, seed_global_generators

#: All the randomness of n samples, as named tensors of n rows.
Latents = dict[str, Tensor]


class GAN(Composing, Storable, nn.Module, metaclass=Configured):
    """A game between players. Most variants override one loss, or nothing.

    The module tree is complete after `__init__` and never changes; what grows (stages, mixtures, ensembles) is
    built at once, and how far it has grown stands in buffers. Buffers are persistent.

    Class attributes:
        defaults: how the paper trains it.
        sampling: the children that sampling needs; they alone are averaged, and stored for inference.
        composes: what a run may choose for it, a frozenset, both of these by default: "loss" (each adversarial term is
            of `self.loss`, with real logits where it needs them) and "penalties" (there is one critic, called by
            `critic`, and the loss leaves what it was shown in `turn.real` and `turn.fake`). Techniques go with all.
        translates: `sample` needs a `source`; base-class sampling hands it to `generate` as batch["source"], and takes
            images of `source_channels`, which the constructor sets.
    """

    defaults: Defaults = Defaults()
    sampling: ClassVar[tuple[str, ...]] = ("prior", "generator")
    translates: ClassVar[bool] = False

    config: dict[str, Any]
    num_classes: int | None = None
    source_channels: int | None = None
    packing: int = 1
    recipe: str | None = None

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Sub-modules and buffers, which type checkers cannot know."""

    def __init__(self) -> None:
        super().__init__()
        self.data: DataSpec | None = None
        self.source: str | None = None
        self.input_techniques: tuple[Any, ...] = ()
        self.chosen_loss: Loss | None = None

    # The game -----------------------------------------------------------------------------------

    def players(self) -> Sequence[Player]:
        """Everyone who plays, in turn order."""
        return (
            Player("discriminator", ("discriminator",), self.discriminator_loss),
            Player("generator", ("prior", "generator"), self.generator_loss),
        )

    def phases(self) -> Sequence[Phase]:
        """The parts of a run, in order."""
        return (Phase("train"),)

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        """Draw all the randomness of n samples, as named parts with n rows each, on the device of `rng`."""
        return self.prior.draw(n, rng)

    def prepare(self, batch: Batch, turn: Turn) -> Batch:
        """Change a batch before the player sees it (resolution, domains)."""
        return batch

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        """Samples, as a pure function of the arguments and the weights."""
        return self.generator(self.prior(latent))

    def view(self, x: Tensor, kind: str) -> Tensor:
        """What techniques let a critic see of x. kind: "real", "fake" or "between"."""
        for technique in self.input_techniques:
            x = technique.critic_input(x, kind)
        return x

    def critic(self, x: Tensor, batch: Batch, kind: str) -> Tensor:
        """Logits (N,), or (N / packing,) of packs: the only way to a discriminator; to several, `view` is."""
        x = self.view(x, kind)
        logits = self.discriminate(pack(x, self.packing) if self.packing > 1 else x, batch)
        for technique in self.input_techniques:
            technique.critic_output(logits, kind)
        return logits

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        """Logits of what the critic sees; override to show it more (labels, pairs)."""
        return self.discriminator(x)

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        """The discriminator's named terms."""
        turn.real = batch["x"]
        with torch.no_grad():
            turn.fake = self.generate(self.latent(len(turn.real), turn.rng), batch)
        real_logits = self.critic(turn.real, batch, "real")
        fake_logits = self.critic(turn.fake, batch, "fake")
        return {"adversarial": self.loss.discriminator(real_logits, fake_logits)}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        """The generator's named terms."""
        fake = self.generate(self.latent(len(batch["x"]), turn.rng), batch)
        return {"adversarial": self.fool(fake, batch)}

    def fool(self, fake: Tensor, batch: Batch) -> Tensor:
        """The generator's side of the adversarial loss for fakes of its own."""
        fake_logits = self.critic(fake, batch, "fake")
        real_logits = self.critic(batch["x"], batch, "real") if self.loss.needs_real else None
        return self.loss.generator(fake_logits, real_logits)

    def before_turn(self, turn: Turn) -> None:
        """Called before a player draws its batch."""

    def after_turn(self, turn: Turn) -> None:
        """Called when a player's optimiser has stepped."""

    def after_round(self, turn: Turn) -> None:
        """Called when all players have had their turns; `turn.player` is ""."""

    @property
    def loss(self) -> Loss:
        """The adversarial loss: the run's choice, else the architecture's default."""
        if self.chosen_loss is None:
            self.chosen_loss = components.build(entries.Loss, self.defaults.loss)
        return self.chosen_loss

    # Sampling -----------------------------------------------------------------------------------

    def sample(
        self,
        n: int,
        *,
        seed: int | None = None,
        labels: int | Sequence[int] | Tensor | None = None,
        source: Tensor | None = None,
        truncation: float | None = None,
        batch_size: int | None = None,
    ) -> Tensor:
        """Draw n samples.

        Args:
            n: how many, 0 or more.
            seed: item i depends on (seed, i) alone, whatever n, the batch size or the device; None takes a new one.
            labels: for conditional models, one label or n of them; None draws from the data's class shares.
            source: for models that translate, images (n or more, C, H, W) in [-1, 1]; others refuse it.
            truncation: pulls latents towards the bulk of their prior; smaller is tamer.
            batch_size: samples per forward pass; None means 256.

        Returns: (n, C, H, W) images in [-1, 1], or (n, features) points, on the model's device.
        Raises: NotSamplable, ConfigError.
        """
        if n < 0 or (batch_size is not None and batch_size < 1):
            raise ConfigError(f"n={n}, batch_size={batch_size}: n must be 0 or more, batch_size 1 or more")
        conditions = {} if source is None and not self.translates else {"source": check_source(self, n, source)}
        seed = secrets.randbits(62) if seed is None else seed
        latent = self.draw(n, seed)
        if truncation is not None:
            latent = self.truncate(latent, truncation)
        if (chosen := self.choose_labels(n, labels, seed)) is not None:
            conditions["y"] = chosen
        samples = []
        with self.evaluation(seed):
            for start in range(0, max(n, 1), batch_size or 256):
                rows = slice(start, start + (batch_size or 256))
                part, given = ({k: self.placed(v[rows]) for k, v in inputs.items()} for inputs in (latent, conditions))
                samples.append(self.generate(part, given))
        made = torch.cat(samples)
        return made.float() if made.is_floating_point() else made

    def placed(self, value: Tensor) -> Tensor:
        """An input on the device of the weights and, if it is floating-point, of their type."""
        dtype = next((p.dtype for p in self.parameters() if p.is_floating_point()), value.dtype)
        return value.to(self.device, dtype) if value.is_floating_point() else value.to(self.device)

    def draw(self, n: int, seed: int) -> Latents:
        """The latents of samples 0 to n-1 of a seed, on the CPU."""
        return draw_rows(n, seed, self.latent)

    def truncate(self, latent: Latents, truncation: float) -> Latents:
        """The same latents pulled towards the bulk of their prior. Raises: NotSamplable where there is none."""
        if getattr(self, "prior", None) is None:
            raise NotSamplable(f"{type(self).__name__} has no prior to truncate", hint="leave truncation out")
        return self.prior.truncate(latent, truncation)

    def interpolate_latents(self, first: Latents, second: Latents, t: float) -> Latents:
        """Latents at the share t in [0, 1] of the way from the first to the second."""
        return self.prior.interpolate(first, second, t)

    def choose_labels(self, n: int, labels: int | Sequence[int] | Tensor | None, seed: int) -> Tensor | None:
        """Labels (n,) on the CPU: those asked for, or drawn from the data's class shares; None if unconditional."""
        if self.num_classes is None:
            if labels is not None:
                raise ConfigError(f"{type(self).__name__} is not conditional: it takes no labels")
            return None
        if labels is not None:
            return check_labels(n, labels, self.num_classes)
        counts = self.data.class_counts if self.data is not None else None
        return draw_labels(n, seed, counts or [1] * self.num_classes)

    @contextmanager
    def evaluation(self, seed: int = 0) -> Iterator[None]:
        """Evaluation mode, no gradients, and a global generator that is seeded inside and untouched outside."""
        training = [module for module in self.modules() if module.training]
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.no_grad(), torch.random.fork_rng(devices):
            seed_global_generators(derive(seed, "generate"), self.device)
            self.eval()
            try:
                yield
            finally:
                for module in training:
                    module.training = True

    def example_inputs(self, n: int) -> tuple[Latents, dict[str, Tensor]]:
        """Arguments for `generate`, on the model's device."""
        latent = {name: value.to(self.device) for name, value in self.draw(n, 0).items()}
        labels = self.choose_labels(n, None, 0)
        return latent, {} if labels is None else {"y": labels.to(self.device)}

    # Where it lives ------------------------------------------------------------------------------

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next((p.device for p in self.parameters()), torch.device("cpu"))

    def keep_only_sampling(self) -> None:
        """Drop the children that sampling does not need."""
        for name in self._modules:
            if name not in self.sampling:
                self._modules[name] = None
