"""`python -m ganzoo` is the command `ganzoo`."""

from __future__ import annotations

from ganzoo.cli.main import main

main()
