"""Pushing: one commit, an honest listing, a card that keeps what people wrote, and clear refusals."""

import json

import pytest
import torch
from click.testing import CliRunner

import ganzoo
from ganzoo import errors, model_directory
from ganzoo.cli.main import cli

from .helpers import command_of, tiny
from .loopback.cards import validate


def test_a_push_is_one_commit_with_everything_that_users_and_services_need(connected, rendered_plots):
    pushed = ganzoo.push(tiny("dcgan"), "me/new")
    repository = connected.repository("me/new")
    assert len(repository.commits) == 2 and repository.head == pushed.commit
    files = repository.files()
    assert set(files) == {
        ".gitattributes", "README.md", "config.json", "model.safetensors", "handler.py", "requirements.txt",
        "samples.png",
    }  # fmt: skip
    assert {name: len(content) for name, content in files.items() if name in pushed.files} == {
        name: size for name, (size, _) in pushed.files.items()
    }
    assert files["samples.png"].startswith(b"\x89PNG") and not repository.private


def test_what_it_asks_of_the_hub(connected):
    ganzoo.push(tiny(), "me/new")
    commits = [path for method, path, _ in connected.log if method == "POST" and "/commit/" in path]
    assert len(commits) == 1


def test_a_dry_run_shows_everything_and_asks_nobody(connected):
    shown = ganzoo.push(tiny(), "me/new", dry_run=True)
    assert shown.commit is None and connected.log == [] and connected.repositories == {}
    assert set(shown.files) >= {"config.json", "model.safetensors", "README.md"} and "## Use" in shown.card
    real = ganzoo.push(tiny(), "me/new")
    assert real.files == shown.files


def test_private_branches_and_pull_requests(connected):
    ganzoo.push(tiny(), "me/hidden", private=True)
    assert connected.repository("me/hidden").private
    first = ganzoo.push(tiny(), "me/new")
    side = ganzoo.push(tiny(seed=1), "me/new", revision="next", message="try this")
    repository = connected.repository("me/new")
    assert repository.refs["main"] == first.commit and repository.refs["next"] == side.commit
    assert repository.find("next").message == "try this"
    theirs = connected.repository("them/model")
    theirs.commit({}, "start")
    before = theirs.head
    request = ganzoo.push(tiny(), "them/model", create_pr=True)
    assert theirs.head == before and theirs.refs["refs/pr/1"] == request.commit
    assert request.url.endswith("/discussions/1")
    assert ganzoo.load("them/model@refs/pr/1").sample(1).shape == (1, 2)


def test_training_state_comes_and_goes_with_the_flag(connected):
    ganzoo.push(tiny(), "me/new", with_training_state=True)
    assert "training.safetensors" in connected.repository("me/new").files()
    pushed = ganzoo.push(tiny(seed=1), "me/new")
    assert pushed.removed == ["training.safetensors"]
    files = connected.repository("me/new").files()
    assert "training.safetensors" not in files and "training" not in json.loads(files["config.json"])["weights"]


def test_what_others_put_into_the_repository_stays(connected):
    ganzoo.push(tiny(), "me/new")
    connected.repository("me/new").commit({"notes.txt": b"mine"}, "notes")
    ganzoo.push(tiny(seed=1), "me/new")
    assert connected.repository("me/new").files()["notes.txt"] == b"mine"


def test_a_run_is_pushed_with_its_picture_losses_and_recipe(connected, rendered_plots, tmp_path):
    data = ganzoo.load_data("digits", image_size=8)
    gan = ganzoo.create("dcgan", data=data, seed=0, width=4)
    ganzoo.train(gan, data, rounds=4, batch_size=4, out=tmp_path / "run", log_every=1, samples_every=2)
    (tmp_path / "run" / "secret.env").write_text("HF_TOKEN=x")
    (tmp_path / "run" / "model" / "secret.env").write_text("HF_TOKEN=x")
    pushed = ganzoo.push(str(tmp_path / "run"), "me/run", license="cc-by-4.0")
    files = connected.repository("me/run").files()
    assert files["samples.png"] == (tmp_path / "run" / "samples" / "round-00000004.png").read_bytes()
    assert files["losses.png"].startswith(b"\x89PNG") and "secret.env" not in files
    again = CliRunner().invoke(cli, [*command_of(pushed.card), "--dry-run"], catch_exceptions=False)
    assert again.exit_code == 0 and "rounds 0 to 4" in again.output, again.output
    assert "![Losses over the rounds](losses.png)" in pushed.card
    assert "license: cc-by-4.0" in pushed.card and "pipeline_tag: unconditional-image-generation" in pushed.card
    loaded = ganzoo.load("me/run")
    assert torch.equal(loaded.sample(2, seed=0), ganzoo.load(tmp_path / "run" / "model").sample(2, seed=0))


