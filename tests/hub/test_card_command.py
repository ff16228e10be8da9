"""The command on a card is one that `ganzoo train` accepts, and it trains the same model again, bit for bit."""

import pytest
import torch
from click.testing import CliRunner
from PIL import Image

import ganzoo
from ganzoo.cli.main import cli
from ganzoo.core import entries, registry
from ganzoo.hub import card_command
from ganzoo.hub.card import card_of
from ganzoo.hub.card_facts import read_facts
from ganzoo.model_config import read_config
from ganzoo.testing.tiny import build_tiny
from ganzoo.training import records
from ganzoo.weights import named_tensors

from .helpers import command_of, words_of

NAMES = [found.entry.name for found in registry.entries((entries.Architecture, entries.Recipe))]
OF_THE_RECORDS = {"log_every", "samples_every", "checkpoint_every", "keep", "metrics"}
EARLY = {
    "penalties, techniques and players": (
        "dcgan",
        {"latent": {"name": "truncated", "limit": 1.5}},
        {
            "loss": "wasserstein",
            "penalties": [{"name": "gradient-penalty", "weight": 2.5, "every": 2}, "r1"],
            "techniques": [{"name": "instance-noise", "std": 0.25}, "weight-clip"],
            "players": {
                "all": {"schedule": "cosine", "betas": (0.0, 0.9)},
                "discriminator": {"steps": 2, "lr": 1e-5, "clip": 1.0},
                "generator": {"optimizer": "adam", "batch_size": 3, "clip": None},
            },
            "ema": None,
        },
    ),
    "nothing of what a recipe brings": (
        "dcgan-digits",
        {},
        {"penalties": [], "techniques": [], "loss": {"name": "least-squares"}, "ema": 0.5, "seed": 2**40},
    ),
    "a codes latent": ("infogan", {}, {"players": {"all": {"optimizer": "sgd", "momentum": 0.5}}}),
}


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    """Drawing them would take longer than everything else here."""
    monkeypatch.setattr(records, "show_run", lambda *given: None)
    monkeypatch.setattr(records.Records, "_draw", lambda *given: None)


def play(words):
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def assert_repeated(gan, data, tmp_path, **settings):
    ganzoo.train(gan, data, out=tmp_path / "run", **{"rounds": max(2, len(gan.phases())), "batch_size": 4, **settings})
    words = command_of(str(card_of(tmp_path / "run" / "model")))
    play([*words, "--quiet", "--out", str(tmp_path / "again"), "--samples-every", "0", "--checkpoint-every", "0"])
    first, second = (read_config(tmp_path / run / "model") for run in ("run", "again"))
    for one in (first, second):
        one["training"] = {key: value for key, value in one["training"].items() if key not in OF_THE_RECORDS}
        del one["weights"]
    assert second == first
    weights = [named_tensors(ganzoo.load(tmp_path / run / "model", training=True)) for run in ("run", "again")]
    assert weights[0].keys() == weights[1].keys()
    assert all(torch.equal(weights[0][key], weights[1][key]) for key in weights[0])


@pytest.mark.parametrize("name", NAMES)
def test_of_every_architecture_and_recipe(name, tmp_path):
    gan, data = build_tiny(name)
    assert_repeated(gan, data, tmp_path)


@pytest.mark.parametrize("case", EARLY)
def test_with_everything_that_can_be_chosen(case, tmp_path):
    name, config, settings = EARLY[case]
    tiny = registry.find((entries.Architecture, entries.Recipe), name).entry.tiny
    data = ganzoo.load_data("digits", image_size=8)
    assert_repeated(
        ganzoo.create(name, data=data, seed=settings.get("seed", 0), **{**tiny, **config}), data, tmp_path, **settings
    )


def test_of_points_with_arguments_of_their_data(tmp_path):
    data = ganzoo.load_data("ring8", std=0.1, size=100)
    assert_repeated(ganzoo.create("gan", data=data, seed=0, width=8), data, tmp_path)


def test_a_folder_is_named_by_its_end_alone(tmp_path, monkeypatch):
    folder = tmp_path / "some where" / "photos of me"
    folder.mkdir(parents=True)
    for index in range(6):
        Image.new("RGB", (9, 8), (40 * index, 0, 0)).save(folder / f"{index}.png")
    data = ganzoo.load_data(folder, image_size=(8, 8))
    monkeypatch.chdir(folder.parent)
    gan = ganzoo.create("dcgan", data=data, seed=0, width=4)
    ganzoo.train(gan, data, out=tmp_path / "run", rounds=1, batch_size=2)
    card = str(card_of(tmp_path / "run" / "model"))
    assert "some where" not in card and "put your own in their place" in card
    words = command_of(card)
    assert words[words.index("--data") + 1] == "./photos of me"
    play([*words, "--dry-run"])


def test_data_from_python_have_no_command(tmp_path):
    x = torch.rand(12, 1, 8, 8) * 2 - 1
    gan = ganzoo.create("dcgan", data=ganzoo.load_data(x), seed=0, width=4)
    ganzoo.train(gan, x, out=tmp_path / "run", rounds=1, batch_size=2)
    card = str(card_of(tmp_path / "run" / "model"))
    assert "ganzoo train" not in card and "trained from Python" in card


def test_what_a_stranger_wrote_into_a_config_stays_within_its_quotes(tmp_path):
    gan, data = build_tiny("gan")
    ganzoo.train(gan, data, out=tmp_path / "run", rounds=1, batch_size=2)
    facts = read_facts(tmp_path / "run" / "model", None)
    evil = "x; rm -rf / `id` $(id) ' \" \n&& id"
    facts.config["training"]["loss"] = {"name": evil, evil: evil}
    facts.config["training"]["data"] = {"name": evil, evil: [evil]}
    words = [word for option in card_command.options(facts) for word in option]
    assert words_of(card_command.command(facts)) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "none"), (True, "true"), (0.1, "0.1"), (1e-05, "1e-05"), ([1, 2], "1,2"), ([3], "[3]"), ([], "[]"),
     ({"name": "normal"}, '{"name": "normal"}'), (["a", "b"], '["a", "b"]')],
)  # fmt: skip
def test_values_as_the_command_reads_them(value, text):
    assert card_command.written(value) == text
