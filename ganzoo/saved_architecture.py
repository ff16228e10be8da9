"""Which entry a saved model needs, and whether what is installed reads it. No torch is imported here.

A model names its architecture (qualified), the revision that it was saved with, and the distribution that provided it.
The revision decides: the installed one loads as it is, an older one is migrated, a newer one is refused. The version
of the distribution decides only where the architecture names versions that are required, and explains what failed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from ganzoo.core import registry
from ganzoo.core.entries import Architecture
from ganzoo.core.first_party import DISTRIBUTIONS
from ganzoo.core.lookup import LOCAL
from ganzoo.core.registered import Registered
from ganzoo.errors import ModelDirectoryError, PluginMissing, UnknownName
from ganzoo.model_config import CONFIG

DISTRIBUTION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", re.ASCII)


def find_architecture(config: Mapping[str, Any]) -> Registered[Architecture]:
    """The entry that loads what a config describes; a renamed one leads to its new name.

    Raises: PluginMissing with the command that installs the plugin, UnknownName for an architecture that its plugin
        does not have, and the registry's other errors.
    """
    name = config["architecture"]["name"]
    try:
        return registry.find_saved(Architecture, name)
    except PluginMissing as error:
        if "switched off" in error.message:
            raise
        raise PluginMissing(error.message + _named_by(config), hint=_how_to_install(name, config)) from error
    except UnknownName as error:
        owner = next((s.provider for s in registry.plugins() if s.provider.namespace == name.partition(".")[0]), None)
        if owner is None or not is_newer(config, owner):
            raise
        raise UnknownName(error.message + written_by(config, owner), hint=how_to_upgrade(owner)) from error


def check_versions(config: Mapping[str, Any], found: Registered[Architecture], directory: Path) -> None:
    """Raises: ModelDirectoryError unless the installed version and revision read the model, migrated if need be."""
    check_range(config, found.provider, directory)
    revision, known = config["architecture"]["revision"], found.entry.revision
    if revision == known or (1 <= revision < known and found.entry.migrate):
        return
    holds = f"{directory} holds revision {revision} of {found.name}; {found.provider} has revision {known}"
    if revision > known:
        raise ModelDirectoryError(holds, hint=how_to_upgrade(found.provider))
    if revision < 1:
        raise ModelDirectoryError(f"{holds}, and revisions begin with 1", hint="fetch or save it again")
    raise ModelDirectoryError(
        f"{holds}, and cannot migrate: its entry names no `migrate`", hint=how_to_go_back(config, found.provider)
    )


def check_range(config: Mapping[str, Any], provider: registry.Provider, directory: Path) -> None:
    """Raises: ModelDirectoryError if the model requires versions of the distribution other than the installed one.

    What another distribution of the same namespace has for a version says nothing.
    """
    requires = config["provider"].get("requires", "")
    try:
        wanted = SpecifierSet(requires)
    except InvalidSpecifier:
        raise ModelDirectoryError(
            f"{directory / CONFIG}: provider.requires is {requires!r:.60}, no version range"
        ) from None
    if not same_distribution(config, provider) or _version(provider.version) is None:
        return
    if not wanted.contains(provider.version, prereleases=True):
        below = is_newer(config, provider) or wanted.contains("99999")
        raise ModelDirectoryError(
            f"{directory} asks for {provider.distribution}{requires}; {provider.version} is installed",
            hint=how_to_upgrade(provider) if below else how_to_go_back(config, provider),
        )


def same_distribution(config: Mapping[str, Any], provider: registry.Provider) -> bool:
    """Whether the installed distribution is the one that the model was saved with, as far as its config says."""
    written = _canonical(config["provider"].get("distribution", ""))
    return not written or written == _canonical(provider.distribution)


def is_newer(config: Mapping[str, Any], provider: registry.Provider) -> bool:
    """Whether the model was written by a newer version of the distribution than the installed one."""
    written, installed = _version(config["provider"].get("version", "")), _version(provider.version)
    return bool(same_distribution(config, provider) and written and installed and written > installed)


def written_by(config: Mapping[str, Any], provider: registry.Provider) -> str:
    """ "; it was written by x 2.0, and x 1.0 is installed", or nothing where the versions agree or are not known."""
    written = _version(config["provider"].get("version", ""))
    if written is None or not same_distribution(config, provider) or written == _version(provider.version):
        return ""
    return f"; it was written by {provider.distribution} {written}, and {provider.version} is installed"


def how_to_upgrade(provider: registry.Provider) -> str:
    """The command that brings a newer version of a plugin, or of ganzoo."""
    if provider.namespace == "ganzoo":
        return "pip install --upgrade ganzoo"
    if not provider.distribution:
        return f"upgrade the plugin: {provider.module} as it was when the model was saved, or newer"
    return f"upgrade the plugin: ganzoo plugin install --upgrade {provider.distribution}"


def how_to_go_back(config: Mapping[str, Any], provider: registry.Provider) -> str:
    """The command that brings the version which wrote the model."""
    version = _version(config["provider"].get("version", ""))
    if version is None or not provider.distribution or not same_distribution(config, provider):
        return "install the version of the plugin that wrote it"
    command = "pip install" if provider.namespace == "ganzoo" else "ganzoo plugin install"
    return f"install the version that wrote it: {command} {provider.distribution}=={version}"


def _how_to_install(name: str, config: Mapping[str, Any]) -> str | None:
    """For plugins of our own the command; for those of others, a word of caution before it."""
    namespace = name.strip().lower().partition(".")[0]
    if namespace == "local":
        return LOCAL
    if namespace in DISTRIBUTIONS:
        return f"ganzoo plugin install {DISTRIBUTIONS[namespace]}"
    distribution = config["provider"].get("distribution", "")
    if not DISTRIBUTION.fullmatch(distribution):
        return "ask whoever made the model which plugin it needs"
    return (
        "anybody can name any plugin in a model: check that you trust the author of this one, then "
        f"ganzoo plugin install {distribution}"
    )


def _named_by(config: Mapping[str, Any]) -> str:
    distribution, version = (config["provider"].get(key, "") for key in ("distribution", "version"))
    if not DISTRIBUTION.fullmatch(distribution):
        return ""
    return f"; the model says that it was written by {distribution}" + (f" {_version(version) or ''}".rstrip())


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
