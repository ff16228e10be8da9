"""How trained models must treat what they are told: labels, sources, and what a classifier is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError, GanzooError, NotSamplable
from ganzoo.testing.requirement import CheckFailed, require, since
from ganzoo.testing.trial import Trial


@since("0.1")
def labels_are_obeyed(trial: Trial) -> None:
    """A conditional model takes one label or one per sample, heeds them and refuses others; any other takes none."""
    sampler = trial.resumed.sampler
    if sampler.translates:
        return
    if sampler.num_classes is None:
        _refused(lambda: sampler.sample(2, seed=1, labels=0), "labels, though it is not conditional")
        return
    classes, shape = sampler.num_classes, sampler.sample(3, seed=1).shape
    require(
        classes == trial.data.spec.num_classes,
        f"it has {classes} classes, the data {trial.data.spec.num_classes}",
        mend="take num_classes as a setting, and set self.num_classes to it",
    )
    last = classes - 1
    for labels in (0, [0, last, 0], torch.tensor([last, 0, last])):
        made = sampler.sample(3, seed=1, labels=labels)
        require(
            made.shape == shape, f"with labels={labels} the samples are {tuple(made.shape)}", mend="one item per label"
        )
    require(
        not torch.equal(sampler.sample(3, seed=1, labels=0), sampler.sample(3, seed=1, labels=last)),
        "the labels make no difference to the samples",
        mend="let generate() use batch['y'] where self.num_classes is set",
    )
    _refused(lambda: sampler.sample(2, labels=classes), f"the label {classes} of classes 0 to {last}")
    _refused(lambda: sampler.sample(3, labels=[0, 0]), "two labels for three samples")


@since("0.1")
def sources_are_asked_for(trial: Trial) -> None:
    """A model that translates says that it needs a source, and refuses what is none; any other takes no source."""
    sampler = trial.resumed.sampler
    if not sampler.translates:
        _refused(
            lambda: sampler.sample(1, seed=1, source=torch.zeros(1, 3, 8, 8)), "a source, though it does not translate"
        )
        return
    try:
        sampler.sample(1)
    except NotSamplable as error:
        require(error.hint, "without a source it says only: " + error.message, mend="add a hint that names source=")
    else:
        raise CheckFailed("it sampled without a source", mend="raise NotSamplable with a hint, as GAN.sample does")
    source = trial.data.sources(2)
    _refused(lambda: sampler.sample(1, source=source[:, :0]), "a source without channels")
    _refused(lambda: sampler.sample(3, source=source), "2 sources for 3 samples")


@since("0.1")
def predicts_labels(trial: Trial) -> None:
    """A classifier refuses to sample, with a word on what to do instead, and predicts int64 labels of its classes."""
    sampler = trial.resumed.sampler
    try:
        sampler.sample(1)
    except NotSamplable as error:
        require(error.hint, "it says only: " + error.message, mend="add a hint that names predict()")
    else:
        raise CheckFailed("it samples, though its modality is labels", mend="raise NotSamplable in sample()")
    batch = trial.data.first(4)
    with sampler.evaluation():
        predicted = sampler.predict(batch)
    require(
        isinstance(predicted, Tensor) and predicted.dtype == torch.int64 and predicted.shape == (4,),
        f"predict() gives {getattr(predicted, 'dtype', type(predicted).__name__)}, not int64 labels (N,)",
        mend="return logits.argmax(1)",
    )
    classes = trial.data.spec.num_classes or 0
    require(
        int(predicted.min()) >= 0 and int(predicted.max()) < classes,
        f"predict() gives labels outside [0, {classes})",
        mend="size the output by num_classes",
    )


def _refused(act: Callable[[], Any], what: str) -> None:
    try:
        act()
    except GanzooError:
        return
    except Exception as error:
        raise CheckFailed(
            f"it takes {what}, and ends in {type(error).__name__}: {error}", mend=f"raise {ConfigError.__name__} before"
        ) from error
    raise CheckFailed(
        f"it takes {what}, and says nothing", mend="leave the tests of arguments to GAN.sample, or repeat them"
    )


CHECKS = (labels_are_obeyed, sources_are_asked_for)
OF_CLASSIFIERS = (predicts_labels,)
