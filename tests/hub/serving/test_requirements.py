"""How the package that wrote a model is named for pip on another machine: never a secret, never a guess."""

import json

import pytest
from packaging.requirements import Requirement

from ganzoo.hub.serving import requirements as module


class Installed:
    """A distribution as pip leaves it."""

    version = "1.2"

    def __init__(self, **files):
        self.files = files

    def read_text(self, name):
        return self.files.get(name.replace(".", "_"))


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.delenv(module.VARIABLE, raising=False)

    def install(url=None, installer="pip", **origin):
        record = json.dumps({"url": url, **origin}) if url else None
        monkeypatch.setattr(module, "distribution", lambda name: Installed(direct_url_json=record, INSTALLER=installer))
        return module.requirement("ganzoo")

    return install


def test_from_an_index_by_version(installed):
    assert installed() == "ganzoo==1.2"
    assert installed(installer=None) is None, "a bare directory in the path came from no index"


def test_from_a_commit_or_a_file_by_its_address(installed):
    url, commit = "https://host/owner/ganzoo", "0" * 40
    assert installed(url, vcs_info={"vcs": "git", "commit_id": commit}) == f"ganzoo @ git+{url}@{commit}"
    assert installed(f"{url}.whl", archive_info={}) == f"ganzoo @ {url}.whl"
    for found in (installed(url, vcs_info={"vcs": "git", "commit_id": commit}), installed(f"{url}.whl")):
        assert Requirement(found).name == "ganzoo"


@pytest.mark.parametrize(
    "url",
    [
        "file:///home/me/ganzoo",
        "http://host/ganzoo.whl",
        "ssh://git@host/ganzoo",
        "https://me:hf_secret@host/ganzoo",
        "https://hf_secret@host/ganzoo",
        "https://host/ganzoo.whl?token=hf_secret",
        "https://host/ganzoo.whl#sha256=0",
        "https://host/ganzoo.whl ; evil",
        "https://host/x\n--index-url https://evil",
    ],
)
def test_no_place_that_others_cannot_reach_or_that_holds_a_secret(installed, url):
    assert installed(url) is None
    assert installed(url, vcs_info={"vcs": "git", "commit_id": "0" * 40}) is None


def test_another_kind_of_repository_is_no_place(installed):
    assert installed("https://host/ganzoo", vcs_info={"vcs": "hg", "commit_id": "0"}) is None


def test_the_environment_decides_for_ganzoo_alone(installed, monkeypatch):
    installed()
    monkeypatch.setenv(module.VARIABLE, " ganzoo @ https://host/ganzoo.whl \n--index-url https://evil")
    assert module.requirement("ganzoo") == "ganzoo @ https://host/ganzoo.whl"
    assert module.requirement("ganzoo-plugin-x") == "ganzoo-plugin-x==1.2"


def test_records_that_are_damaged_or_missing(monkeypatch):
    monkeypatch.delenv(module.VARIABLE, raising=False)
    monkeypatch.setattr(module, "distribution", lambda name: Installed(direct_url_json="{", INSTALLER="pip"))
    assert module.requirement("ganzoo") is None
    monkeypatch.undo()
    assert module.requirement("ganzoo-plugin-that-nobody-has") is None


def test_what_has_no_place_is_a_comment_that_says_so(monkeypatch):
    monkeypatch.setattr(module, "requirement", {"ganzoo": None, "ganzoo-plugin-x": "ganzoo-plugin-x==1"}.get)
    lines = module.requirements(["ganzoo", "ganzoo-plugin-x"], "gradio").splitlines()
    assert all(line.startswith("#") for line in lines[:2]) and lines[2:] == ["ganzoo-plugin-x==1", "gradio"]
