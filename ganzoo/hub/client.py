"""The Hub's client: the only file that imports huggingface_hub, and where its errors become ours."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ganzoo.errors import (
    AccessDenied,
    ConfigError,
    GanzooError,
    HubError,
    HubUnreachable,
    NotCached,
    PushConflict,
    RepositoryMissing,
    RevisionMissing,
    WriteError,
)
from ganzoo.version import VERSION

if TYPE_CHECKING:
    from huggingface_hub import HfApi

HUB = "https://huggingface.co"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECRET = re.compile(
    r"hf_[A-Za-z0-9_]{4,}|(?<=://)[^\s/@]*@|(?<=\?)[^\s'\")>]*(?:[Ss]ignature|[Tt]oken|[Ee]xpires)[^\s'\")>]*"
)
TRUE = ("1", "ON", "YES", "TRUE")


def endpoint() -> str:
    """The Hub's address: HF_ENDPOINT, or huggingface.co.

    Raises: ConfigError unless it is https or this machine: the server's answers decide where files are written. And for
        one that holds a password, since addresses are shown.
    """
    address = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or HUB
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise ConfigError("HF_ENDPOINT holds a user name or a password", hint="give the address alone, and log in")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ConfigError(f"HF_ENDPOINT is {address!r}, which is neither https nor on this machine")
    return address


def offline() -> bool:
    """Whether the environment forbids the network."""
    return any(os.environ.get(name, "").upper() in TRUE for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))


def choose_transport() -> None:
    """Switch Xet off where the endpoint may not speak it: the client falls back to nothing.

    The client reads the switch when it is imported, so this comes first in whatever imports it.
    """
    if endpoint() != HUB:
        os.environ.setdefault("HF_HUB_DISABLE_XET", "1")


def api(token: str | bool | None = None) -> HfApi:
    """A client of the endpoint. token: None for the one that is logged in, False for none.

    Raises: ConfigError for an endpoint that is not trusted, HubUnreachable where the environment forbids the network.
    """
    choose_transport()
    if offline():
        raise HubUnreachable("the network is switched off by HF_HUB_OFFLINE", hint="unset it")
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint(), token=token, library_name="ganzoo", library_version=VERSION)


def cache_directory() -> str:
    """Where the client keeps what it downloads."""
    from huggingface_hub import constants

    return constants.HF_HUB_CACHE


def redacted(text: object) -> str:
    """Text without tokens, passwords, or the signatures of addresses, in one line of at most 400 characters.

    It may quote a server or a stranger: characters that act on a terminal are replaced.
    """
    line = " ".join(SECRET.sub("[removed]", str(text)).split())[:400]
    return "".join(character if character.isprintable() else "?" for character in line)


@contextmanager
def errors_of(repository: str, action: str) -> Iterator[None]:
    """Turn what the client raises about a repository into ours. action: "load", "push", ..., for the message."""
    choose_transport()
    from huggingface_hub import errors as client
    from huggingface_hub.utils import httpx  # httpx or httpx2, whichever the client uses

    try:
        yield
    except GanzooError:
        raise
    except client.GatedRepoError as error:
        raise AccessDenied(
            f"cannot {action} {repository}: its owner grants access on request",
            hint=f"ask for access on {endpoint()}/{repository}, then log in: hf auth login",
        ) from _without_secrets(error)
    except client.DisabledRepoError as error:
        raise AccessDenied(f"cannot {action} {repository}: the Hub has disabled it") from _without_secrets(error)
    except client.RepositoryNotFoundError as error:
        raise RepositoryMissing(
            f"cannot {action} {repository}: {endpoint()} has no such repository, or it is private",
            hint=f"check the name; for a private one log in: hf auth login; for a folder write ./{repository}",
        ) from _without_secrets(error)
    except client.RevisionNotFoundError as error:
        raise RevisionMissing(
            f"cannot {action} {repository}: it has no such revision", hint=f"see {endpoint()}/{repository}/commits/main"
        ) from _without_secrets(error)
    except (client.LocalEntryNotFoundError, client.OfflineModeIsEnabled) as error:
        raise NotCached(
            f"cannot {action} {repository}: it is not in the cache, and the network is off or down",
            hint=f"with network: ganzoo pull {repository}",
        ) from _without_secrets(error)
    except client.EntryNotFoundError as error:
        raise RevisionMissing(
            f"cannot {action} {repository}: a file is missing there: {redacted(error)}"
        ) from _without_secrets(error)
    except client.HFValidationError as error:
        raise ConfigError(f"cannot {action} {repository}: {redacted(error)}") from _without_secrets(error)
    except client.HfHubHTTPError as error:
        raise _http_error(error, repository, action) from _without_secrets(error)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise HubUnreachable(
            f"cannot {action} {repository}: what {endpoint()} answers is not the Hub's",
            hint="a proxy or a login page may stand in between: look at that address in a browser",
        ) from _without_secrets(error)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM):
            raise WriteError(
                f"cannot {action} {repository}: {redacted(error)}", hint="free space, or set HF_HOME to another place"
            ) from _without_secrets(error)
        raise _unreachable(error, repository, action) from _without_secrets(error)
    except (httpx.HTTPError, RuntimeError) as error:  # transport; hf_xet raises RuntimeError
        raise _unreachable(error, repository, action) from _without_secrets(error)


def _unreachable(error: Exception, repository: str, action: str) -> HubUnreachable:
    return HubUnreachable(
        f"cannot {action} {repository}: {endpoint()} does not answer: "
        f"{redacted(error.__cause__ or error) or type(error).__name__}",
        hint="try again; if it stays so: HF_HUB_DISABLE_XET=1, or HF_HUB_OFFLINE=1 for what was pulled before",
    )


def _http_error(error: Exception, repository: str, action: str) -> HubError:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    said = redacted(getattr(error, "server_message", None) or error)
    if status == 401:
        return AccessDenied(f"cannot {action} {repository}: the token is not valid", hint="log in: hf auth login")
    if status == 403:
        return AccessDenied(
            f"cannot {action} {repository}: the token lacks the right: {said}",
            hint="make a token with write access on the Hub's settings page, then: hf auth login",
        )
    if status == 412:
        return PushConflict(
            f"cannot {action} {repository}: it was changed in the meantime", hint="look at the change, then push again"
        )
    if status == 409:
        return PushConflict(f"cannot {action} {repository}: it exists already: {said}")
    if status is None or status == 429 or status >= 500:
        return HubUnreachable(
            f"cannot {action} {repository}: {endpoint()} answers with {status or 'nothing'}: {said}",
            hint="the trouble is at the other end: try again later",
        )
    return HubError(f"cannot {action} {repository}: {endpoint()} refuses with {status}: {said}")


def _without_secrets(error: BaseException) -> Exception:
    """What to chain to our error, so that a traceback shows the cause but no token and no signed address."""
    return Exception(f"{type(error).__name__}: {redacted(error)}")


def validate_card(text: str) -> list[str]:
    """The Hub's warnings about a card. Raises: HubError with its objections, HubUnreachable."""
    with errors_of("the card", "validate"):
        from huggingface_hub.utils import get_session

        if offline():
            raise HubUnreachable("the network is switched off by HF_HUB_OFFLINE", hint="unset it")
        answer = get_session().post(f"{endpoint()}/api/validate-yaml", json={"repoType": "model", "content": text})
        if answer.status_code not in (200, 400):
            raise HubUnreachable(f"{endpoint()} answers with {answer.status_code}", hint="try again later")
        said = answer.json()
        if not isinstance(said, dict) or (answer.status_code == 400 and not said.get("errors")):
            raise HubError(f"{endpoint()} says nothing of the card: {redacted(said)}")
        if said.get("errors"):
            raise HubError("the Hub refuses the card: " + "; ".join(redacted(e.get("message")) for e in said["errors"]))
        return [redacted(warning.get("message")) for warning in said.get("warnings", [])]
