"""Hostile and malformed files: each is refused for its own reason, at a bounded cost, and nothing in it runs."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from assembly import array, call, data, dtype, integers, name, number, pickled, sequence, table, tensor, text
from hostile import build

from ganzoo.errors import UntrustedFile
from ganzoo.importing import Source, as_module, as_network
from ganzoo.importing.reading import read_bytes

CAUSES = {case: cause for case, (_, cause) in build(Path("marker")).items()}
MOST_MEBIBYTES = 100
MOST_SECONDS = 20


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Of all files, read one after the other in a process of their own."""
    folder, marker = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("marker") / "ran"
    sizes = {}
    for case, (content, _) in build(marker).items():
        (folder / case.replace("/", "_")).write_bytes(content)
        sizes[case] = len(content)
    good = {f"w{i}": torch.full((512, 1024), float(i)) for i in range(12)}
    (folder / "zz good").write_bytes(pickle.dumps(good, 4))
    sizes["zz good"] = (folder / "zz good").stat().st_size
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


def test_a_good_file_takes_a_few_times_its_size(outcomes):
    outcome, grown, _ = outcomes[0]["zz good"]
    assert outcome == "read" and grown * 1024 <= 4 * outcomes[1]["zz good"]


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
    for length in range(len(content)):
        with pytest.raises(UntrustedFile):
            read_bytes(memoryview(content[:length]))


def doubled(leaf: bytes, step: bytes, depth: int = 40) -> bytes:
    """A value that holds the one before it twice, over and over: few objects, 2**depth paths. Leaves it in memo 99."""
    body = leaf + b"q\x00"
    for i in range(depth):
        body += b"0" + step.replace(b"LAST", b"h%c" % i) + b"q%c" % (i + 1)
    return body


LISTS = doubled(b"]", b"](LASTLASTe", 60)
TUPLES = doubled(b")", b"LASTLAST\x86", 60)


@pytest.mark.parametrize("body", [LISTS, TUPLES])
def test_endless_paths_through_few_objects_are_not_walked(body):
    assert len(read_bytes(memoryview(pickled(body))).value) == 2


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (tensor(0, TUPLES, integers(1)), "the size tuple"),
        (tensor(0, integers(1), LISTS), "list"),
        (dtype("f4") + b"0" + call(name("numpy", "dtype"), LISTS), "type list"),
        (array(sequence(number(1), TUPLES, dtype("f8"), b"\x89", data(b""))), "the shape tuple"),
        (b"}" + TUPLES + b"Ns", "key"),
        (b"}" + text("k" * 5000) + b"Ns", "a key has 5000 letters"),
        (b"}" + data(b"k" * 5000) + b"Ns", "a long text"),
    ],
)
def test_endless_values_are_not_shown_hashed_or_compared(content, cause):
    with pytest.raises(UntrustedFile, match=cause):
        read_bytes(memoryview(pickled(content)))


def module(children: bytes, key: str = "a") -> bytes:
    return name("m", "Net") + b")\x81" + table(_parameters=b"}", _buffers=b"}", _modules=children) + b"b"


def test_networks_that_hold_each_other_many_times_are_refused():
    step = module(b"}(" + text("a") + b"LAST" + text("b") + b"LASTu")
    twice = read_bytes(memoryview(pickled(doubled(module(b"}"), step)))).value
    with pytest.raises(UntrustedFile, match=r"more than 50,000"):
        as_module(twice).state_dict()
    network = name("t", "Network") + b")\x81"
    many = b"".join(text(f"c{i}") + b"LAST" for i in range(50))
    leaf = network + table(variables=b"]") + b"b"
    step = network + table(variables=b"]", components=b"}(" + many + b"u") + b"b"
    wide = read_bytes(memoryview(pickled(doubled(leaf, step, 4)))).value
    with pytest.raises(UntrustedFile, match=r"more than 50,000 variables"):
        as_network(wide)


def test_long_names_of_modules_are_refused():
    found = read_bytes(memoryview(pickled(module(b"}" + text("k" * 1000) + module(b"}") + b"s")))).value
    with pytest.raises(UntrustedFile, match="children of Net"):
        as_module(found)


def test_modules_in_settings_that_nest_too_deeply_are_refused():
    from ganzoo.importing import plain

    deep = read_bytes(memoryview(pickled(b"]" * 100 + b"a" * 99))).value
    with pytest.raises(UntrustedFile, match="deeper than 64"):
        plain(deep)
    with pytest.raises(UntrustedFile, match="expected"):
        as_module(deep)
