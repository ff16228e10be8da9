"""What arrived is compared with what was sent, and what was pushed is gathered from exact names."""

import hashlib
import os
import shutil

import pytest

import ganzoo
from ganzoo import errors
from ganzoo.hub import preparing
from ganzoo.hub.committing import git_hash

from .helpers import tiny


def flipped(content):
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "README.md", "samples.png"])
def test_a_file_that_arrives_changed_is_noticed_and_the_commit_is_named(connected, name):
    connected.garble = lambda path, content: flipped(content) if path == name else content
    with pytest.raises(errors.UntrustedFile, match="did not arrive as it was sent") as raised:
        ganzoo.push(tiny("dcgan"), "me/model")
    assert name in raised.value.message and connected.repository("me/model").head in raised.value.message
    connected.garble = lambda path, content: content + b" " if path == name else content
    with pytest.raises(errors.UntrustedFile, match=name):
        ganzoo.push(tiny("dcgan", seed=1), "me/model")
    connected.garble = None
    ganzoo.push(tiny("dcgan", seed=2), "me/model")


def test_the_name_of_content_in_git():
    assert git_hash(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert git_hash(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.fixture
def directory(tmp_path):
    return tiny("dcgan").save_pretrained(tmp_path / "model")


def pushed_files(connected, directory, **how):
    ganzoo.push(directory, "me/model", **how)
    return connected.repository("me/model").files()


def test_links_are_not_followed_and_strange_files_stay_at_home(connected, directory, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"hf_secret")
    for name in ("samples.png", "losses.png", "README.md"):
        (directory / name).unlink(missing_ok=True)
        (directory / name).symlink_to(secret)
    (directory / ".env").write_text("HF_TOKEN=hf_secret")
    (directory / ".git").mkdir()
    (directory / "handler.py").write_text("evil = 1")
    os.mkfifo(directory / "scores.json.fifo")
    files = pushed_files(connected, directory)
    assert not any(b"hf_secret" in content for content in files.values())
    assert {".env", ".git", "scores.json.fifo", "losses.png"}.isdisjoint(files)
    assert b"evil" not in files["handler.py"] and files["samples.png"].startswith(b"\x89PNG")


def test_weights_that_are_a_link_are_refused(connected, directory, tmp_path):
    shutil.move(directory / "model.safetensors", tmp_path / "elsewhere")
    (directory / "model.safetensors").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(errors.ModelDirectoryError, match=r"model\.safetensors of its own"):
        ganzoo.push(directory, "me/model")
    assert connected.log == []


def test_a_directory_that_changes_while_it_is_read_is_refused(connected, directory, tmp_path, monkeypatch):
    other = tiny("dcgan", seed=1).save_pretrained(tmp_path / "other")

    def copy(source, target):
        if source.name == "model.safetensors":  # config.json was read already
            source.write_bytes((other / source.name).read_bytes())
        return shutil.copyfile(source, target)

    monkeypatch.setattr(preparing, "copyfile", copy)
    with pytest.raises(errors.ModelDirectoryError, match="hash differs"):
        ganzoo.push(directory, "me/model")
    assert connected.log == []


def test_a_directory_that_goes_away_during_the_push_does_no_harm(connected, directory):
    expected = hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest()
    connected.on_preupload = lambda: shutil.rmtree(directory, ignore_errors=True)
    files = pushed_files(connected, directory)
    assert hashlib.sha256(files["model.safetensors"]).hexdigest() == expected and not directory.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * (2**20 + 1)])
def test_a_card_at_home_that_is_none_is_refused(connected, directory, content):
    (directory / "README.md").write_bytes(content)
    with pytest.raises(errors.ModelDirectoryError, match="is no card"):
        ganzoo.push(directory, "me/model")
    assert connected.log == []


@pytest.mark.parametrize("content", [b"# \xff\xfe mine", b"x" * (2**20 + 1)])
def test_a_card_on_the_hub_that_is_no_text_is_not_overwritten(connected, directory, content):
    ganzoo.push(directory, "me/model")
    repository = connected.repository("me/model")
    head = repository.commit({"README.md": content}, "mine")
    with pytest.raises(errors.HubError, match="no UTF-8 text"):
        ganzoo.push(directory, "me/model")
    assert repository.head == head


def test_a_card_at_home_counts_for_a_new_repository_and_the_hubs_for_an_old_one(connected, directory):
    (directory / "README.md").write_text("# Written at home\n")
    assert b"# Written at home" in pushed_files(connected, directory)["README.md"]
    connected.repository("me/model").commit({"README.md": b"# Written there\n"}, "edit")
    card = pushed_files(connected, directory)["README.md"]
    assert b"# Written there" in card and b"Written at home" not in card


def test_what_is_private_stays_private_and_what_is_public_is_not_taken_for_private(connected, directory):
    ganzoo.push(directory, "me/public")
    before = connected.repository("me/public").head
    with pytest.raises(errors.ConfigError, match="exists already, and is public") as raised:
        ganzoo.push(directory, "me/public", private=True)
    assert "/me/public/settings" in raised.value.hint and connected.repository("me/public").head == before
    ganzoo.push(directory, "me/public", private=True, create_pr=True)  # decides nothing about the repository
    ganzoo.push(directory, "me/hidden", private=True)
    for private in (True, False, None):
        ganzoo.push(directory, "me/hidden", private=private)
    assert connected.repository("me/hidden").private and not connected.repository("me/public").private
    with pytest.raises(errors.RepositoryMissing):
        ganzoo.pull("me/hidden", token=connected.user("somebody"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scores.json", '[{"metric": "m", "value": NaN, "n_fake": 1}]'),
        ("scores.json", '[{"metric": "m", "value": "good", "n_fake": 1}]'),
        ("scores.json", '[{"metric": "m", "value": true, "n_fake": 1}]'),
        ("scores.json", '[{"metric": 5, "value": 1, "n_fake": 1}]'),
        ("scores.json", '[{"metric": "m", "value": 1, "n_fake": 1, "cheat": 1}]'),
        ("scores.json", '{"metric": "m"}'),
        ("scores.json", "[" * 100_000),
        ("scores.json", "5"),
        ("speed.json", '{"seconds_per_1000": NaN, "batch_size": 1, "machine": "m"}'),
        ("speed.json", '{"seconds_per_1000": -1, "batch_size": 1, "machine": "m"}'),
        ("speed.json", '{"seconds_per_1000": 1, "batch_size": 0, "machine": "m"}'),
        ("speed.json", '{"seconds_per_1000": %s, "batch_size": 1, "machine": "m"}' % ("9" * 400)),
        ("speed.json", '{"seconds_per_1000": "1", "batch_size": 1, "machine": "m"}'),
        ("speed.json", "[]"),
    ],
)  # fmt: skip
def test_measurements_that_are_none_are_refused_before_anything_is_asked(connected, directory, name, content):
    (directory / name).write_text(content)
    with pytest.raises(errors.ModelDirectoryError, match=name) as raised:
        ganzoo.push(directory, "me/model")
    assert "measure again" in raised.value.hint and len(str(raised.value)) < 600 and connected.log == []
