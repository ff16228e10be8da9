"""What makes no sense together is refused before training starts, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

from ganzoo.core.data_spec import DataSpec
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.game import Player
from ganzoo.gan import GAN
from ganzoo.penalties import Penalty
from ganzoo.techniques import Technique
from ganzoo.training.plan import Plan


def check_compatible(
    gan: GAN,
    spec: DataSpec,
    plan: Plan,
    players: Mapping[str, Player],
    penalties: Mapping[str, Penalty],
    techniques: Mapping[str, Technique],
) -> None:
    """Raises: CompatibilityError naming everything that does not fit; ConfigError for settings of absent players."""
    kind = type(gan).__name__
    problems, hint = [], None
    for name, player in players.items():
        absent = [stream for stream in player.streams if stream not in spec.streams]
        if absent:
            problems.append(
                f"{kind}'s {name} reads the streams {list(player.streams)}, "
                f"but the data set {spec.name!r} has {list(spec.streams)}"
            )
    for field in ("channels", "source_channels", "image_size", "features", "num_classes", "vocabulary", "length"):
        wanted, offered = gan.config.get(field), getattr(spec, field)
        wanted = tuple(wanted) if isinstance(wanted, (list, tuple)) else wanted
        if field in gan.config and wanted is not None and wanted != offered:
            problems.append(f"{kind} was built for {field}={wanted}, but the data set {spec.name!r} has {offered}")
    if penalties and "penalties" not in gan.composes:
        problems.append(f"{kind} takes no penalties: {', '.join(penalties)} would have no single critic to act on")
        hint = "leave the penalties out; a class with one critic says 'penalties' in `composes`"
    else:
        for name, penalty in penalties.items():
            if penalty.player not in players:
                problems.append(
                    f"{name} joins the loss of {penalty.player!r}, and {kind} has only {', '.join(players)}"
                )
            elif reason := penalty.refuses(gan):
                problems.append(f"{name}: {reason}")
    problems += [f"{name}: {reason}" for name, technique in techniques.items() if (reason := technique.refuses(gan))]
    if problems:
        raise CompatibilityError("; ".join(problems), hint=hint)
    strangers = [name for name in plan.players if name not in players and name != "all"]
    if strangers:
        raise ConfigError(
            f"{kind} has no player {', '.join(map(repr, strangers))}", hint=f"its players are {', '.join(players)}"
        )
