"""Random damage to real files, and random opcodes, against the reader (`make fuzz`: ten minutes).

Whatever a file holds, the reader returns inert values or raises UntrustedFile, soon and in little memory. Case i of
a seed is always the same: `--first i --cases 1` repeats it.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import pickletools
import random
import resource
import signal
import struct
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))

from assembly import array, call, data, dtype, integers, name, number, pickled, sequence, stored, table, tensor, text
from corpus import CORPUS

from ganzoo.errors import UntrustedFile
from ganzoo.importing import as_module, as_network, is_module, is_network, plain
from ganzoo.importing.inspection import _kind, _parts
from ganzoo.importing.reading import read_bytes

MOST_SECONDS = 5.0  # of the processor, per case
MOST_MEBIBYTES = 300  # over what the process had before
NAMES = [
    ("os", "system"), ("builtins", "eval"), ("builtins", "set"), ("builtins", "getattr"), ("builtins", "bytes"),
    ("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor_v3"),
    ("torch._utils", "_rebuild_parameter"), ("torch.storage", "_load_from_bytes"), ("numpy", "dtype"),
    ("numpy", "ndarray"), ("numpy._core.multiarray", "scalar"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"), ("torch", "FloatStorage"), ("torch", "Size"), ("torch", "float32"),
    ("dnnlib.util", "EasyDict"), ("dnnlib.tflib.network", "Network"), ("dill._dill", "_create_array"), ("a", "B"),
    ("torch_utils.persistence", "_reconstruct_persistent_obj"), ("_codecs", "encode"), ("copyreg", "_reconstructor"),
    ("torch._tensor", "_rebuild_from_type_v2"), ("argparse", "Namespace"), ("builtins", "object"),
]  # fmt: skip
NUMBERS = [0, 1, 2, 3, 4, 7, 8, -1, 255, 2**16, 2**31, 2**40, 2**62, 2**63, 2**64, -(2**40)]
CALLED = [*NAMES[6:22], ("builtins", "set"), ("builtins", "list"), ("torch._tensor", "_rebuild_from_type_v2")]
TEXTS = ["a", "0", "cpu", "storage", "_modules", "_parameters", "state", "class_name", "f4", "<", "latin1"]
PLAIN = [bytes([code]) for code in b"(012N)]}.\x88\x89tdlesuabR\x81\x85\x86\x87\x8f\x90\x91\x92\x93\x94Qo\x97\x98"]


def opcode(rng: random.Random) -> bytes:
    """One opcode, as a rule a well-formed one."""
    kind = rng.randrange(16)
    if kind < 6:
        return rng.choice(PLAIN)
    if kind == 6:
        return b"h" + bytes([rng.randrange(12)])
    if kind == 7:
        return rng.choice(
            [b"q" + bytes([rng.randrange(12)]), b"\x94", b"r" + struct.pack("<I", rng.choice([1, 2**31]))]
        )
    if kind == 8:
        return number(rng.choice(NUMBERS))
    if kind == 9:
        return text(rng.choice(TEXTS))
    if kind == 10:
        return name(*rng.choice(NAMES))
    if kind == 11:
        return data(rng.choice([b"", b"b", b"\0" * 4, b"\0" * 16, stored(), pickled(b"N")]))
    if kind == 12:
        return value(rng, 2)
    if kind == 13:
        return b"\x95" + struct.pack("<Q", rng.choice([0, 3, 2**60]))
    if kind == 14:
        return b"G" + rng.randbytes(8)
    return rng.randbytes(rng.randrange(1, 4))


def value(rng: random.Random, depth: int) -> bytes:
    """A whole value, of what weights are made of."""
    kind = rng.randrange(15 if depth else 5)
    small = [value(rng, depth - 1) for _ in range(rng.randrange(4))] if depth else []
    makers: list[Callable[[], bytes]] = [
        lambda: number(rng.choice(NUMBERS)),
        lambda: text(rng.choice("abc")),
        lambda: rng.choice([b"N", b"\x88", b"]", b"}", b")"]),
        lambda: name(*rng.choice(NAMES)),
        lambda: data(rng.randbytes(rng.randrange(20))),
        lambda: sequence(*small),
        lambda: table(**dict(zip("abcd", small, strict=False))),
        lambda: tensor(rng.choice(NUMBERS), integers(*rng.choices(NUMBERS, k=2)), integers(*rng.choices(NUMBERS, k=2))),
        lambda: array(
            sequence(
                number(1),
                integers(*rng.choices(NUMBERS, k=2)),
                dtype(rng.choice(["f4", "i8", "O8"])),
                b"\x89",
                data(b"\0" * rng.choice([0, 4, 8])),
            )
        ),
        lambda: call(name(*rng.choice(NAMES)), *small),
        lambda: name(*rng.choice(NAMES)) + sequence(*small) + b"\x81" + (table(a=small[0]) + b"b" if small else b""),
        lambda: b"](" + b"".join(small) + b"e",
        lambda: tensor(0, integers(*rng.choice([(4,), (2, 2), (), (0,)])), integers(*rng.choice([(1,), (2, 1), ()]))),
        lambda: array(_state_of_an_array(rng, small)),
        lambda: call(
            name(*rng.choice(CALLED)),
            *rng.choices([*small, data(b"\0" * 16), tensor(0, integers(4), integers(1))], k=rng.randrange(1, 8)),
        ),
    ]
    return makers[kind]()


def _state_of_an_array(rng: random.Random, others: list[bytes]) -> bytes:
    """A good one, as a rule with something else in one place."""
    parts = [number(1), integers(2), dtype("f8"), b"\x89", data(b"\0" * 16)]
    if others and rng.random() < 0.7:
        parts[rng.randrange(5)] = rng.choice(others)
    return sequence(*parts)


def grammar(rng: random.Random) -> bytes:
    """A pickle of random opcodes, or of random values with random opcodes among them."""
    if rng.random() < 0.5:
        return pickled(*(opcode(rng) for _ in range(rng.randrange(1, 60))), protocol=rng.randrange(2, 6))
    body = [value(rng, 4)]
    if rng.random() < 0.5:
        body.insert(rng.randrange(2), opcode(rng))
    return pickled(*body, protocol=rng.randrange(2, 6))


def flipped(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        changed[rng.randrange(len(changed))] = rng.choice([rng.randrange(256), 0, 255, changed[0]])
    return bytes(changed)


def cut(rng: random.Random, content: bytes) -> bytes:
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return rng.choice([content[:end], content[:start] + content[end:], content + content[start:end]])


def reassembled(rng: random.Random, content: bytes) -> bytes:
    """Opcodes inserted, removed, doubled or exchanged, where a pickle begins."""
    try:
        places = [position for _, _, position in pickletools.genops(content)]
    except Exception:  # it was damaged before, so that no opcodes are told apart
        return flipped(rng, content)
    for _ in range(rng.choice([1, 1, 2, 5]) if len(places) > 1 else 0):
        index = rng.randrange(1, len(places))
        start, end = places[index - 1], places[index]
        middle = rng.choice([opcode(rng), b"", content[start:end] * 2, opcode(rng) + content[start:end]])
        content = content[:start] + middle + content[end:]
        places = [place if place <= start else place + len(middle) - (end - start) for place in places]
    return content


def rezipped(rng: random.Random, content: bytes) -> bytes:
    """A zip with damage to one of its files, and a right checksum of it."""
    made = io.BytesIO()
    try:
        if zipfile.ZipFile(io.BytesIO(content)).testzip() is not None:
            return flipped(rng, content)
    except Exception:  # it was damaged before
        return flipped(rng, content)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", rng.choice([0, 8])) as new:
        chosen = rng.choice([info.filename for info in old.infolist()] + [old.infolist()[0].filename] * 5)
        for info in old.infolist():
            part = old.read(info)
            if info.filename == chosen and part:
                part = damaged(rng, part)
            new.writestr(info.filename, part)
    return made.getvalue()


def damaged(rng: random.Random, content: bytes) -> bytes:
    if not content:
        return rng.randbytes(3)
    if content.startswith(b"PK") and rng.random() < 0.7:
        return rezipped(rng, content)
    return rng.choice([flipped, cut, reassembled, reassembled, reassembled])(rng, content)


def case(seed: int, index: int, corpus: list[bytes]) -> tuple[str, bytes]:
    """What case `index` of a seed is, always the same."""
    rng = random.Random(f"{seed}/{index}")
    if rng.random() < 0.3:
        return "grammar", grammar(rng)
    content = rng.choice(corpus)
    return "damaged", damaged(rng, content) if rng.random() < 0.9 else damaged(rng, damaged(rng, content))


def judge(content: bytes) -> str:
    """Read it, and look at all that came out. Returns: "read", or the first words of the reason against it."""
    try:
        found = read_bytes(memoryview(content), partly=len(content) % 2 == 0).value
    except UntrustedFile as error:
        return "refused: " + " ".join(error.message.split()[:3])
    try:
        for _, part in [("", found), *_parts(found)]:
            _kind(part)
            if is_module(part):
                list(as_module(part).state_dict())
            elif is_network(part):
                as_network(part)
            plain(part)
    except UntrustedFile:
        return "read, and refused as a network"
    return "read"


def fuzz(
    seconds: float, seed: int, first: int = 0, cases: int | None = None, files: Sequence[Path] = ()
) -> Iterator[tuple[int, str, float, float]]:
    """Index, outcome, processor seconds and growth of the memory in MiB of each case. Other errors pass through."""
    corpus = [maker() for maker in CORPUS] + [file.read_bytes() for file in files]
    for content in corpus:
        assert judge(content) == "read", "the files that are damaged must be good ones"
    baseline = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    end, index = time.monotonic() + seconds, first
    while time.monotonic() < end and (cases is None or index < first + cases):
        _, content = case(seed, index, corpus)
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, 4 * MOST_SECONDS)
        outcome = judge(content)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - baseline) / 1024
        yield index, outcome, time.process_time() - start, grown
        index += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cases", type=int)
    parser.add_argument("files", type=Path, nargs="*", help="real files to damage, too")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    faulthandler.enable()
    outcomes: Counter[str] = Counter()
    slowest, largest, index = (0.0, -1), 0.0, chosen.first - 1
    try:
        for index, outcome, seconds, grown in fuzz(
            chosen.seconds, chosen.seed, chosen.first, chosen.cases, chosen.files
        ):
            outcomes[outcome] += 1
            slowest, largest = max(slowest, (seconds, index)), max(largest, grown)
            assert seconds <= MOST_SECONDS, f"it took {seconds:.1f} seconds"
            assert grown <= MOST_MEBIBYTES, f"memory grew by {grown:.0f} MiB"
    except BaseException:
        print(f"seed {chosen.seed}, case {index} or the one after it", file=sys.stderr)
        raise
    for outcome, count in outcomes.most_common(40):
        print(f"{count:8} {outcome}")
    most = f"the slowest ({slowest[1]}) took {slowest[0]:.2f} s; memory grew by {largest:.0f} MiB"
    print(f"{outcomes.total()} cases; {most}")


if __name__ == "__main__":
    main()
