"""The web service, asked over HTTP on this machine."""

import base64
import io
import json
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from PIL import Image

from ganzoo.hub.serving import server
from ganzoo.hub.serving.handler import MOST_CHARACTERS

from ..helpers import tiny


def serving(directory):
    running = server.serve(directory, ("127.0.0.1", 0))
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    return running


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    """Architecture -> a running service of a tiny model of it."""
    names = ("dcgan", "gan", "cyclegan")
    running = {name: serving(tiny(name).save_pretrained(tmp_path_factory.mktemp(name) / "model")) for name in names}
    yield running
    for service in running.values():
        service.shutdown()
        service.server_close()


@pytest.fixture
def ask(services):
    def ask(name, body=None, *, path="/", kind="application/json", **headers):
        """Status, content type and body of an answer; GET without a body."""
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        address = f"http://127.0.0.1:{services[name].server_port}{path}"
        sent = {"Content-Type": kind, **{key.replace("_", "-"): value for key, value in headers.items()}}
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data, sent), timeout=20) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read()

    return ask


@pytest.fixture
def raw(services):
    def raw(sent, name="dcgan", *, hang_up=False):
        """Everything that comes back for bytes that are sent as they are."""
        with socket.create_connection(("127.0.0.1", services[name].server_port), timeout=20) as connection:
            connection.sendall(sent)
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)

    return raw


def picture(body):
    return Image.open(io.BytesIO(body))


def png(image):
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def error_of(answer):
    status, kind, body = answer
    assert kind == "application/json", answer
    return status, json.loads(body)["error"]


def test_health(ask):
    assert ask("dcgan") == ask("dcgan", path="/health") == (200, "text/plain", b"Ok")
    assert ask("dcgan", path="/metrics")[0] == 404


@pytest.mark.parametrize("path", ["/", "/predict"])
def test_images_are_pngs_in_base64(ask, path):
    status, kind, body = ask("dcgan", {"inputs": {}, "parameters": {"n": 2, "seed": 0}}, path=path)
    assert (status, kind) == (200, "application/json")
    images = [picture(base64.b64decode(text)) for text in json.loads(body)]
    assert [(image.format, image.mode, image.size) for image in images] == [("PNG", "L", (8, 8))] * 2
    single = json.loads(ask("dcgan", {"inputs": {}})[2])
    assert picture(base64.b64decode(single)).size == (8, 8)


def test_points_are_numbers(ask):
    status, _, body = ask("gan", {"inputs": {}, "parameters": {"n": 3}})
    assert status == 200 and [len(point) for point in json.loads(body)] == [2, 2, 2]
    assert error_of(ask("gan", {"inputs": {}, "parameters": {"n": 3}}, Accept="image/png"))[0] == 400


@pytest.mark.parametrize(("kind", "format"), [("image/png", "PNG"), ("image/jpeg", "JPEG"), ("IMAGE/JPG;q=1", "JPEG")])
def test_a_single_image_as_a_file(ask, kind, format):
    status, named, body = ask("dcgan", {"inputs": {}, "parameters": {"seed": 0}}, Accept=f"text/html, {kind}")
    assert (status, picture(body).format) == (200, format) and named == kind.lower().partition(";")[0]
    many = error_of(ask("dcgan", {"inputs": {}, "parameters": {"n": 2}}, Accept=kind))
    assert many[0] == 400 and "no single image" in many[1]


def test_parameters_in_the_address(ask):
    asked = {"inputs": {}}
    in_body = ask("dcgan", {"inputs": {}, "parameters": {"n": 2, "seed": 7}})
    assert ask("dcgan", asked, path="/?n=2&seed=7") == in_body
    assert ask("dcgan", {"inputs": {}, "parameters": {"n": 2, "seed": 7}}, path="/?n=5") == in_body
    assert error_of(ask("dcgan", asked, path="/?n=many"))[0] == 400
    assert "20 parameters" in error_of(ask("dcgan", asked, path="/?" + "&".join(f"a{i}=1" for i in range(30))))[1]


