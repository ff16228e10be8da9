"""How trained models must survive being written, read and copied."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch

from ganzoo import model_directory
from ganzoo.gan import GAN
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import same, some_samples
from ganzoo.testing.trial import Trial
from ganzoo.training.average import Average
from ganzoo.weights import named_tensors


@since("0.1")
def saves_and_loads(trial: Trial) -> None:
    """A trained model that is saved and loaded gives the same samples, and all its players come back bit for bit."""
    trained = trial.resumed
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "model"
        try:
            model_directory.save(trained.sampler, directory, live=trained.gan)
            loaded = model_directory.load(directory)
            live = model_directory.load(directory, training=True)
            again = model_directory.load(live.save_pretrained(Path(folder) / "again"))
        except Exception as error:
            raise CheckFailed(
                f"saving and loading it fails: {one_line(error)}",
                mend=getattr(error, "hint", None) or "let __init__ build every tensor from the config alone",
            ) from error
    require(loaded.data == trial.data.spec, "what the data were is lost", mend="do not set gan.data")
    where = same(named_tensors(trained.gan), named_tensors(live))
    require(not where, f"loaded, it differs from what was saved in {where}", mend="do not change tensors when building")
    pairs: tuple[tuple[str, GAN, GAN], ...] = (
        ("loaded", trained.sampler, loaded),
        ("saved from all its players and loaded", live, again),
    )
    if not samples_at_all(trial):
        return
    for words, first, second in pairs:
        require(
            torch.equal(some_samples(first, trial.data, 4, seed=3), some_samples(second, trial.data, 4, seed=3)),
            f"{words}, it gives other samples from the same seed",
            mend="keep all that sampling needs in modules named in `sampling`, in buffers of the GAN, or in the config",
        )


@since("0.1")
def average_is_independent(trial: Trial) -> None:
    """The copy that averages the weights shares nothing with the live model."""
    gan = trial.build()
    gan.data = trial.data.spec
    average = Average(gan, 0.5).gan.eval()
    kept = set(average.sampling)
    missing = [name for name in kept if name != "prior" and getattr(gan, name, None) is None]
    require(not missing, f"sampling names {', '.join(missing)}, which it does not have", mend="correct `sampling`")
    live = {tensor.data_ptr() for tensor in named_tensors(gan).values() if tensor.numel()}
    shared = [n for n, t in named_tensors(average).items() if t.numel() and t.data_ptr() in live]
    require(not shared, f"a copy shares {', '.join(shared)} with the model", mend="do not override __deepcopy__")
    if not samples_at_all(trial):
        return
    try:
        before = some_samples(average, trial.data, 4, seed=3)
    except Exception as error:
        raise CheckFailed(
            f"with nothing but {', '.join(average.sampling)} it cannot sample: {one_line(error)}",
            mend="name in `sampling` every module that generate() needs",
        ) from error
    with torch.no_grad():
        for tensor in named_tensors(gan).values():
            if tensor.is_floating_point():
                tensor.add_(1.0)
    require(
        torch.equal(before, some_samples(average, trial.data, 4, seed=3)),
        "a copy of the model gives other samples when the model's weights change",
        mend="reach modules through self, and keep no function, list or closure that holds one of them",
    )


def samples_at_all(trial: Trial) -> bool:
    """Whether there is anything to sample: classifiers have nothing."""
    return "labels" not in trial.architecture.modality


CHECKS = (saves_and_loads, average_is_independent)