def test_what_would_not_load_is_not_pushed(connected, tmp_path):
    directory = tiny().save_pretrained(tmp_path / "model")
    (directory / "model.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(errors.ModelDirectoryError):
        ganzoo.push(directory, "me/new")
    assert connected.repositories == {}


@pytest.mark.parametrize(("owner", "role", "message"), [("them", "write", "rights"), ("me", "read", "rights")])
def test_without_the_right_to_write(connected, owner, role, message):
    connected.repository(f"{owner}/model")
    with pytest.raises(errors.AccessDenied, match=message) as raised:
        ganzoo.push(tiny(), f"{owner}/model", token=connected.user("me", role))
    assert "hf auth login" in raised.value.hint


def test_a_change_meanwhile_is_a_conflict_and_changes_nothing(connected, monkeypatch):
    ganzoo.push(tiny(), "me/new")
    repository = connected.repository("me/new")
    connected.on_preupload = lambda: repository.commit({"other.txt": b"x"}, "somebody else")
    with pytest.raises(errors.PushConflict, match="changed in the meantime") as raised:
        ganzoo.push(tiny(seed=1), "me/new")
    assert "push again" in raised.value.hint
    assert repository.find("main").message == "somebody else"
    connected.on_preupload = None
    assert ganzoo.push(tiny(seed=1), "me/new").commit == repository.head


def test_the_card_is_valid_says_nothing_that_was_not_measured_and_takes_scores(connected, tmp_path):
    from ganzoo.metrics.protocol import Score

    gan = tiny("dcgan")
    pushed = ganzoo.push(gan, "me/new")
    assert validate(pushed.card) == ([], []) and "Not measured." in pushed.card
    directory = model_directory.save(gan, tmp_path / "model")
    score = Score(metric="digits-frechet", value=12.5, n_fake=1000, n_real=1797, data="digits", split="test",
                  judge="digits-judge@0123456789ab", image_size=8, ema=True, seed=3)  # fmt: skip
    (directory / "scores.json").write_text(json.dumps([score.to_json()]))
    pushed = ganzoo.push(directory, "me/scored")
    assert validate(pushed.card) == ([], [])
    from huggingface_hub import ModelCard

    (result,) = ModelCard(pushed.card).data.eval_results
    assert (result.metric_type, result.metric_value, result.dataset_split) == ("digits-frechet", 12.5, "test")
    assert result.metric_args["judge"] == score.judge and result.metric_args["n_fake"] == 1000
    (found,) = ganzoo.search(metric="digits-frechet")
    assert found.repository == "me/scored" and found.scores == {"digits-frechet": 12.5}


def test_what_a_person_wrote_into_the_card_stays(connected):
    first = ganzoo.push(tiny(), "me/new").card
    edited = first.replace("tags:\n", "language: en\ntags:\n- mine\n")
    edited = edited.replace("<!-- ganzoo:begin scores -->", "My own words.\n\n<!-- ganzoo:begin scores -->")
    start, end = edited.index("<!-- ganzoo:begin limits -->"), edited.index("<!-- ganzoo:begin citation -->")
    edited = (edited[:start] + edited[end:]).replace("Not measured.", "99 percent, I swear.")
    connected.repository("me/new").commit({"README.md": edited.encode()}, "edit the card")
    second = ganzoo.push(tiny(seed=1), "me/new").card
    assert "My own words." in second and "language: en" in second and "- mine" in second
    assert "Not measured." in second and "I swear" not in second, "a generated block is generated anew"
    assert "begin limits" not in second, "a block that a person removed stays away"
    connected.repository("me/new").commit({"README.md": b"# All mine\n"}, "my own card")
    third = ganzoo.push(tiny(seed=2), "me/new").card
    assert "# All mine" in third and third.index("# All mine") < third.index("begin summary")
    assert validate(third) == ([], [])


def test_a_card_that_the_hub_refuses_changes_nothing(connected):
    with pytest.raises(errors.HubError, match=r"refuses the card.*license"):
        ganzoo.push(tiny(), "me/new", license="my-own-licence")
    with pytest.raises(errors.RepositoryMissing):
        ganzoo.pull("me/new")


def test_licences_that_contradict_each_other(tmp_path):
    from dataclasses import replace

    from ganzoo.hub.card_facts import read_facts
    from ganzoo.hub.licenses import license_of

    facts = read_facts(tiny("dcgan").save_pretrained(tmp_path), "me/x")
    assert license_of(facts, None) == "cc-by-4.0" and license_of(facts, "MIT") == "mit"
    facts.dataset = replace(facts.dataset, license="CC-BY-NC-SA-4.0")
    with pytest.raises(errors.ConfigError, match="non-commercial, share-alike"):
        license_of(facts, "mit")
    assert license_of(facts, "cc-by-nc-sa-4.0") == "cc-by-nc-sa-4.0"
    facts.dataset = None
    assert license_of(facts, None) == "unknown"


class Sections:
    """A plugin that adds to cards."""

    @ganzoo.hookimpl
    def model_card_sections(self, card):
        from ganzoo.hub.card import Section

        return [Section("sections.greenhouse", f"## Energy\n\nNot measured for {card.facts.title}.")]


class Broken:
    @ganzoo.hookimpl
    def model_card_sections(self, card):
        raise RuntimeError("no card for you")


def test_plugins_add_sections_and_a_broken_one_is_reported(connected, capfd):
    ganzoo.add_plugin(Sections(), namespace="sections")
    ganzoo.add_plugin(Broken(), namespace="broken")
    try:
        card = ganzoo.push(tiny(), "me/new").card
        assert "## Energy\n\nNot measured for new." in card and "begin sections.greenhouse" in card
        assert "no card for you" in capfd.readouterr().err
        ganzoo.push(tiny(seed=1), "me/new")
        assert "no card for you" not in capfd.readouterr().err
    finally:
        from ganzoo.core import registry

        registry._added.clear()
        registry.refresh()


def test_tokens_appear_nowhere(connected, capfd):
    token = connected.user("me")
    pushed = ganzoo.push(tiny(), "me/new", token=token)
    connected.fault("POST", "/preupload/", status=500)  # the client says that it tries again
    connected.fault("POST", "/preupload/", status=400)
    with pytest.raises(errors.HubError) as raised:
        ganzoo.push(tiny(), "me/new", token=token)
    shown = capfd.readouterr()
    everything = [repr(pushed), str(raised.value), repr(raised.value.__cause__), shown.out, shown.err]
    everything += [content.decode("latin-1") for content in connected.repository("me/new").files().values()]
    assert not any(token in text or "X-Amz-Signature" in text for text in everything)


def test_search_filters_pages_and_prints_nothing_dangerous(connected):
    ganzoo.push(tiny("dcgan"), "me/dcgan-digits")
    ganzoo.push(tiny("gan"), "me/gan-ring")
    connected.repository("them/other").commit({"README.md": b"---\ntags: [x]\n---\n"}, "no ganzoo")
    connected.page = 1
    assert [m.repository for m in ganzoo.search()] == ["me/dcgan-digits", "me/gan-ring"]
    assert [m.repository for m in ganzoo.search(architecture="dcgan")] == ["me/dcgan-digits"]
    assert [m.repository for m in ganzoo.search(dataset="ring8")] == ["me/gan-ring"]
    assert [m.repository for m in ganzoo.search("ring")] == ["me/gan-ring"]
    assert ganzoo.search(author="them") == [] and len(ganzoo.search(limit=1)) == 1
    asked = [path for _, path, _ in connected.log if path.startswith("/api/models?")]
    assert asked and not any("cardData" in path for path in asked)
