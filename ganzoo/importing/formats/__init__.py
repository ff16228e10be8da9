"""The formats of others that ganzoo itself reads, one per file."""
