"""What a text that names a model means."""

from pathlib import Path

import pytest

from ganzoo.errors import ConfigError, UnknownName
from ganzoo.hub.bundled import directory_of
from ganzoo.hub.reference import Reference, parse


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("user/model", Reference("hub", "user/model")),
        ("user/model@v1.0", Reference("hub", "user/model", "v1.0")),
        ("user/model@refs/pr/3", Reference("hub", "user/model", "refs/pr/3")),
        ("./user/model", Reference("disk", "./user/model")),
        ("../model", Reference("disk", "../model")),
        ("~/model", Reference("disk", "~/model")),
        (".", Reference("disk", ".")),
        ("/absolute/model", Reference("disk", "/absolute/model")),
        (Path("user/model"), Reference("disk", "user/model")),
        ("bundled:dcgan-digits", Reference("bundled", "dcgan-digits")),
    ],
)
def test_each_form_means_one_thing(text, meaning):
    assert parse(text) == meaning


def test_a_folder_of_the_same_name_never_shadows_the_hub(tmp_path, monkeypatch):
    (tmp_path / "user" / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert parse("user/model").kind == "hub"


def test_revision_beside_or_in_the_text():
    assert parse("user/model", "v2").revision == "v2"
    assert parse("user/model@v2", "v2").revision == "v2"
    with pytest.raises(ConfigError, match="two revisions"):
        parse("user/model@v1", "v2")
    with pytest.raises(ConfigError, match="no revisions"):
        parse("./model", "v2")


@pytest.mark.parametrize(
    "text",
    ["", "model", "a/b/c", "user/", "/".join("ab") + "@", "user/model@../x", "user/mo del", "user/..", "../../etc@x\n",
     "user/model@a b", "user/model;rm -rf", "user/$(id)", "https://huggingface.co/a/b", "bundled:../x", "bundled:",
     "user/a--b", "us\u202eer/model", "user/" + "x" * 97],
)  # fmt: skip
def test_everything_else_is_refused_with_the_forms(text):
    if text.startswith("../"):
        assert parse(text).kind == "disk"
        return
    with pytest.raises(ConfigError) as raised:
        parse(text)
    assert len(raised.value.message) < 500 and raised.value.hint


def test_an_unknown_bundled_model_names_those_that_there_are():
    with pytest.raises(UnknownName, match="no model 'nothing' is bundled") as raised:
        directory_of("nothing")
    assert "there are" in raised.value.hint
