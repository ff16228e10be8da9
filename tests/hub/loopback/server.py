"""The two listeners: the Hub itself, and the store of large files that it sends clients to."""

from __future__ import annotations

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from .faults import Fault, Faults
from .repository import Repository
from .routes import ROUTES, Answer, Request, failure


class Hub:
    """A Hub for one test: `with Hub() as hub`. Everything is kept in memory."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, tuple[str, str]] = {}
        self.large: dict[str, bytes] = {}
        self.signatures: set[str] = set()
        self.faults = Faults()
        self.log: list[tuple[str, str, dict[str, str]]] = []
        self.lock = threading.RLock()
        self.page = 1000
        self.on_preupload: Callable[[], object] | None = None  # what somebody else does in the middle of a push
        self.garble: Callable[[str, bytes], bytes] | None = None  # what it keeps of a file instead of what was sent

    def __enter__(self) -> Hub:
        self._servers = [_Server(self, cdn) for cdn in (False, True)]
        self.endpoint = f"http://127.0.0.1:{self._servers[0].server_port}"
        self.cdn = f"http://localhost:{self._servers[1].server_port}"
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def user(self, name: str, role: str = "write") -> str:
        """A new token of a user."""
        token = f"hf_{secrets.token_hex(17)}"
        self.tokens[token] = (name, role)
        return token

    def repository(self, id: str) -> Repository:
        """A repository, made if there is none."""
        return self.repositories.setdefault(id, Repository(id))

    def fault(self, method: str, pattern: str, **what: object) -> None:
        self.faults.add(Fault(method, pattern, **what))  # type: ignore[arg-type]

    def environment(self, home: Path, token: str | None = None) -> dict[str, str]:
        """Environment variables that send a client here."""
        own = {"HF_ENDPOINT": self.endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
        return {
            **own,
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            **({"HF_TOKEN": token} if token else {}),
        }

    def signed(self, oid: str) -> str:
        """An address of a large file that works without a token."""
        signature = secrets.token_hex(16)
        self.signatures.add(signature)
        return f"{self.cdn}/lfs/{oid}?X-Amz-Signature={signature}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, hub: Hub, cdn: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub, self.cdn = hub, cdn

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections that break are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_: object) -> None:
        """Tests read `hub.log`."""

    def handle_any(self) -> None:
        hub, url = self.server.hub, urlsplit(self.path)
        hub.log.append((self.command, self.path, dict(self.headers)))
        fault = hub.faults.take(self.command, self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and fault.cut_request_after is not None:
            self.rfile.read(min(length, fault.cut_request_after))
            self._break()
            return
        body = self._chunks() if self.headers.get("Transfer-Encoding") == "chunked" else self.rfile.read(length)
        query = {name: values for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        path = unquote(url.path).replace("/api/spaces/", "/api/models/spaces/", 1)
        request = Request(hub, self.command, path, query, dict(self.headers), body)
        answer = failure(fault.status, "Fault", "a fault") if fault and fault.status else self._answer(request)
        if fault and fault.body is not None:
            answer = Answer(fault.body, fault.status or 200)
        self._send(answer, fault)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

    def _answer(self, request: Request) -> Answer:
        for method, pattern, cdn, function in ROUTES:
            match = pattern.fullmatch(request.path)
            if method == request.method.replace("HEAD", "GET") and cdn == self.server.cdn and match:
                with request.hub.lock:
                    return function(request, **match.groupdict())
        return failure(404, "EntryNotFound", f"no route {request.method} {request.path}")

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        if fault and fault.flip is not None and body:
            at = fault.flip % len(body)
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
        headers |= fault.headers if fault else {}
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault and fault.cut_after is not None and fault.cut_after < len(body):
            self.wfile.write(body[: fault.cut_after])
            self.wfile.flush()
            self._break()
            return
        self.wfile.write(body)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _break(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
