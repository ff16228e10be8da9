"""Every error that a user can cause or meet, each with a hint that says what to do about it."""

from __future__ import annotations


class GanzooError(Exception):
    """Base of all errors raised on purpose.

    Args:
        message: what is wrong, in one or more lines.
        hint: what the user can do about it; the command prints it on a line of its own.

    `exit_code` is what the command exits with: 2 for wrong use, 1 for work that failed.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\nhint: {self.hint}" if self.hint else message

    @property
    def message(self) -> str:
        """The message without its hint."""
        return super().__str__()


# Names and plugins ------------------------------------------------------------------------------


class RegistryError(GanzooError):
    """A name could not be turned into an entry."""


class UnknownName(RegistryError):
    """No installed plugin has an entry of this name."""


class AmbiguousName(RegistryError):
    """Several plugins have an entry of this short name."""


class PluginMissing(RegistryError):
    """The name belongs to a plugin that is not installed."""


class PluginBroken(RegistryError):
    """The plugin that provides the name failed to load."""


class PluginConflict(RegistryError):
    """Two distributions claim the namespace of the name."""


class TargetError(RegistryError):
    """An entry's target could not be imported, or is not what its kind asks for."""

    exit_code = 1


class InstallError(GanzooError):
    """A plugin could not be installed or removed, or what was installed is none."""

    exit_code = 1


# Settings ---------------------------------------------------------------------------------------


class ConfigError(GanzooError):
    """A setting is unknown, of the wrong type, or has a value that cannot work."""


class CompatibilityError(GanzooError):
    """Things were chosen together that make no sense together."""


class NotSamplable(GanzooError):
    """The model has nothing to sample in the way that was asked for."""


# Data -------------------------------------------------------------------------------------------


class DataError(GanzooError):
    """A data set is empty, malformed, or does not hold what was asked of it."""


class DataUnavailable(DataError):
    """A data set is not on this machine; the hint says how to get it."""


class BrokenImages(DataError):
    """Some files of an image folder cannot be read; the message names them."""


# Files and runs ---------------------------------------------------------------------------------


class RunDirectoryError(GanzooError):
    """A run directory is in use, already holds a run, or holds none."""


class CheckpointError(GanzooError):
    """A checkpoint is truncated, corrupted, or of another run."""

    exit_code = 1


class ModelDirectoryError(GanzooError):
    """A model directory is missing, malformed, or does not fit its architecture."""

    exit_code = 1


class FormatError(GanzooError):
    """No importer recognises a file of others, or several do."""


class LicenseNotAccepted(GanzooError):
    """Weights of others have a licence that the user has to accept first."""


class WriteError(GanzooError):
    """A file could not be written whole; what was there before is untouched."""

    exit_code = 1


class NonFiniteError(GanzooError):
    """Training produced nothing but NaN or infinity."""

    exit_code = 1


# The Hub ----------------------------------------------------------------------------------------


class HubError(GanzooError):
    """Something about the Hub, or a repository on it, that none of the following says better."""

    exit_code = 1


class RepositoryMissing(HubError):
    """No repository of this name, or it is private and the token does not open it."""


class AccessDenied(HubError):
    """The repository is gated or disabled, or the token is wrong or lacks the right."""


class RevisionMissing(HubError):
    """The repository has no such branch, tag or commit, or no such file there."""


class NotCached(HubError):
    """Without network, and not in the cache."""


class HubUnreachable(HubError):
    """The Hub cannot be reached, or answers with errors of its own."""


class PushConflict(HubError):
    """The repository changed while a push was being prepared."""


class UntrustedFile(HubError):
    """A file is not what the repository's own listing says it is, or not what a reader of strangers' files takes."""
