"""How much a stranger's file may cost: counted before memory is taken, in proportion to the file."""

from __future__ import annotations

from ganzoo.errors import UntrustedFile

MEBIBYTE = 2**20
MOST_OPCODES = 3_000_000
MOST_ODD_KEYS = 10_000  # numbers can be chosen so that a dict of them is slow; texts cannot


class Budget:
    """What reading one file may use, nested files included.

    Args:
        size: of the file, in bytes. Objects may take 32 MiB and 8 times as much, tensors 1 MiB and 4 times.
    """

    def __init__(self, size: int) -> None:
        self.objects = 32 * MEBIBYTE + 8 * size
        self.tensors = MEBIBYTE + 4 * size
        self.opcodes = MOST_OPCODES
        self.odd_keys = MOST_ODD_KEYS

    def opcode(self) -> None:
        """Count one opcode and the object that it may make."""
        self.opcodes -= 1
        self.objects -= 64
        if self.opcodes < 0:
            raise UntrustedFile(f"it has more than {MOST_OPCODES:,} opcodes")
        if self.objects < 0:
            raise UntrustedFile("its objects take far more memory than the file")

    def take_objects(self, count: int) -> None:
        """Count bytes of texts, of bytes and of containers."""
        self.objects -= count
        if self.objects < 0:
            raise UntrustedFile("its objects take far more memory than the file")

    def take_tensor(self, count: int) -> None:
        """Count bytes of a tensor, whether or not it shares its storage."""
        self.tensors -= count
        if self.tensors < 0:
            raise UntrustedFile("its tensors take far more memory than the file")

    def odd_key(self) -> None:
        """Count a key that is no text."""
        self.odd_keys -= 1
        if self.odd_keys < 0:
            raise UntrustedFile(f"it has more than {MOST_ODD_KEYS:,} keys that are no texts")
