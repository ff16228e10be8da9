"""What can go wrong on the way: chosen by method and path, a given number of times."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field


@dataclass
class Fault:
    """One disturbance.

    status: answer with it instead. delay: seconds to wait first. cut_after: bytes of the response's body that arrive
    before the connection breaks. cut_request_after: bytes of the request's body that are read before it breaks.
    flip: position of a byte of the body that is changed. headers: replaced in the answer. body: in place of the
    answer's. times: how often.
    """

    method: str
    pattern: str
    status: int | None = None
    delay: float = 0.0
    cut_after: int | None = None
    cut_request_after: int | None = None
    flip: int | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


class Faults:
    """The disturbances that are still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The first that fits a request; it is used up after its number of times."""
        with self._lock:
            for fault in self._waiting:
                if fault.times > 0 and fault.method == method and re.search(fault.pattern, path):
                    fault.times -= 1
                    return fault
        return None
