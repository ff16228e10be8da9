"""Recipes of published models, and the models in the package that were made from them."""

import shutil
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

import ganzoo
from ganzoo.cli.main import cli
from ganzoo.errors import ConfigError
from ganzoo.hub import bundled
from ganzoo.hub.card_check import check_all, check_folder
from ganzoo.hub.card_renewal import renew
from ganzoo.hub.published import is_recipe, read
from ganzoo.model_config import read_config

from .helpers import command_of
from .loopback.cards import validate

HUB_CARDS = Path(__file__).parents[2] / "hub_cards"
TRAINED = ["cgan-digits", "dcgan-digits", "gan-ring8", "infogan-digits", "progan-digits"]
MOST_BYTES = 4 * 2**20


def test_recipes_cards_and_models_agree():
    assert check_all(HUB_CARDS) == []
    assert sorted(read(f.parent).name for f in HUB_CARDS.glob("*/recipe.toml") if read(f.parent).trained) == TRAINED
    waiting = [read(f.parent) for f in HUB_CARDS.glob("*/recipe.toml") if not read(f.parent).trained]
    assert {recipe.name for recipe in waiting} == {"dcgan-mnist", "dcgan-cifar10", "sngan-cifar10"}


def test_the_bundled_models_fit_into_the_package_and_load_without_network(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert bundled.names() == TRAINED
    assert sum(file.stat().st_size for file in bundled.BUNDLED.rglob("*")) < MOST_BYTES
    for name in bundled.names():
        gan = ganzoo.load(f"bundled:{name}")
        assert gan.source == f"bundled:{name}" and gan.sample(3, seed=0).isfinite().all()


@pytest.mark.parametrize("name", TRAINED)
def test_cards_are_valid_and_name_their_scores(name):
    card = (HUB_CARDS / name / "README.md").read_text()
    assert validate(card) == ([], [])
    assert "Not measured" not in card and "model-index" in card and "1,000 samples take" in card
    assert f'ganzoo.load("bundled:{name}")' in card
    again = CliRunner().invoke(cli, [*command_of(card), "--dry-run"], catch_exceptions=False)
    assert again.exit_code == 0, again.output
    rounds = read_config(bundled.directory_of(name))["training"]["rounds"]
    assert f"for {rounds} rounds" in again.output


def test_cards_that_are_not_of_today_are_named_and_renewed_around_what_a_person_wrote(tmp_path):
    folder = tmp_path / "gan-ring8"
    shutil.copytree(HUB_CARDS / "gan-ring8", folder)
    card = folder / "README.md"
    today = card.read_text()
    assert check_folder(folder) == [] and renew(tmp_path) == []
    card.write_text(
        today.replace("Use\n", "Old use\n").replace("<!-- ganzoo:begin limits", "My words.\n\n<!-- ganzoo:begin limits")
    )
    (folder / "losses.png").write_bytes(b"old")
    first, second = check_folder(folder)
    assert "ganzoo card renew" in first and "losses.png" in second
    assert renew(tmp_path) == [folder] and check_folder(folder) == []
    assert card.read_text().replace("My words.\n\n", "") == today
    card.unlink()
    assert renew(tmp_path) == [folder] and card.read_text() == today


def test_the_command_renews(tmp_path):
    shutil.copytree(HUB_CARDS / "gan-ring8", tmp_path / "gan-ring8")
    shutil.copytree(HUB_CARDS / "dcgan-mnist", tmp_path / "dcgan-mnist")
    (tmp_path / "gan-ring8" / "README.md").unlink()
    done = CliRunner().invoke(cli, ["card", "renew", str(tmp_path)], catch_exceptions=False)
    assert (
        done.output == f"changed  {tmp_path / 'gan-ring8'}\n" and not (tmp_path / "dcgan-mnist" / "README.md").exists()
    )
    checked = CliRunner().invoke(cli, ["card", "check", str(tmp_path)], catch_exceptions=False)
    assert checked.output == "2 recipes, 0 problems\n"


def test_a_model_without_its_speed_is_named(tmp_path):
    shutil.copytree(bundled.directory_of("gan-ring8"), tmp_path / "gan-ring8")
    (tmp_path / "gan-ring8" / "speed.json").unlink()
    problems = check_folder(HUB_CARDS / "gan-ring8", tmp_path)
    assert any("card renew --speed" in problem for problem in problems)


def test_the_scores_in_the_package_are_those_of_its_model():
    from ganzoo.data.loading import load_data
    from ganzoo.hub.card_facts import read_scores
    from ganzoo.metrics.measuring import measure

    recipe = read(HUB_CARDS / "gan-ring8")
    gan, data = ganzoo.load("bundled:gan-ring8"), load_data(dict(recipe.data))
    for score in read_scores(bundled.directory_of("gan-ring8")):
        assert measure(score.metric, gan, data).value == pytest.approx(score.value, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("license", "mit"), "licence"),
        (("entry", "nothing"), "nothing"),
        (("seed", 7), "seed"),
        (("measure", ["modes"]), "scores"),
        (("data", {"name": "moons"}), "data are"),
        (("config", {"width": 3}), "width"),
        (("training", {"rounds": 3}), "rounds"),
    ],
)
def test_what_does_not_agree_is_named(tmp_path, change, message):
    folder = tmp_path / "gan-ring8"
    shutil.copytree(HUB_CARDS / "gan-ring8", folder)
    recipe = read(folder)
    key, value = change
    parts = {"entry": recipe.entry, "license": recipe.license, "seed": recipe.seed, "measure": list(recipe.measure)}
    tables = {"data": dict(recipe.data), "config": dict(recipe.config), "training": {"rounds": 6000}}
    (tables if key in tables else parts)[key] = value
    lines = [f"{name} = {text!r}".replace("'", '"') for name, text in parts.items()]
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{name} = {text!r}".replace("'", '"') for name, text in values.items())]
    (folder / "recipe.toml").write_text("\n".join(lines))
    problems = check_folder(folder)
    assert any(message in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entry = 3\ndata = {name = 'digits'}", "entry is 3"),
        ("data = {name = 'digits'}", "entry is missing"),
        ("entry = 'gan'\ndata = {}", "data.name is missing"),
        ("entry = 'gan'\ndata = {name = 'x'}\nrun = 'rm -rf /'", "run is unknown"),
        ("entry = 'gan'\nseed = true\ndata = {name = 'x'}", "seed is True"),
        ("entry = ", "no TOML"),
    ],
)
def test_a_recipe_that_is_wrong_is_named(tmp_path, text, message):
    (tmp_path / "recipe.toml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        read(tmp_path)


def run(*words):
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_the_command_trains_a_recipe_measures_and_writes_the_card(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "hub_cards" / "small"
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(
        "entry = 'gan'\nmeasure = ['modes']\nlicense = 'mit'\ndata = {name = 'ring8', size = 200}\n"
        "config = {width = 8}\ntraining = {rounds = 3, batch_size = 8}\n"
    )
    assert is_recipe(str(folder)) and not is_recipe("dcgan")
    run("train", "hub_cards/small", "--quiet")
    model = tmp_path / "runs" / "small" / "model"
    assert {"config.json", "model.safetensors", "scores.json", "speed.json", "samples.png", "README.md"} <= {
        file.name for file in model.iterdir()
    }
    card = (model / "README.md").read_text()
    assert "type: modes" in card and "license: mit" in card and "1,000 samples take" in card
    assert command_of(card)[:6] == ["train", "gan", "--data", "ring8", "--set", "data.std=0.05"]
    again = ganzoo.load(model).sample(2, seed=0)
    assert torch.equal(again, ganzoo.load(model).sample(2, seed=0))
    with pytest.raises(ConfigError, match=r"recipe\.toml decides what --round"):
        run("train", "hub_cards/small", "--rounds", "5")
