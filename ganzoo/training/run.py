"""A run: everything that changes while a GAN is trained, and the state that lets it go on elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo.core import components, entries
from ganzoo.data import Data
from ganzoo.errors import NonFiniteError
from ganzoo.game import Player, Turn
from ganzoo.gan import GAN
from ganzoo.penalties import Penalty
from ganzoo.streams import generator
from ganzoo.techniques import Technique
from ganzoo.training.average import Average
from ganzoo.training.calendar import Calendar
from ganzoo.training.compatibility import check_compatible
from ganzoo.training.plan import Plan
from ganzoo.training.seat import Seat
from ganzoo.weights import copy_into, named_tensors


class Run:
    """The table at which a GAN is played: its seats, phases, techniques, penalties and average.

    Args:
        gan: trained in place.
        data: where batches come from.
        plan: see `ganzoo.training.plan`.

    What phases, techniques and plugins may use: `gan`, `data`, `plan`, `device`, `round` (rounds completed),
    `rng(name)`, `player_names`, `parameters(player)`, `progress`.
    Raises: CompatibilityError, ConfigError, before anything is trained.
    """

    def __init__(self, gan: GAN, data: Data, plan: Plan) -> None:
        self.gan, self.plan = gan, plan
        self.device = gan.device
        self.data = data.to(self.device)
        self.round = 0
        gan.input_techniques = ()
        self._rngs: dict[str, torch.Generator] = {}
        if plan.channels_last and any(isinstance(module, nn.Conv2d) for module in gan.modules()):
            gan.to(memory_format=torch.channels_last)
        if plan.loss is not None:
            gan.chosen_loss = components.build(entries.Loss, plan.loss)
        self.penalties: dict[str, Penalty] = {
            _short(component): components.build(entries.Penalty, component).to(self.device)
            for component in plan.penalties
        }
        self._techniques: dict[str, Technique] = {
            _short(component): components.build(entries.Technique, component) for component in plan.techniques
        }
        self.techniques = tuple(self._techniques.values())
        phases = gan.phases()
        players = {player.name: player for player in gan.players()}
        players |= {p.name: p for phase in phases for p in phase.players or () if isinstance(p, Player)}
        check_compatible(gan, self.data.spec, plan, players, self.penalties, self._techniques)
        self.seats = {name: Seat(player, gan, self.data, plan, self.device) for name, player in players.items()}
        self.calendar = Calendar(phases, plan.rounds, [player.name for player in gan.players()])
        self.average = None if plan.ema is None else Average(gan, plan.ema)
        for seat in self.seats.values():
            for parameter in seat.parameters:
                parameter.requires_grad_(False)
        self._learning: Seat | None = None
        self._skipped = torch.zeros((), device=self.device)
        self._one = torch.ones((), device=self.device)
        self._found = torch.zeros((), device=self.device)
        self._guarded = 0
        self._window: dict[str, list[Tensor]] = {}
        for name, technique in self._techniques.items():
            technique.rng = generator(plan.seed, "technique", name, device=self.device)
            technique.setup(self)
        gan.input_techniques = self.techniques
        gan.train()

    # What phases and techniques ask ---------------------------------------------------------------

    @property
    def player_names(self) -> list[str]:
        return list(self.seats)

    def parameters(self, player: str) -> list[nn.Parameter]:
        """The parameters that a player trains."""
        return self.seats[player].parameters

    def rng(self, name: str) -> torch.Generator:
        """A random stream of the run, by name; its state is part of the run's."""
        if name not in self._rngs:
            self._rngs[name] = generator(self.plan.seed, "run", name, device=self.device)
        return self._rngs[name]

    @property
    def progress(self) -> float:
        """The share of the run that is over, in [0, 1]."""
        return self.round / self.plan.rounds

    # What a round asks ----------------------------------------------------------------------------

    @property
    def seats_of_phase(self) -> list[Seat]:
        return [self.seats[name] for name in self.calendar.player_names]

    def new_turn(self, seat: Seat | None, step: int, scratch: dict[str, Any]) -> Turn:
        return Turn(
            round=self.round,
            rounds=self.plan.rounds,
            phase=self.calendar.phase.name,
            progress=self.calendar.progress(self.round),
            player="" if seat is None else seat.name,
            step=step,
            rng=self.rng("round") if seat is None else seat.rng,
            scratch=scratch,
        )

    def penalties_of(self, seat: Seat) -> Iterator[tuple[str, Penalty]]:
        return ((name, penalty) for name, penalty in self.penalties.items() if penalty.player == seat.name)

    def let_learn(self, seat: Seat) -> None:
        """Let gradients reach the modules of this player, and no others."""
        if self._learning is not seat:
            for parameter in self._learning.parameters if self._learning else ():
                parameter.requires_grad_(False)
            for parameter in seat.parameters:
                parameter.requires_grad_(True)
            self._learning = seat

    def guard(self, seat: Seat) -> None:
        """Make the optimiser skip its step if a gradient is not finite, without waiting for the device.

        The kernel is the one that `torch.amp.GradScaler` uses. Fused optimisers take the flag; for others the bad
        entries are put to zero.
        """
        gradients = [parameter.grad for parameter in seat.parameters if parameter.grad is not None]
        self._found.zero_()
        torch._amp_foreach_non_finite_check_and_unscale_(gradients, self._found, self._one)
        self._skipped += self._found
        self._guarded += 1
        if seat.optimizer.defaults.get("fused"):
            seat.optimizer.grad_scale, seat.optimizer.found_inf = None, self._found  # type: ignore[attr-defined]
        else:
            for gradient in gradients:
                torch.nan_to_num_(gradient, nan=0.0, posinf=0.0, neginf=0.0)

    def record(self, player: str, values: Mapping[str, Tensor]) -> None:
        """Keep tensors for the next line of metrics; nothing is read from the device now."""
        for name, value in values.items():
            self._window.setdefault(f"{player}/{name}" if player else name, []).append(value.detach())

    def read_metrics(self) -> dict[str, float]:
        """The means of what was recorded since the last call. This is where the device is waited for.

        Raises: NonFiniteError when every update since then had to be skipped.
        """
        means = {name: torch.stack(values).float().mean() for name, values in self._window.items()}
        values = torch.stack([*means.values(), self._skipped]).tolist()
        updates, skipped = self._guarded, values[-1]
        self._window, self._guarded = {}, 0
        self._skipped.zero_()
        metrics = dict(zip(means, values[:-1], strict=True))
        if skipped:
            metrics["skipped_updates"] = skipped
        if 0 < updates <= skipped:
            raise NonFiniteError(
                f"the last {int(skipped)} updates before round {self.round} were not finite and had to be skipped",
                hint="go on from an earlier checkpoint with a smaller learning rate, e.g. --set all.lr=1e-4",
            )
        return metrics

    @property
    def sampler(self) -> GAN:
        """The model to sample from: the average if the run keeps one, else the GAN itself."""
        return self.gan if self.average is None else self.average.gan

    # State ----------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Everything that the run needs to go on: tensors and JSON-able values."""
        return {
            "round": self.round,
            "calendar": self.calendar.state_dict(),
            "gan": named_tensors(self.gan),
            "average": {} if self.average is None else named_tensors(self.average.gan),
            "seats": {name: seat.state_dict() for name, seat in self.seats.items()},
            "penalties": {name: dict(penalty.state_dict()) for name, penalty in self.penalties.items()},
            "techniques": {
                name: {"state": technique.state_dict(), "rng": technique.rng.get_state()}
                for name, technique in self._techniques.items()
            },
            "rngs": {name: rng.get_state() for name, rng in self._rngs.items()},
            "data_weights": self.data.weights,
            "skipped": self._skipped,
            "guarded": self._guarded,
            "window": {name: torch.stack(values) for name, values in self._window.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned. Raises: CheckpointError, ModelDirectoryError if it does not fit."""
        self.round = state["round"]
        self.calendar.load_state_dict(state["calendar"])
        copy_into(self.gan, state["gan"], what="the checkpoint")
        if self.average is not None:
            copy_into(self.average.gan, state["average"], what="the checkpoint's average")
        for name, seat in self.seats.items():
            seat.load_state_dict(state["seats"][name])
        for name, penalty in self.penalties.items():
            penalty.load_state_dict(state["penalties"][name])
        for name, technique in self._techniques.items():
            technique.load_state_dict(state["techniques"][name]["state"])
            technique.rng.set_state(state["techniques"][name]["rng"])
        for name, rng_state in state["rngs"].items():
            self.rng(name).set_state(rng_state)
        weights = state["data_weights"]
        self.data.weights = None if weights is None else weights.to(self.device)
        self._skipped.copy_(state["skipped"])
        self._guarded = state["guarded"]
        self._window = {name: list(values.to(self.device)) for name, values in state["window"].items()}


def _short(component: Mapping[str, Any]) -> str:
    """The last part of a component's qualified name."""
    return str(component["name"]).rsplit(".", 1)[-1]