def test_an_image_file_as_the_body(ask):
    red = Image.new("RGB", (40, 30), "red")
    status, kind, body = ask("cyclegan", png(red), kind="image/png", Accept="image/png")
    assert (status, kind, picture(body).size) == (200, "image/png", (16, 16))
    within = {"inputs": base64.b64encode(png(red)).decode()}
    assert ask("cyclegan", within, Accept="image/png")[2] == body
    other = ask("cyclegan", png(red), kind="image/png", path="/predict?direction=ba", Accept="image/png")
    assert other[0] == 200 and other[2] != body
    assert error_of(ask("cyclegan", b"no image", kind="image/png"))[0] == 400
    assert error_of(ask("dcgan", png(red), kind="image/png"))[0] == 400, "it does not translate"


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b"", "application/json", "no JSON"),
        (b"{", "application/json", "no JSON"),
        (b"\xff\xfe", "application/json", "no JSON"),
        (b"[" * 10**6, "application/json", "no JSON"),
        (b"1" * 10_000, "application/json", "no JSON"),
        (b"[]", "application/json", "the body must be"),
        (b"{}", "application/json", "the body must be"),
        (b'{"inputs": {}, "parameters": [1]}', "application/json", "parameters must be"),
        (b'{"inputs": {}, "parameters": {"n": NaN}}', "application/json", "n must be"),
        (b'{"inputs": {}, "parameters": {"n": 1e400}}', "application/json", "n must be"),
        (b'{"inputs": {}, "parameters": {"\\u001b[31m": 1}}', "application/json", "unknown"),
        (b'{"inputs": {}}', "text/plain", "Content-Type"),
        (b'{"inputs": {}}', "application/x-www-form-urlencoded", "Content-Type"),
    ],
)
def test_hostile_bodies_are_refused_and_the_service_lives_on(ask, body, kind, message):
    status, said = error_of(ask("dcgan", body, kind=kind))
    assert status == 400 and message in said and len(said) < 400
    assert ask("dcgan")[0] == 200


def test_deep_values_do_not_stop_it(ask):
    deep = b"[" * 900 + b"]" * 900
    for body in (b'{"inputs": %s}' % deep, b'{"inputs": {}, "parameters": {"seed": %s}}' % deep):
        assert ask("dcgan", body)[0] in (400, 500)
        assert ask("dcgan", {"inputs": {}})[0] == 200


def test_other_addresses_and_bodies_without_an_end(ask, raw):
    assert error_of(ask("dcgan", {"inputs": {}}, path="/../etc/passwd"))[0] == 404
    head = b"POST / HTTP/1.1\r\nHost: x\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n"
    assert b" 411 " in raw(head + b"\r\n") and b" 411 " in raw(chunked + b"\r\n0\r\n\r\n")
    assert b" 411 " in raw(chunked + b"Content-Length: 5\r\n\r\n0\r\n\r\n"), "two ends are none"
    for length in (b"-1", b"+5", b"1_0", b"0x10", b"\xb2"):
        assert b" 411 " in raw(head + b"Content-Length: " + length + b"\r\n\r\n")
    for length in (str(MOST_CHARACTERS + 1).encode(), b"9" * 4000, b"0" * 20 + b"9" * 20):
        assert b" 413 " in raw(head + b"Content-Length: " + length + b"\r\n\r\n")
    cut = raw(head + b'Content-Length: 100\r\nContent-Type: application/json\r\n\r\n{"inputs"', hang_up=True)
    assert b" 400 " in cut and b"no JSON" in cut


def test_what_is_not_read_is_not_the_next_request(raw):
    smuggled = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    for first in (b"GET / HTTP/1.1\r\n", b"POST /nowhere HTTP/1.1\r\n"):
        sent = first + b"Host: x\r\nContent-Length: %d\r\n\r\n" % len(smuggled) + smuggled
        assert raw(sent).count(b"HTTP/1.1 ") == 1
    two = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert raw(two).count(b"HTTP/1.1 200") == 2, "a connection is kept for the next request"


def test_a_model_that_fails_is_a_500_without_its_secrets(ask, services, monkeypatch, caplog):
    handler = services["dcgan"].RequestHandlerClass.handler
    for error in (RuntimeError("CUDA out of memory at hf_secret"), ValueError("shapes do not match: hf_secret")):

        def broken(*values, error=error, **settings):
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(handler.model, "sample", broken)
            status, said = error_of(ask("dcgan", {"inputs": {}}))
        assert status == 500 and "hf_secret" not in said and "log" in said
    assert "CUDA out of memory" in caplog.text
    assert ask("dcgan", {"inputs": {}})[0] == 200


def test_requests_at_once_get_what_each_asked_for(ask):
    expected = {seed: ask("dcgan", {"inputs": {}, "parameters": {"seed": seed}})[2] for seed in range(4)}
    found = {}
    threads = [
        threading.Thread(target=lambda s=seed: found.update({s: ask("dcgan", {"inputs": {}}, path=f"/?seed={s}")[2]}))
        for seed in expected
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_jpegs_have_no_alpha():
    assert picture(server.encoded(Image.new("RGBA", (4, 4)), "JPEG")).mode == "RGB"
    assert picture(server.encoded(Image.new("LA", (4, 4)), "PNG")).mode == "LA"


def test_the_program(tmp_path):
    directory = tiny("gan").save_pretrained(tmp_path / "model")
    (directory / "handler.py").write_text("raise SystemExit('code of the repository was run')")
    command = [sys.executable, "-m", "ganzoo.hub.serving.server", str(directory), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stderr.readline()
            port = re.search(r"on port (\d+)", line)
            assert port, line
            with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/health", timeout=20) as answer:
                assert answer.read() == b"Ok"
        finally:
            process.terminate()
