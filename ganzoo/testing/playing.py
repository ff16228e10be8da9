"""How architectures and recipes must play: what a run does to their players, phases, gradients and weights."""

from __future__ import annotations

import math

from ganzoo.testing.requirement import require, since
from ganzoo.testing.tiny import same
from ganzoo.testing.trial import Trial


@since("0.1")
def losses_are_named_scalars(trial: Trial) -> None:
    """The loss of each player is a mapping of names to scalar tensors that depend on its weights."""
    assert trial.played.seen.turns  # the observer looks at every term, and says what is wrong with it


@since("0.1")
def logits_are_one_per_sample(trial: Trial) -> None:
    """A critic's logits are (N,), or (N, 1, H, W) of patches, and whoever composes with penalties asks it by `critic`.

    Logits (N, 1) beside others (N,) broadcast to (N, N), and no loss notices. Those of several critics are seen
    where the adversarial loss is given them.
    """
    gan, seen = trial.played.gan, trial.played.seen
    answers, mend = seen.answers, "let the discriminator end in nn.Flatten(0), or take .squeeze(1) of what it gives"
    odd = [f"{shape} for {n} samples" for n, shape in sorted(answers) if not _is_one_each(n, shape)]
    require(not odd, f"the critic's logits have the shape {'; '.join(odd[:3])}", mend=mend)
    require(
        answers or "penalties" not in gan.composes,
        "no logits came by critic(), so that techniques and penalties act on nothing",
        mend="ask the discriminator by self.critic(x, batch, kind); where there are several, show each "
        "self.view(x, kind), and leave 'penalties' out of `composes`",
    )
    given = sorted({shape for *_, shapes in seen.asked for shape in shapes if not _is_one_each(shape[0], shape)})
    require(not given, f"self.loss is given logits of the shape {'; '.join(map(str, given[:3]))}", mend=mend)


@since("0.1")
def rounds_are_finite(trial: Trial) -> None:
    """From the first round on, every loss, gradient and weight is a finite number."""
    played = trial.played
    bad = {name for line in played.metrics for name, value in line.items() if not math.isfinite(value)}
    require(
        not bad, f"{', '.join(sorted(bad))} became NaN or infinite", mend="look for log(0), division by 0, sqrt at 0"
    )
    skipped = sum(line.get("skipped_updates", 0) for line in played.metrics)
    require(
        not skipped,
        f"{int(skipped)} updates were skipped, for their gradients were NaN or infinite",
        mend="look for the gradients of sqrt and norm at 0, and of what torch.where leaves out",
    )
    broken = [name for name, tensor in played.state["gan"].items() if not bool(tensor.isfinite().all())]
    require(not broken, f"{', '.join(broken)} hold NaN or infinity at the end", mend="bound what is accumulated there")


@since("0.1")
def tiny_goes_through_everything(trial: Trial) -> None:
    """A short run of the tiny model plays every phase, gives every player a turn, and uses every penalty."""
    played, rounds = trial.played, trial.rounds
    gan, seen = played.gan, played.seen
    phases = [phase.name for phase in gan.phases() if phase.share and not seen.phases[phase.name]]
    require(
        not phases,
        f"of {rounds} rounds the phases {', '.join(phases)} had none",
        mend="choose `tiny` so that every phase has a share of a short run, or give phases without rounds the share 0",
    )
    idle = [name for name, turns in seen.turns.items() if not turns]
    idle += [name for name in played.run.seats if name not in seen.turns]
    require(
        not idle,
        f"in {rounds} rounds {', '.join(idle)} had no turn",
        mend="name every player in a phase that `tiny` plays, or leave it out of players()",
    )
    unused = [name for name in played.run.penalties if not seen.penalties[name]]
    require(
        not unused,
        f"in {rounds} rounds the penalties {', '.join(unused)} were never due",
        mend="let the player whose loss they join play in round 0, or choose a smaller `every`",
    )


