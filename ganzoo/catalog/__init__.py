"""The built-in plugin: tables of contents of everything that ganzoo itself brings."""
