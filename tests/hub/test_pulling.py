"""Loading from the Hub: what is asked, what is kept, and what every kind of failure says."""

import json
import subprocess
import sys

import pytest
import torch

import ganzoo
from ganzoo import errors
from ganzoo.hub import pins

from .helpers import tiny


@pytest.fixture
def pushed(connected):
    return ganzoo.push(tiny(), "me/model")


def paths(hub, since=0):
    return [(method, path.split("?")[0]) for method, path, _ in hub.log[since:]]


def test_a_pinned_commit_asks_nobody_and_a_branch_asks_once(connected, pushed):
    gan = ganzoo.load("me/model")
    assert gan.source == f"me/model@{pushed.commit}" and not gan.training
    since = len(connected.log)
    ganzoo.load(gan.source)
    assert paths(connected, since) == []
    ganzoo.load("me/model")
    assert paths(connected, since) == [("GET", "/api/models/me/model/revision/main")]


def test_only_what_is_needed_is_fetched_by_exact_name(connected, pushed):
    connected.repository("me/model").commit({"pytorch_model.bin": b"x", "evil.py": b"y"}, "more")
    since = len(connected.log)
    ganzoo.load("me/model")
    fetched = {path.rpartition("/")[2] for _, path in paths(connected, since) if "/resolve/" in path}
    assert fetched == {"config.json", "model.safetensors"}


