"""What architectures and recipes let a run choose: that techniques and losses do what they are chosen for."""

from __future__ import annotations

from ganzoo.errors import GanzooError
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import BATCH_SIZE
from ganzoo.testing.trial import Trial
from ganzoo.training.loop import train

# What a critic has been shown when the adversarial loss is asked for a side.
SEEN_BY_SIDE = {"discriminator": ("real", "fake"), "generator": ("fake",)}


@since("0.1")
def techniques_reach_the_critics(trial: Trial) -> None:
    """Whatever composes shows its critics what `view` gives, real samples and fake ones, in every player's turns.

    `critic` does it. Without it a run with instance noise or with augmentation is one without, and nothing says so.
    """
    gan, seen = trial.played.gan, trial.played.seen
    mend = "ask one discriminator by self.critic(x, batch, kind), and show each of several self.view(x, kind)"
    require(
        seen.shown or not gan.composes,
        "nothing goes through self.view, so that techniques which act on what a critic sees do nothing",
        mend=mend,
    )
    missing = {
        f"{kind!r} of {player}'s turns"
        for player, side, _ in seen.asked
        for kind in SEEN_BY_SIDE[side]
        if (player, kind) not in seen.shown
    }
    require(not missing, f"self.view is not given the samples {', '.join(sorted(missing))}", mend=mend)


@since("0.1")
def any_loss_can_be_chosen(trial: Trial) -> None:
    """Whatever composes with "loss" asks `self.loss`, and plays with one whose both sides need real logits, too."""
    gan = trial.build()
    if "loss" not in gan.composes:
        return
    require(
        trial.played.seen.asked,
        "its `composes` holds 'loss', and nothing asks self.loss, so that the loss of a run has no effect",
        mend="let the terms be self.loss.discriminator(...) and self.loss.generator(...); or leave 'loss' out",
    )
    rounds = max(2, len(gan.phases()))
    try:
        train(gan, trial.data, rounds=rounds, batch_size=BATCH_SIZE, loss="ganzoo.relativistic", techniques=[])
    except Exception as error:
        hint = error.hint if isinstance(error, GanzooError) else None
        raise CheckFailed(
            f"its `composes` holds 'loss', and with the relativistic loss it ends in {one_line(error)}",
            mend=f"{hint or 'see the error that this one was raised from'}, as self.fool does; or leave 'loss' out",
        ) from error


CHECKS = (techniques_reach_the_critics, any_loss_can_be_chosen)
