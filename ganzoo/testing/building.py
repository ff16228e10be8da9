"""How architectures and recipes must be built: from their config, from a seed, from data of each modality."""

from __future__ import annotations

import json

import torch

from ganzoo.core import configuration, entries, registry
from ganzoo.creation import FILLED, create
from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.errors import GanzooError
from ganzoo.gan import GAN
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import BATCH_SIZE, same
from ganzoo.testing.trial import Trial
from ganzoo.training.loop import train
from ganzoo.weights import named_tensors, table

STOCK = {"image": {"name": "ganzoo.digits", "image_size": 8}, "points": {"name": "ganzoo.ring8", "size": 64}}


@since("0.1")
def builds(trial: Trial) -> None:
    """It is built with its tiny settings for its tiny data, and its weights are finite."""
    try:
        gan = trial.build()
    except Exception as error:
        tiny, data = dict(trial.found.entry.tiny), dict(trial.architecture.tiny_data)
        raise CheckFailed(
            f"create({trial.found.name!r}) with tiny={tiny} and tiny_data={data} fails: {one_line(error)}",
            mend=getattr(error, "hint", None) or "see the error that this one was raised from",
        ) from error
    require(isinstance(gan, GAN), f"it builds a {type(gan).__name__}", mend="let target name a subclass of ganzoo.GAN")
    broken = [n for n, t in named_tensors(gan).items() if not bool(t.isfinite().all())]
    require(not broken, f"{', '.join(broken)} hold NaN or infinity at the start", mend="initialise every tensor")
    size = sum(tensor.numel() for tensor in named_tensors(gan).values())
    require(
        size <= 1_000_000,
        f"its tiny model has {size:,} numbers, so that checks take minutes instead of seconds",
        mend="set smaller widths in the entry's `tiny`",
    )


@since("0.1")
def builds_without_memory(trial: Trial) -> None:
    """With default settings it is built on the meta device, as every load does before it reads weights."""
    trial.build()
    try:
        with torch.device("meta"):
            create(trial.found.name, data=trial.data)
    except Exception as error:
        raise CheckFailed(
            f"building it with its default settings on the meta device fails: {one_line(error)}",
            mend="read no tensor's value in __init__ (.item(), .tolist(), numpy), and let the defaults fit together",
        ) from error


@since("0.1")
def one_seed_builds_one_model(trial: Trial) -> None:
    """One seed gives the same initial weights, another seed others."""
    first, second, other = trial.build(seed=0), trial.build(seed=0), trial.build(seed=1)
    where = same(named_tensors(first), named_tensors(second))
    require(
        not where,
        f"one seed gave two sets of weights: they differ in {where}",
        mend="draw initial weights from torch's global generator, and from nothing else",
    )
    require(
        same(named_tensors(first), named_tensors(other)),
        "two seeds gave the same weights",
        mend="do not seed a generator in __init__",
    )


@since("0.1")
def config_builds_it_again(trial: Trial) -> None:
    """Its config, written as JSON and read back, builds a model of the same tensors."""
    gan = trial.build()
    try:
        config = json.loads(json.dumps(gan.config, allow_nan=False))
        again = type(gan)(**config)
    except Exception as error:
        raise CheckFailed(
            f"its config does not survive JSON: {one_line(error)}",
            mend="let settings be text, numbers, tuples, mappings",
        ) from error
    require(
        table(named_tensors(again)) == table(named_tensors(gan)),
        "its config, read back from JSON, builds other tensors",
        mend="let every size follow from keyword-only constructor arguments",
    )


@since("0.1")
def wrong_settings_are_refused(trial: Trial) -> None:
    """A number that cannot work is refused with a message, or works; it is no crash in the depths of torch.

    Sizes that the data set gives are left out: data are tested where they are made.
    """
    gan = trial.build()
    known = {parameter.name: parameter for parameter in configuration.parameters(type(gan))}
    for name, value in gan.config.items():
        if isinstance(value, bool) or not isinstance(value, int) or name in FILLED:
            continue
        for wrong in (-1, 0):
            try:
                with torch.device("meta"):
                    type(gan)(**{**gan.config, name: wrong})
            except GanzooError:
                continue
            except Exception as error:
                raise CheckFailed(
                    f"{name}={wrong} ends in {one_line(error)}",
                    mend=f"test {name} in __init__ and raise ganzoo.errors.ConfigError, saying what would do",
                ) from error
    try:
        type(gan)(**{**gan.config, "no_such_setting": 1})
    except GanzooError:
        pass
    else:
        raise CheckFailed(
            f"a setting that there is not was taken; known are {', '.join(known)}", mend="take no **kwargs"
        )


@since("0.1")
def every_buffer_is_stored(trial: Trial) -> None:
    """Every parameter and buffer is in the state dict, so that a file holds it."""
    gan = trial.build()
    named = {n for n, _ in gan.named_parameters(remove_duplicate=False)}
    named |= {n for n, _ in gan.named_buffers(remove_duplicate=False)}
    missing = sorted(named - set(gan.state_dict()))
    require(
        not missing,
        f"{', '.join(missing)} would be in no file",
        mend="register buffers with persistent=True; compute constants in forward, or keep them as Python numbers",
    )


@since("0.1")
def every_modality_plays(trial: Trial) -> None:
    """For each modality that the entry names, a model is built and plays: on the stock data, or on its tiny data."""
    here = trial.data.spec.modality
    require(
        here in trial.architecture.modality,
        f"its tiny data hold {here}; the entry says {', '.join(trial.architecture.modality)}",
        mend="let modality name what it can be trained on, and tiny_data be one of these",
    )
    for modality in trial.architecture.modality:
        if modality == here or modality not in STOCK:
            continue
        data: Data = load_data(STOCK[modality])
        try:
            gan = trial.build(data=data)
            sampler = train(gan, data, rounds=max(2, len(gan.phases())), batch_size=BATCH_SIZE)
            shape = sampler.sample(2, seed=0).shape[1:]
        except Exception as error:
            raise CheckFailed(
                f"the entry says that it is for {modality} data too, but on {data.spec.name!r}: {one_line(error)}",
                mend=f"take {modality} out of the entry's modality, or make it work",
            ) from error
        wanted = data.first(1)["x"].shape[1:]
        require(
            shape == wanted,
            f"for {modality} it samples {tuple(shape)}, not {tuple(wanted)}",
            mend="size it by the data",
        )


@since("0.1")
def defaults_can_be_found(trial: Trial) -> None:
    """The loss, penalties, techniques and optimisers that it names by default are there, with these settings."""
    gan = trial.build()
    try:
        trial.plan(gan)
        for player in gan.players():
            chosen = player.optimizer
            name = chosen if isinstance(chosen, str) else dict(chosen or {}).get("name")
            if name is not None:
                registry.find(entries.Optimizer, name)
    except GanzooError as error:
        raise CheckFailed(f"its defaults cannot be used: {error.message}", mend=error.hint or "correct them") from error


CHECKS = (
    builds,
    builds_without_memory,
    one_seed_builds_one_model,
    config_builds_it_again,
    wrong_settings_are_refused,
    every_buffer_is_stored,
    every_modality_plays,
    defaults_can_be_found,
)
