"""The Hub's routes, as far as ganzoo's calls use them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .cards import validate
from .repository import LFS, Blob, Repository

if TYPE_CHECKING:
    from .server import Hub


@dataclass
class Request:
    hub: Hub
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    @property
    def token(self) -> str | None:
        given = {name.lower(): value for name, value in self.headers.items()}.get("authorization", "")
        return given.removeprefix("Bearer ") or None

    @property
    def who(self) -> tuple[str, str] | None:
        return self.hub.tokens.get(self.token or "")

    def one(self, name: str) -> str | None:
        return self.query.get(name, [None])[0]


@dataclass
class Answer:
    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer


ROUTES: list[tuple[str, re.Pattern[str], bool, Callable[..., Answer]]] = []
REPO = r"(?P<id>(?:spaces/)?[\w.-]+/[\w.-]+)"  # a Space's name begins with spaces/, as in its address


def failure(status: int, code: str, message: str) -> Answer:
    return Answer({"error": message}, status, {"X-Error-Code": code, "X-Error-Message": message})


def route(method: str, pattern: str, *, cdn: bool = False) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    def register(function: Callable[..., Answer]) -> Callable[..., Answer]:
        def guarded(request: Request, **parts: str) -> Answer:
            if request.token is not None and request.who is None and not cdn:
                return failure(401, "InvalidToken", "Invalid credentials in Authorization header")
            try:
                return function(request, **parts)
            except Refused as refused:
                return refused.answer

        ROUTES.append((method, re.compile(pattern), cdn, guarded))
        return function

    return register


def owner_of(id: str) -> str:
    return id.removeprefix("spaces/").split("/")[0]


def readable(request: Request, id: str, *, files: bool = False) -> Repository:
    """A repository that the request may see (and, with `files`, whose files it may have)."""
    repository, who = request.hub.repositories.get(id), request.who
    owner = who is not None and owner_of(id) == who[0]
    if repository is None or (repository.private and not owner):
        raise Refused(failure(404 if who else 401, "RepoNotFound", "Repository not found"))
    if repository.disabled:
        raise Refused(failure(403, "DisabledRepo", "Access to this resource is disabled."))
    if files and repository.gated and not owner:
        raise Refused(failure(403 if who else 401, "GatedRepo", f"Access to model {id} is restricted."))
    return repository


def writable(request: Request, id: str) -> None:
    who = request.who
    if who is None:
        raise Refused(failure(401, "", "Invalid username or password."))
    if who[1] != "write" or (owner_of(id) != who[0] and request.one("create_pr") is None):
        raise Refused(failure(403, "", f"You don't have the rights to write to {id}"))


def commit_of(repository: Repository, revision: str) -> Any:
    commit = repository.find(revision)
    if commit is None:
        raise Refused(failure(404, "RevisionNotFound", f"Invalid rev id: {revision}"))
    return commit


@route("GET", "/api/whoami-v2")
def whoami(request: Request) -> Answer:
    if request.who is None:
        return failure(401, "", "Invalid username or password.")
    name, role = request.who
    token = {"displayName": "test", "role": role}
    return Answer({"type": "user", "id": "1", "name": name, "fullname": name, "email": "", "orgs": [],
                   "auth": {"type": "access_token", "accessToken": token}})  # fmt: skip


@route("POST", "/api/repos/create")
def create(request: Request) -> Answer:
    wanted = request.json
    who = request.who
    id = f"{wanted.get('organization') or (who or ('', ''))[0]}/{wanted['name']}"
    if wanted.get("type") == "space":
        id = f"spaces/{id}"
        if wanted.get("sdk") not in ("gradio", "docker", "static"):
            return failure(400, "", "sdk is needed")
    writable(request, id)
    address = f"{request.hub.endpoint}/{id}"
    if id in request.hub.repositories:
        return Answer({"error": "You already created this repo", "url": address}, 409)
    private = bool(wanted.get("private")) or wanted.get("visibility") == "private"
    request.hub.repositories[id] = Repository(id, private=private)
    name = id.removeprefix("spaces/")
    return Answer({"url": address, "name": name, "id": name})


@route("DELETE", "/api/repos/delete")
def delete(request: Request) -> Answer:
    id = f"{request.json.get('organization') or (request.who or ('', ''))[0]}/{request.json['name']}"
    writable(request, id)
    readable(request, id)
    del request.hub.repositories[id]
    return Answer({})


@route("GET", "/api/models")
def list_models(request: Request) -> Answer:
    wanted, expand = set(request.query.get("filter", [])), request.query.get("expand", [])
    author, search = request.one("author"), (request.one("search") or "").lower()
    found = []
    for id, repository in sorted(request.hub.repositories.items()):
        if id.startswith("spaces/"):
            continue
        owner = request.who is not None and id.split("/")[0] == request.who[0]
        info = repository.info(expand)
        tags = set(repository.info([])["tags"])
        if (not repository.private or owner) and wanted <= tags and (not author or id.startswith(author + "/")):
            found += [info] if search in id.lower() else []
    start, page = int(request.one("cursor") or 0), min(request.hub.page, int(request.one("limit") or 1000))
    headers = {}
    if len(found) > start + page:
        rest = "&".join(f"{n}={quote(v)}" for n, values in request.query.items() for v in values if n != "cursor")
        headers["Link"] = f'<{request.hub.endpoint}/api/models?{rest}&cursor={start + page}>; rel="next"'
    return Answer(found[start : start + page], headers=headers)


@route("GET", rf"/api/models/{REPO}(/revision/(?P<revision>.+))?")
def info(request: Request, id: str, revision: str | None) -> Answer:
    repository = readable(request, id)
    commit = commit_of(repository, revision or "main")
    return Answer({**repository.info(request.query.get("expand", [])), "sha": commit.oid})


@route("GET", rf"/api/models/{REPO}/tree/(?P<revision>[^/]+|refs/pr/\d+)")
def tree(request: Request, id: str, revision: str) -> Answer:
    commit = commit_of(readable(request, id), revision)
    return Answer([blob.listing(path) for path, blob in commit.files.items()], headers={"X-Repo-Commit": commit.oid})


@route("POST", rf"/api/models/{REPO}/paths-info/(?P<revision>.+)")
def paths_info(request: Request, id: str, revision: str) -> Answer:
    from urllib.parse import parse_qs

    commit = commit_of(readable(request, id), revision)
    kind = {name.lower(): value for name, value in request.headers.items()}.get("content-type", "")
    paths = request.json["paths"] if "json" in kind else parse_qs(request.body.decode()).get("paths", [])
    return Answer([commit.files[path].listing(path) for path in paths if path in commit.files])


@route("GET", rf"/api/models/{REPO}/refs")
def refs(request: Request, id: str) -> Answer:
    repository = readable(request, id)
    branches = [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": o} for n, o in repository.refs.items()]
    tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": o} for n, o in repository.tags.items()]
    return Answer({"branches": branches, "tags": tags, "converts": []})


@route("POST", rf"/api/models/{REPO}/(?P<kind>tag|branch)/(?P<name>.+)")
def make_ref(request: Request, id: str, kind: str, name: str) -> Answer:
    writable(request, id)
    repository = readable(request, id)
    table, new = (repository.tags, request.json["tag"]) if kind == "tag" else (repository.refs, name)
    if new in table:
        return failure(409, "", f"Reference already exists: {new}")
    start = name if kind == "tag" else request.json.get("startingPoint") or "main"
    table[new] = commit_of(repository, start).oid
    return Answer({})


@route("PUT", rf"/api/models/{REPO}/settings")
def settings(request: Request, id: str) -> Answer:
    writable(request, id)
    repository, wanted = readable(request, id), request.json
    repository.gated = wanted.get("gated", repository.gated)
    repository.private = wanted.get("private", wanted.get("visibility", "public") == "private")
    return Answer({})


@route("POST", "/api/validate-yaml")
def validate_yaml(request: Request) -> Answer:
    errors, warnings = validate(request.json["content"], request.json["repoType"])
    found = {"errors": [{"message": e} for e in errors], "warnings": [{"message": w} for w in warnings]}
    return Answer(found, 400 if errors else 200)


@route("POST", rf"/api/models/{REPO}/preupload/(?P<revision>.+)")
def preupload(request: Request, id: str, revision: str) -> Answer:
    writable(request, id)
    commit = commit_of(readable(request, id), revision)
    if request.hub.on_preupload is not None:
        request.hub.on_preupload()
    files = [
        {"path": f["path"], "uploadMode": "lfs" if LFS.fullmatch(f["path"]) else "regular", "shouldIgnore": False}
        for f in request.json["files"]
    ]
    return Answer({"files": files, "commitOid": commit.oid})


@route("POST", rf"/{REPO}\.git/info/lfs/objects/batch")
def batch(request: Request, id: str) -> Answer:
    objects = []
    for wanted in request.json["objects"]:
        item = {"oid": wanted["oid"], "size": wanted["size"]}
        if wanted["oid"] not in request.hub.large:
            verify = {"href": f"{request.hub.endpoint}/{id}.git/info/lfs/verify", "header": {}}
            item["actions"] = {"upload": {"href": request.hub.signed(wanted["oid"]), "header": {}}, "verify": verify}
        objects.append(item)
    return Answer({"transfer": "basic", "objects": objects})


@route("POST", rf"/{REPO}\.git/info/lfs/verify")
def verify(request: Request, id: str) -> Answer:
    writable(request, id)
    there = request.json["oid"] in request.hub.large
    return Answer({}) if there else failure(404, "", "no such object")


@route("POST", rf"/api/models/{REPO}/commit/(?P<revision>.+)")
def commit(request: Request, id: str, revision: str) -> Answer:
    writable(request, id)
    repository = readable(request, id)
    parent = commit_of(repository, revision)
    files: dict[str, bytes | Blob | None] = {}
    message = ""
    for line in filter(None, request.body.splitlines()):
        entry = json.loads(line)
        key, value = entry["key"], entry["value"]
        if key == "header":
            message = value["summary"]
            if value.get("parentCommit") not in (None, parent.oid):
                return failure(
                    412, "", "The branch was updated since you opened this page. Please refresh and try again."
                )
        elif ".." in value["path"].split("/") or value["path"].startswith("/"):
            return failure(422, "", f"bad path {value['path']}")
        elif key == "file":
            files[value["path"]] = Blob(base64.b64decode(value["content"]), False)
        elif key == "lfsFile":
            if value["oid"] not in request.hub.large:
                return failure(400, "", f"the large file {value['path']} was not uploaded")
            files[value["path"]] = Blob(request.hub.large[value["oid"]], True)
        elif key == "deletedFile":
            files[value["path"]] = None
    if (card := files.get("README.md")) is not None:
        kind = "space" if id.startswith("spaces/") else "model"
        errors, _ = validate(card.content.decode("utf-8", "replace") if isinstance(card, Blob) else "", kind)
        if errors:
            return failure(400, "", f"Invalid metadata in README.md: {errors[0]}")
    if (garble := request.hub.garble) is not None:
        kept = {path: blob for path, blob in files.items() if isinstance(blob, Blob)}
        files |= {path: Blob(garble(path, blob.content), blob.lfs) for path, blob in kept.items()}
    number = 1 + sum(name.startswith("refs/pr/") for name in repository.refs)
    branch = f"refs/pr/{number}" if request.one("create_pr") else revision
    oid = repository.commit(files, message, branch, parent.oid)
    address = f"{request.hub.endpoint}/{id}"
    answer = {"success": True, "commitOid": oid, "commitUrl": f"{address}/commit/{oid}", "hookOutput": ""}
    return Answer(answer | ({"pullRequestUrl": f"{address}/discussions/{number}"} if request.one("create_pr") else {}))


@route("GET", rf"/{REPO}/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
def resolve(request: Request, id: str, revision: str, path: str) -> Answer:
    repository = readable(request, id, files=True)
    found = commit_of(repository, revision.replace("%2F", "/"))
    headers = {"X-Repo-Commit": found.oid, "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    blob = found.files.get(path)
    if blob is None:
        raise Refused(failure(404, "EntryNotFound", f"{path} does not exist on {revision}"))
    repository.downloads += path == "config.json"
    if blob.lfs:
        request.hub.large.setdefault(blob.sha256, blob.content)
        linked = {"X-Linked-Etag": f'"{blob.sha256}"', "X-Linked-Size": str(len(blob.content))}
        return Answer(b"", 302, headers | linked | {"Location": request.hub.signed(blob.sha256)})
    return ranged(request, blob.content, headers | {"ETag": f'"{blob.git_oid}"'})


@route("GET", r"/lfs/(?P<oid>[0-9a-f]{64})", cdn=True)
def large(request: Request, oid: str) -> Answer:
    check_signature(request)
    return ranged(request, request.hub.large[oid], {"Content-Type": "application/octet-stream", "ETag": f'"{oid}"'})


@route("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})", cdn=True)
def store(request: Request, oid: str) -> Answer:
    check_signature(request)
    if hashlib.sha256(request.body).hexdigest() != oid:
        return failure(400, "", "the content does not have its hash")
    request.hub.large[oid] = request.body
    return Answer(b"", headers={"ETag": f'"{oid}"'})


def check_signature(request: Request) -> None:
    if request.token is not None or request.one("X-Amz-Signature") not in request.hub.signatures:
        raise Refused(failure(403, "", "bad signature, or a token that has no business here"))


def ranged(request: Request, content: bytes, headers: dict[str, str]) -> Answer:
    wanted = {name.lower(): value for name, value in request.headers.items()}.get("range", "")
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if not match:
        return Answer(content, headers=headers)
    start, end = int(match[1]), min(int(match[2] or len(content) - 1), len(content) - 1)
    span = {"Content-Range": f"bytes {start}-{end}/{len(content)}"}
    return Answer(content[start : end + 1], 206, headers | span)
