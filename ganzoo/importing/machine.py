"""A machine for the opcodes of pickles that builds inert values.

It knows protocols 2 to 5. It imports, looks up and calls nothing that a file names: `constructors` holds the few
calls that it carries out itself. Opcodes that weights have no use for are refused.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from pickletools import opcodes
from typing import Any

from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing import arrays
from ganzoo.importing.constructors import call
from ganzoo.importing.keys import checked_key
from ganzoo.importing.limits import Budget
from ganzoo.importing.names import HARMLESS_BUILTINS, MOVED, reference
from ganzoo.importing.opcodes import ACTIONS, STOP
from ganzoo.importing.records import Record, Ref, Refused

NAMES = {ord(opcode.code): opcode.name for opcode in opcodes}
DEEPEST_MARKS = 1000

Persistent = Callable[[Any], Any]


class Machine:
    """Reads one pickle.

    Args:
        data: the file, or the part of it that is read.
        budget: what may be used, shared with nested files.
        nested: reads the bytes of a storage that was pickled as a file of its own.
        persistent: what a persistent id stands for; None where there are none.
        names: takes every global that is named.
        partly: put `Refused` in the place of calls that are not known, rather than refusing the file.
    """

    def __init__(
        self,
        data: memoryview,
        budget: Budget,
        *,
        nested: Callable[[bytes], Any],
        persistent: Persistent | None = None,
        names: set[str] | None = None,
        partly: bool = False,
    ) -> None:
        self.data = data
        self.budget = budget
        self.nested = nested
        self.persistent = persistent
        self.names = names if names is not None else set()
        self.partly = partly
        self.position = 0
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.digests: dict[str, str] = {}

    def run(self, start: int = 0) -> tuple[Any, int]:
        """The value of the pickle at `start`, and where it ends. Raises: UntrustedFile naming the cause and place."""
        self.position = start
        data, opcode = self.data, -1
        try:
            if self.take(1) != b"\x80":
                raise UntrustedFile("it does not begin like a pickle of protocol 2 or later")
            if not 2 <= (protocol := self.take(1)[0]) <= 5:
                raise UntrustedFile(f"it is of protocol {protocol}; 2 to 5 are read")
            while True:
                start = self.position
                if start >= len(data):
                    raise UntrustedFile("it ends too early")
                opcode = data[start]
                self.position = start + 1
                self.budget.opcode()
                if opcode == STOP:
                    break
                action = ACTIONS.get(opcode)
                if action is None:
                    raise UntrustedFile(
                        f"it has the opcode {NAMES.get(opcode, hex(opcode))}, which weights do not need"
                    )
                action(self)
            value = self.pop()
            if self.stack or self.marks:
                raise UntrustedFile("it leaves more than one value")
        except UntrustedFile as error:
            where = f" (byte {start}, {NAMES.get(opcode, 'no opcode')})" if "(byte " not in error.message else ""
            raise UntrustedFile(f"{error.message}{where}", hint=error.hint) from error.__cause__
        return value, self.position

    # What actions use ---------------------------------------------------------------------------

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self.position + count
        if end > len(self.data):
            raise UntrustedFile("it ends too early")
        taken = bytes(self.data[self.position : end])
        self.position = end
        return taken

    def number(self, form: str) -> int:
        """The next integer, little-endian."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        if not self.stack:
            raise UntrustedFile("it takes a value where there is none")
        return self.stack.pop()

    def top(self) -> Any:
        if not self.stack:
            raise UntrustedFile("it looks at a value where there is none")
        return self.stack[-1]

    def mark(self) -> None:
        if len(self.marks) >= DEEPEST_MARKS:
            raise UntrustedFile(f"it nests deeper than {DEEPEST_MARKS}")
        self.marks.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        """What was pushed since the last mark."""
        if not self.marks:
            raise UntrustedFile("it takes values up to a mark where there is none")
        taken, self.stack = self.stack, self.marks.pop()
        return taken

    def remember(self, place: int) -> None:
        value = self.top()
        if place > len(self.data) or place in self.memo:
            raise UntrustedFile(f"it remembers a value at the place {place}")
        self.memo[place] = value
        if isinstance(value, arrays.Draft):
            value.places.append(place)

    def recall(self, place: int) -> None:
        if place not in self.memo:
            raise UntrustedFile(f"it recalls a value that it never remembered ({place})")
        self.push(self.memo[place])

    def refuse(self, why: str) -> Refused:
        """What stands in for a value that is not read. Raises: UntrustedFile, unless only a part is wanted."""
        if not self.partly:
            raise UntrustedFile(why, hint="--partly leaves out the part of the file that holds it")
        return Refused(why)

    def digest(self, source: str) -> str:
        """SHA-256 of a text, computed once."""
        if source not in self.digests:
            self.digests[source] = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        return self.digests[source]

    # Objects ------------------------------------------------------------------------------------

    def name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise UntrustedFile("it names a global by something else than texts")
        if self.partly and MOVED.get(module, module) == "builtins" and name not in HARMLESS_BUILTINS:
            self.push(self.refuse(f"it names builtins.{name:.80}"))  # dill does, for functions that are pickled whole
            return
        ref = reference(module, name)
        self.names.add(str(ref))
        self.push(ref)

    def reduce(self) -> None:
        arguments, function = self.pop(), self.pop()
        if isinstance(function, Refused):
            self.push(function)
        elif not isinstance(function, Ref) or not isinstance(arguments, tuple):
            raise UntrustedFile(f"it calls {type(function).__name__}, which is no function that it named")
        else:
            self.push(call(self, function, arguments))

    def new_object(self) -> None:
        arguments, kind = self.pop(), self.pop()
        if isinstance(kind, Refused):
            self.push(kind)
            return
        if not isinstance(kind, Ref) or not isinstance(arguments, tuple):
            raise UntrustedFile(f"it makes an object of {type(kind).__name__}, which is no class that it named")
        self.push(self.new(kind, arguments))

    def new(self, kind: Ref, arguments: tuple[Any, ...]) -> Any:
        """An object of a class, made by `__new__`: a record, whatever the class."""
        if kind.module == "builtins" and kind.name != "object":
            return call(self, kind, arguments)
        self.budget.take_objects(256)
        return Record(kind, arguments)

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if isinstance(target, arrays.Draft):
            self.stack[-1] = array = arrays.filled(state, self.budget)
            for place in target.places:
                self.memo[place] = array
        elif isinstance(target, arrays.DType):
            arrays.set_dtype_state(target, state)
        elif isinstance(target, Record):
            if target.state is not None:
                raise UntrustedFile(f"it sets the state of an object {target.ref} twice")
            target.state = state
        elif not isinstance(target, (Refused, dict, Tensor)):  # OrderedDicts and parameters may have attributes
            raise UntrustedFile(f"it sets the attributes of {type(target).__name__}")

    # Containers ---------------------------------------------------------------------------------

    def extend(self, values: list[Any]) -> None:
        target = self.top()
        target = target.sequence if isinstance(target, Record) else target
        if isinstance(target, Refused):
            return
        if type(target) is not list:
            raise UntrustedFile(f"it appends to {type(target).__name__}")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.top()
        target = target.mapping if isinstance(target, Record) else target
        if isinstance(target, Refused):
            return
        if type(target) is not dict or len(values) % 2:
            raise UntrustedFile(f"it sets items of {type(target).__name__}")
        for key, value in zip(values[::2], values[1::2], strict=True):
            target[checked_key(key, self.budget)] = value

    def add_items(self, values: list[Any]) -> None:
        target = self.top()
        if type(target) is not set:
            raise UntrustedFile(f"it adds items to {type(target).__name__}")
        target.update(checked_key(value, self.budget) for value in values)
