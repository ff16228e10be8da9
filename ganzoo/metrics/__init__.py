"""Scores, one idea per file: plain functions of tensors that return Python floats, and the judges they look through.

All sums are taken on the CPU in float64, so that a score does not depend on the device or precision of training.
"""
