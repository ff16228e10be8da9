"""Hostile and malformed files: each is refused for its own reason, at a bounded cost, and nothing in it runs."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from assembly import call, name, pickled, table, text
from hostile import build

from ganzoo.importing import Source, as_module
from ganzoo.importing.reading import read_bytes

CAUSES = {case: cause for case, (_, cause) in build(Path("marker")).items()}
MOST_MEBIBYTES = 250
MOST_SECONDS = 20


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Of all files, read one after the other in a process of their own."""
    folder, marker = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("marker") / "ran"
    sizes = {}
    for case, (content, _) in build(marker).items():
        (folder / case.replace("/", "_")).write_bytes(content)
        sizes[case] = len(content)
    script = Path(__file__).parent / "read_all.py"
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    *lines, modules = map(json.loads, done.stdout.splitlines())
    found = {case: (outcome, grown, seconds) for case, outcome, grown, seconds in lines}
    return found, sizes, marker, modules


@pytest.mark.parametrize("case", CAUSES)
def test_it_is_refused_for_its_reason(outcomes, case):
    outcome, grown, seconds = outcomes[0][case.replace("/", "_")]
    assert outcome.startswith("UntrustedFile: "), outcome
    assert CAUSES[case] in outcome
    assert grown / 1024 <= MOST_MEBIBYTES + 8 * outcomes[1][case] / 2**20
    assert seconds <= MOST_SECONDS


def test_nothing_ran_and_nothing_was_imported(outcomes):
    _, _, marker, modules = outcomes
    assert not marker.exists()
    assert not {"dill", "harmless", "torch_utils", "a", "m"} & set(modules)


def test_the_files_are_live(tmp_path):
    """Positive control: what the reader refuses does run when pickle loads it."""
    marker = tmp_path / "ran"
    content = build(marker)["os.system"][0]
    subprocess.run([sys.executable, "-c", "import pickle, sys; pickle.loads(sys.stdin.buffer.read())"], input=content)
    assert marker.exists()


def persistent(source: str) -> bytes:
    state = table(_parameters=b"}", _buffers=b"}", _modules=b"}", training=b"\x89", weight=b"N")
    meta = table(type=text("class"), version=b"K\x06", module_src=text(source), class_name=text("Net"), state=state)
    return pickled(table(G_ema=call(name("torch_utils.persistence", "_reconstruct_persistent_obj"), meta)))


def test_embedded_source_is_kept_as_a_hash_and_does_not_run(tmp_path):
    marker = tmp_path / "ran"
    source = f"open({str(marker)!r}, 'w').close()"
    (tmp_path / "net.pkl").write_bytes(persistent(source))
    module = as_module(Source(tmp_path / "net.pkl").content["G_ema"])
    assert module.class_name == "Net" and len(module.source_sha256) == 64
    assert not marker.exists()
    exec(source)  # the positive control: the source is live
    assert marker.exists()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_truncation_is_refused(protocol):
    content = pickle.dumps({"a": [1, 2.5, (True, None)], "b": b"bytes", "c": {1, 2}, "d": 2**70}, protocol)
    from ganzoo.errors import UntrustedFile

    for length in range(len(content)):
        with pytest.raises(UntrustedFile):
            read_bytes(memoryview(content[:length]))


def test_a_million_paths_through_few_lists_are_read_without_walking_them():
    content = pickled(b"]q\x00" + b"".join(b"0](h%ch%ceq%c" % (i, i, i + 1) for i in range(60)))
    assert len(read_bytes(memoryview(content)).value) == 2
