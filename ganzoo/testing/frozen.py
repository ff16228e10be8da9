"""Models kept as they were saved once, so that whatever changes, they still load and give what they gave.

    tests/models/dcgan-format1-revision1/
        config.json, model.safetensors, training.safetensors    as `ganzoo.train` left them
        expected.safetensors                                    what was asked of them, and what they gave

One command makes it, with the entry's `tiny` settings (`--set` makes what is large smaller):

    python -m ganzoo.testing.frozen ganzoo.dcgan tests/models

What is there is never made again: a released model cannot be recalled. A plugin keeps those of its own architectures,
and its tests say so in two lines:

    @pytest.mark.parametrize("directory", frozen_models(MODELS), ids=lambda directory: directory.name)
    def test_a_released_model_still_loads(directory):
        check_frozen_model(directory)

    def test_every_revision_is_kept():
        assert missing_models("mygan", MODELS) == []
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganzoo import model_directory
from ganzoo.core import configuration, entries, registry
from ganzoo.creation import create
from ganzoo.data.loading import load_data
from ganzoo.errors import ConfigError, GanzooError, NotSamplable
from ganzoo.files import write_whole
from ganzoo.model_config import FORMAT
from ganzoo.testing.requirement import CheckFailed, one_line, require
from ganzoo.training.loop import train

EXPECTED = "expected.safetensors"
GIVEN: tuple[str, ...] = ("source", "labels", "x")
N, SEED, BATCH_SIZE = 2, 0, 8
TOLERANCE = 1e-4  # torch and processors differ in the last bits; another meaning of a tensor differs in the first


def freeze(name: str, folder: Path, **settings: Any) -> Path:
    """Train a tiny model for a few rounds, and keep it with what it gives; returns its directory.

    Raises: ConfigError if one of this format and revision is there, and what building and training raise.
    """
    found = registry.find(entries.Architecture, name)
    directory = folder / _directory_name(found)
    if directory.exists():
        raise ConfigError(
            f"{directory} is there already, and what was released stays as it is",
            hint="raise the entry's `revision` when saved models change; a directory that was never released, delete",
        )
    data = load_data(dict(found.entry.tiny_data))
    gan = create(found.name, data=data, seed=SEED, **{**found.entry.tiny, **settings})
    sampler = train(gan, data, rounds=max(4, 2 * len(gan.phases())), batch_size=BATCH_SIZE, seed=SEED)
    given, asked = {}, ["samples", "live_samples"]
    if "labels" in found.entry.modality:
        given, asked = {"x": data.first(N)["x"]}, ["predictions"]
    if gan.translates:
        given["source"] = data.sources(N)
    if gan.num_classes is not None and "x" not in given:
        given["labels"] = torch.arange(N) % gan.num_classes
    model_directory.save(sampler, directory, live=gan)
    try:
        _gives(directory, given, ["logits"])
        asked.append("logits")
    except (AttributeError, TypeError, RuntimeError, KeyError, NotSamplable):
        pass  # there is no one discriminator, or it judges more than a sample
    expected = {**given, **_gives(directory, given, asked)}
    write_whole(directory / EXPECTED, lambda path: save_file(expected, path))
    return directory


def frozen_models(folder: Path) -> list[Path]:
    """The directories of frozen models in a folder. Raises: ConfigError for a folder without any."""
    found = sorted(file.parent for file in folder.glob(f"*/{EXPECTED}"))
    if not found:
        raise ConfigError(f"{folder} holds no frozen model", hint="python -m ganzoo.testing.frozen NAME FOLDER")
    return found


def missing_models(namespace: str, folder: Path) -> list[str]:
    """For each architecture of a plugin whose present revision is not among the frozen models, the command for it."""
    return [
        f"python -m ganzoo.testing.frozen {found.name} {os.path.relpath(folder)}"
        for found in registry.entries(entries.Architecture)
        if found.provider.namespace == namespace and not (folder / _directory_name(found) / EXPECTED).is_file()
    ]


def check_frozen_model(directory: Path) -> None:
    """Raises: CheckFailed unless the model loads, with and without its players, and gives what it gave."""
    mend = "let the entry's `migrate` turn it into a model of the present revision that does the same"
    stored = load_file(directory / EXPECTED)
    given = {name: stored.pop(name) for name in GIVEN if name in stored}
    try:
        made = _gives(directory, given, list(stored))
    except Exception as error:
        raise CheckFailed(f"{directory.name} no longer loads: {one_line(error)}", mend=mend) from error
    for name, expected in stored.items():
        now = made[name]
        forms = [f"{tensor.dtype} {tuple(tensor.shape)}" for tensor in (now, expected)]
        require(forms[0] == forms[1], f"{directory.name}: its {name} are {forms[0]}, not {forms[1]}", mend=mend)
        far = float((now.double() - expected.double()).abs().max()) / max(1.0, float(expected.double().abs().max()))
        require(far <= TOLERANCE, f"{directory.name}: its {name} are off by {far:.2g}", mend=mend)


def _gives(directory: Path, given: Mapping[str, Tensor], asked: Sequence[str]) -> dict[str, Tensor]:
    """What is asked of a model: samples of it, and of the weights that were trained; their logits; predictions."""
    model, live = model_directory.load(directory), model_directory.load(directory, training=True)
    conditions = {name: given[name] for name in ("source", "labels") if name in given}
    made: dict[str, Tensor] = {}
    if "predictions" in asked:
        with model.evaluation(SEED):
            made["predictions"] = model.predict({"x": given["x"]})  # type: ignore[operator]
    if "samples" in asked:
        made["samples"] = model.sample(N, seed=SEED, **conditions)  # type: ignore[arg-type]
    if "live_samples" in asked or "logits" in asked:
        made["live_samples"] = x = live.sample(N, seed=SEED, **conditions)  # type: ignore[arg-type]
    if "logits" in asked:
        batch = {"x": x, **{"y" if name == "labels" else name: value for name, value in conditions.items()}}
        with live.evaluation(SEED):
            made["logits"] = live.critic(x, batch, "real")
    return {name: made[name].contiguous() for name in asked}


def _directory_name(found: registry.Registered[entries.Architecture]) -> str:
    return f"{found.entry.name}-format{FORMAT}-revision{found.entry.revision}"


@click.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A constructor argument; repeatable.")
def main(name: str, folder: Path, settings: tuple[str, ...]) -> None:
    """Freeze a tiny model of the architecture NAME in FOLDER."""
    try:
        kind = registry.find(entries.Architecture, name).load()
        annotations = {p.name: p.annotation for p in configuration.parameters(kind)}
        given = configuration.assignments(list(settings))
        unknown = sorted(set(given) - set(annotations))
        if unknown:
            raise ConfigError(f"{name} has no setting {', '.join(unknown)}; it has {', '.join(annotations)}")
        parsed = {key: configuration.parse(text, annotations[key], what=key) for key, text in given.items()}
        directory = freeze(name, folder, **parsed)
    except GanzooError as error:
        raise click.ClickException(str(error)) from error
    size = sum(file.stat().st_size for file in directory.iterdir())
    click.echo(f"{directory}: {size:,} bytes; gives {', '.join(sorted(load_file(directory / EXPECTED)))}")


if __name__ == "__main__":
    main()
