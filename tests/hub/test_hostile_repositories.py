"""Loading a repository that means harm is refused, with its cause, and without effect."""

import contextlib
import os
import resource
import tracemalloc

import pytest

import ganzoo
from ganzoo.errors import GanzooError

from .helpers import everything_under, tiny
from .hostile import CANARY, CASES

MOST_MEMORY = 64 * 2**20


@contextlib.contextmanager
def peak_memory(*, traced):
    """A list that gets the most bytes in use; untraced, the growth of the process's peak, where tracing takes long."""
    peak, before = [], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if traced:
        tracemalloc.start()
    yield peak
    grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    peak.append(tracemalloc.get_traced_memory()[1] if traced else grown)
    tracemalloc.stop()


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The files of a sound model."""
    directory = tiny().save_pretrained(tmp_path_factory.mktemp("sound"))
    return {file.name: file.read_bytes() for file in directory.iterdir()}


def test_there_are_enough_of_them_and_the_sound_one_loads(connected, sound):
    assert len(CASES) >= 40
    connected.repository("bad/model").commit(sound, "sound")
    assert ganzoo.load("bad/model").sample(2).shape == (2, 2)


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused(connected, sound, tmp_path, monkeypatch, name):
    change, kind, message = CASES[name]
    files = {**sound, "handler.py": f"open({CANARY!r}, 'w')".encode(), "evil.py": b"import os"}
    change(files)
    connected.repository("bad/model").commit(files, "evil")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ganzoo.list_entries()
    before = {path for path in everything_under(tmp_path) if not path.startswith("hf")}
    with peak_memory(traced=name != "a million layers") as peak, pytest.raises(GanzooError) as raised:
        ganzoo.load("bad/model")
    assert isinstance(raised.value, kind), repr(raised.value)
    assert message in raised.value.message
    assert all(character.isprintable() or character == "\n" for character in str(raised.value)), (
        "escapes are not printed"
    )
    assert len(str(raised.value)) < 2500
    assert peak[0] < MOST_MEMORY
    assert {path for path in everything_under(tmp_path) if not path.startswith("hf")} == before
    fetched = {path.rpartition("/")[2] for path in everything_under(tmp_path / "hf") if "/snapshots/" in path}
    assert fetched <= {"config.json", "model.safetensors", *connected.repository("bad/model").commits}
    assert not os.path.exists(CANARY)


def test_cards_that_mean_harm_stop_neither_loading_nor_searching(connected, sound):
    bomb = b"---\na: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(8)
    )
    front = [b"self: 1\nto_dict: 2", b"eval_results: [1]", b"1: 2", bomb.removeprefix(b"---\n").strip()]
    cards = [b"---\n" + lines + b"\n---\n" for lines in front]
    for i, card in enumerate(cards):
        tagged = card.replace(b"---\n", b"---\ntags: [ganzoo]\n", 1)
        connected.repository(f"bad/card{i}").commit({**sound, "README.md": tagged}, "evil card")
        assert ganzoo.load(f"bad/card{i}").sample(1).shape == (1, 2)
    found = ganzoo.search()
    assert {model.repository for model in found} >= {"bad/card0", "bad/card2"}


def test_a_server_that_names_a_path_as_its_commit(connected, sound):
    connected.repository("bad/model").commit(sound, "x")
    repository = connected.repository("bad/model")
    evil = repository.commits[repository.head]
    object.__setattr__(evil, "oid", "../../../evil")
    with pytest.raises(GanzooError, match="as its commit"):
        ganzoo.load("bad/model")
