"""Measurements of speed, each run as a module."""