def test_a_pinned_load_imports_no_client_and_nothing_slow(connected, pushed, tmp_path):
    ganzoo.load("me/model")
    code = """
import sys, torch
before = set(sys.modules)
import ganzoo
ganzoo.load(sys.argv[1])
slow = {"huggingface_hub", "torchvision", "httpx", "httpx2", "sympy", "torch._dynamo"}
print(sorted(slow & (set(sys.modules) - before)))
"""
    command = [sys.executable, "-c", code, f"me/model@{pushed.commit}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_repository_that_was_deleted_is_noticed_but_not_offline(connected, pushed, monkeypatch):
    ganzoo.load("me/model")
    del connected.repositories["me/model"]
    with pytest.raises(errors.RepositoryMissing, match="no such repository") as raised:
        ganzoo.load("me/model")
    assert "./me/model" in raised.value.hint
    assert ganzoo.load("me/model", local_files_only=True).source.endswith(pushed.commit)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert ganzoo.load("me/model").source.endswith(pushed.commit)


def test_what_was_never_pulled_is_not_there_offline(connected, pushed):
    for source in ("me/model", f"me/model@{pushed.commit}", "me/model@v1"):
        with pytest.raises(errors.NotCached, match="not in the cache") as raised:
            ganzoo.load(source, local_files_only=True)
        assert f"ganzoo pull {source}" in raised.value.hint


def test_a_file_that_vanished_from_the_cache_is_fetched_again(connected, pushed):
    pulled = ganzoo.pull("me/model")
    (pulled.directory / "model.safetensors").unlink()
    assert ganzoo.load(f"me/model@{pulled.commit}").source == str(pulled)


def test_a_config_that_was_edited_in_the_cache_is_not_believed(connected, pushed):
    pulled = ganzoo.pull("me/model")
    file = (pulled.directory / "config.json").resolve()
    config = json.loads(file.read_text())
    config["architecture"]["config"]["width"] = 9
    file.write_text(json.dumps(config))
    with pytest.raises(errors.UntrustedFile, match="hash differs"):
        ganzoo.load(str(pulled))
    assert ganzoo.load(str(pulled)).config["width"] == 8, "the next try fetches it anew"


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_flipped_byte_is_noticed_and_not_kept(connected, pushed, name):
    connected.fault("GET", f"/resolve/.*/{name}|/lfs/" if name.endswith("json") else "/lfs/", flip=100)
    with pytest.raises(errors.UntrustedFile, match=f"{name} is not the file"):
        ganzoo.load("me/model")
    assert ganzoo.load("me/model").sample(1).shape == (1, 2)


def test_private_gated_and_disabled_repositories(connected, pushed, monkeypatch):
    repository, stranger = connected.repository("me/model"), connected.user("stranger")
    repository.private = True
    for token in (stranger, False):
        with pytest.raises(errors.RepositoryMissing, match="or it is private"):
            ganzoo.load("me/model", token=token)
    ganzoo.load("me/model")
    repository.private, repository.gated = False, "manual"
    with pytest.raises(errors.AccessDenied, match="on request") as raised:
        ganzoo.load("me/model", token=stranger, cache_dir=pins.cache_directory().parent / "other")
    assert f"{connected.endpoint}/me/model" in raised.value.hint
    repository.disabled = True
    with pytest.raises(errors.AccessDenied, match="disabled"):
        ganzoo.load("me/model", token=stranger)


def test_a_token_that_is_wrong(connected, pushed):
    with pytest.raises(errors.AccessDenied, match="token is not valid") as raised:
        ganzoo.load("me/model", token="hf_wrong0123456789")
    assert "hf_wrong" not in str(raised.value) + repr(raised.value.__cause__)


@pytest.mark.parametrize("revision", ["v9", "0" * 40])
def test_a_revision_that_is_not_there(connected, pushed, revision):
    with pytest.raises(errors.RevisionMissing, match="no such revision"):
        ganzoo.load("me/model", revision=revision)


def test_branches_and_tags_lead_to_commits(connected, pushed):
    repository = connected.repository("me/model")
    repository.tags["v1"] = pushed.commit
    ganzoo.push(tiny(seed=4), "me/model")
    assert ganzoo.load("me/model@v1").source == f"me/model@{pushed.commit}" != ganzoo.load("me/model").source


@pytest.mark.parametrize("status", [500, 503, 429])
def test_trouble_at_the_other_end(connected, pushed, status):
    connected.fault("GET", "/api/models/me/model", status=status, times=99)
    with pytest.raises(errors.HubUnreachable, match=str(status)):
        ganzoo.load("me/model")


def test_nobody_listens(connected, pushed, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(errors.HubUnreachable, match="does not answer") as raised:
        ganzoo.load("me/model")
    assert "HF_HUB_OFFLINE" in raised.value.hint


@pytest.mark.parametrize("endpoint", ["http://example.com", "ftp://127.0.0.1", "file:///tmp"])
def test_an_endpoint_that_is_not_safe_is_refused(connected, monkeypatch, endpoint):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(errors.ConfigError, match="neither https nor on this machine"):
        ganzoo.load("me/model")


@pytest.mark.parametrize("endpoint", ["https://me:hf_secret@host", "https://secret@host", "http://:secret@127.0.0.1:1"])
def test_an_endpoint_with_a_password_is_refused_without_showing_it(connected, monkeypatch, endpoint):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    for call in (lambda: ganzoo.load("me/model"), ganzoo.search, lambda: ganzoo.push(tiny(), "me/model")):
        with pytest.raises(errors.ConfigError, match="password") as raised:
            call()
        assert "secret" not in str(raised.value)


def test_a_repository_of_something_else(connected):
    connected.repository("me/other").commit({"pytorch_model.bin": b"\x80\x02."}, "a pickle")
    with pytest.raises(errors.ModelDirectoryError, match=r"has no file config\.json") as raised:
        ganzoo.load("me/other")
    assert "not a ganzoo model" in raised.value.hint


def test_training_weights_that_were_not_pushed(connected, pushed):
    with pytest.raises(errors.ModelDirectoryError, match=r"no file training\.safetensors") as raised:
        ganzoo.load("me/model", training=True)
    assert "--with-training-state" in raised.value.hint


def test_dtype_compile_and_mapped_weights(connected, pushed):
    exact = ganzoo.load("me/model").sample(4, seed=1)
    half = ganzoo.load("me/model", dtype=torch.bfloat16)
    assert next(half.parameters()).dtype == torch.bfloat16
    samples = half.sample(4, seed=1)
    assert samples.dtype == torch.float32 and not torch.equal(samples, exact)
    torch.testing.assert_close(samples, exact, atol=0.05, rtol=0.05)
    assert torch.equal(ganzoo.load("me/model", mmap=True).sample(4, seed=1), exact)
    assert ganzoo.load("me/model", compile=True).generator._compiled_call_impl is not None


def test_a_redirect_does_not_carry_the_token_to_another_host(connected, pushed):
    ganzoo.load("me/model")
    sent = [headers for _, path, headers in connected.log if path.startswith("/lfs/")]
    assert sent and not any("authorization" in {name.lower() for name in headers} for headers in sent)


def test_a_cache_beside_which_nothing_can_be_noted_still_loads(connected, pushed, tmp_path):
    cache = tmp_path / "cache"
    (tmp_path / "cache-ganzoo").write_text("where the notes would be")
    for _ in range(2):
        assert ganzoo.load("me/model", cache_dir=cache).source == f"me/model@{pushed.commit}"
    with pytest.raises(errors.NotCached):
        ganzoo.load("me/model", cache_dir=cache, local_files_only=True)


def test_a_note_that_is_there_is_not_written_again(connected, pushed, tmp_path, monkeypatch):
    ganzoo.load("me/model")
    monkeypatch.setattr(pins, "write_json", lambda *given: pytest.fail("something is written"))
    ganzoo.load("me/model")
