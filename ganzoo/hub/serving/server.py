"""A web service for one model, which answers as that of Inference Endpoints does: the program of our image.

    python -m ganzoo.hub.serving.server /repository --port 5000

The model is read as data: of the repository's code nothing is run, the handler is that of the package. GET / and
/health say Ok; POST / and /predict take JSON, or an image file as image/*, with parameters in the address. With
Accept: image/png or image/jpeg a single image is answered as a file; otherwise images are PNGs in base64 within JSON.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import logging
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from PIL import Image

from ganzoo.hub.serving.handler import MOST_CHARACTERS, BadRequest, EndpointHandler

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/jpg": "JPEG"}
SECONDS = 60  # that a client may be silent
log = logging.getLogger("ganzoo.serving")


class Service(BaseHTTPRequestHandler):
    """One connection; `handler` is set on the class that `serve` makes."""

    handler: EndpointHandler
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "ganzoo", ""
    timeout = SECONDS

    def do_GET(self) -> None:
        self.close_connection |= self.has_body()
        known = urlsplit(self.path).path in ("/", "/health")
        self.answer(200 if known else 404, b"Ok" if known else b"Not found", "text/plain")

    def do_POST(self) -> None:
        if urlsplit(self.path).path not in ("/", "/predict"):
            return self.refuse(404, "there are / and /predict")
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]+", length) or "Transfer-Encoding" in self.headers:
            return self.refuse(411, "Content-Length is needed, and the body in one piece")
        if len(length) > 12 or int(length) > MOST_CHARACTERS:
            return self.refuse(413, f"the request has more than {MOST_CHARACTERS:,} bytes")
        body = self.rfile.read(int(length))
        try:
            self.reply(self.handler(self.request_of(body)))
        except BadRequest as error:
            self.answer(400, as_json({"error": str(error)}), "application/json")
        except Exception:  # of the model, such as memory that is full: the service lives on
            log.exception("a request failed")
            self.answer(500, as_json({"error": "the model failed; the service's log says why"}), "application/json")

    def request_of(self, body: bytes) -> dict[str, Any]:
        """The handler's dict for a body and the parameters in the address. Raises: BadRequest."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind.startswith("image/"):
            request: Any = {"inputs": base64.b64encode(body).decode()}
        elif kind in ("application/json", ""):
            try:
                request = json.loads(body)
            except (ValueError, RecursionError):
                raise BadRequest("the body is no JSON") from None
        else:
            raise BadRequest(f"Content-Type is {kind[:60]!r}: application/json or image/* is needed")
        if not isinstance(request, dict) or not {"inputs", "instances"} & set(request):
            raise BadRequest('the body must be {"inputs": ..., "parameters": {...}}')
        try:
            query = dict(parse_qsl(urlsplit(self.path).query, max_num_fields=20))
        except ValueError:
            raise BadRequest("the address has more than 20 parameters") from None
        if query:
            request.setdefault("parameters", query)
        return request

    def reply(self, made: Any) -> None:
        accepted = [kind.partition(";")[0].strip().lower() for kind in self.headers.get("Accept", "*/*").split(",")]
        kind = next((kind for kind in accepted if kind in FORMATS), None)
        if kind is None:
            self.answer(200, as_json(made), "application/json")
        elif isinstance(made, Image.Image):
            self.answer(200, encoded(made, FORMATS[kind]), kind)
        else:
            raise BadRequest(f"the answer is no single image: ask for application/json, not {kind}")

    def has_body(self) -> bool:
        """Whether bytes follow that nobody reads; they would be taken for the next request."""
        return self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers

    def refuse(self, status: int, message: str) -> None:
        """Say so and hang up: the body was not read."""
        self.close_connection = True
        self.answer(status, as_json({"error": message}), "application/json")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: Any) -> None:
        if not self.path.startswith("/health"):
            log.info(format, *values)


def as_json(value: Any) -> bytes:
    return json.dumps(value, default=lambda image: base64.b64encode(encoded(image, "PNG")).decode()).encode()


def encoded(image: Image.Image, format: str) -> bytes:
    """An image file. JPEG has no alpha."""
    stream = io.BytesIO()
    (image.convert("RGB") if format == "JPEG" and image.mode not in ("L", "RGB") else image).save(stream, format)
    return stream.getvalue()


def serve(directory: Path, address: tuple[str, int]) -> ThreadingHTTPServer:
    """A server for the model in a directory, bound but not yet running. Raises: ModelDirectoryError, OSError."""
    service = type("ServiceOfAModel", (Service,), {"handler": EndpointHandler(str(directory))})
    server = ThreadingHTTPServer(address, service)
    server.daemon_threads = True
    return server


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Serve a ganzoo model over HTTP.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with serve(given.directory, (given.host, given.port)) as server:
        log.info("serving %s on port %d", given.directory, server.server_address[1])
        server.serve_forever()


if __name__ == "__main__":
    main()