@since("0.1")
def gradients_reach_every_module(trial: Trial) -> None:
    """In a short run the loss of each player reaches each layer that the player trains, and leaves none on others.

    Single tensors of a layer may have none: the last bias of a Wasserstein critic cancels out.
    """
    seen, run = trial.played.seen, trial.played.run
    for player in run.seats:
        layers = {_layer(name) for name in seen.reached[player]}
        lost = sorted(name for name in seen.own[player] if _layer(name) not in layers)
        require(
            not lost,
            f"no gradient of {player}'s loss has reached {', '.join(lost[:6])}",
            mend="look for detach(), no_grad() or an unused layer on the way; else take the module off Player.modules",
        )
        require(
            not seen.stray[player],
            f"{player}'s loss left gradients on {', '.join(sorted(seen.stray[player])[:6])}, which it does not train",
            mend="call neither backward() nor requires_grad_() in a loss: the loop sees to what a player trains",
        )


@since("0.1")
def every_parameter_is_somebodys(trial: Trial) -> None:
    """Each parameter is trained by a player, moved by the GAN itself, or frozen from the start."""
    seen, gan = trial.played.seen, trial.build()
    trained = set().union(*seen.own.values())
    idle = [n for n, p in gan.named_parameters() if p.requires_grad and n not in trained and n not in seen.moved]
    require(
        not idle,
        f"nobody trains {', '.join(idle[:6])}",
        mend="name the module in a Player's modules; freeze it with requires_grad_(False) if it is to stay as it is",
    )


@since("0.1")
def turns_change_only_their_own(trial: Trial) -> None:
    """A turn changes its player's parameters, and of others only what running them changes or what it declares."""
    for player, changed in trial.played.seen.changed.items():
        require(
            not changed,
            f"{player}'s turn changed {', '.join(sorted(changed)[:6])}",
            mend="change weights through the player's optimiser; declare buffers of others in Player.touches, and move "
            "copies in after_round",
        )


@since("0.1")
def tree_is_complete(trial: Trial) -> None:
    """Training adds no module, parameter or buffer and takes none away: growth is in buffers."""
    before, after = trial.played.seen.modules
    difference = sorted(set(before) ^ set(after))
    require(
        not difference,
        f"a run added or removed the modules {', '.join(difference[:6])}",
        mend="build all stages in __init__, and keep how far they have grown in a buffer",
    )
    old, new = trial.played.seen.tensors
    tensors = sorted({*old.items(), *new.items()} - ({*old.items()} & {*new.items()}))
    require(
        not tensors,
        f"a run added, removed or resized {', '.join(sorted({name for name, _ in tensors})[:6])}",
        mend="register every buffer at its full size in __init__, and fill it in place",
    )


@since("0.1")
def resumes_exactly(trial: Trial) -> None:
    """A run that is stopped twice and taken up again ends as if it had never been stopped, bit for bit."""
    whole, parts = trial.played, trial.resumed
    where = same(whole.state, parts.state)
    require(
        not where,
        f"a run that was stopped and taken up again differs in {where}",
        mend="keep what must survive a stop in buffers, and draw random numbers from turn.rng, run.rng(name) or "
        "torch's global generator only",
    )
    require(
        whole.metrics == parts.metrics,
        "a run that was stopped and taken up again logs other numbers",
        mend="let losses depend on the weights, the batch and the turn only",
    )


def _is_one_each(n: int, shape: tuple[int, ...]) -> bool:
    return shape == (n,) or (len(shape) == 4 and shape[:2] == (n, 1))


def _layer(parameter: str) -> str:
    return parameter.rpartition(".")[0]


CHECKS = (
    losses_are_named_scalars,
    logits_are_one_per_sample,
    rounds_are_finite,
    tiny_goes_through_everything,
    gradients_reach_every_module,
    every_parameter_is_somebodys,
    turns_change_only_their_own,
    tree_is_complete,
    resumes_exactly,
)
