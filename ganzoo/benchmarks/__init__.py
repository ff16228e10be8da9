"""Measurements of speed, each run by `python -m ganzoo.benchmarks.NAME`; they are never timed tests."""
