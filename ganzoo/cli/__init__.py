"""The command `ganzoo`."""
