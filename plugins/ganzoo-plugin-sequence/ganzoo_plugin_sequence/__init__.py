"""Sequences of tokens for ganzoo: SeqGAN, the oracle data set and its exact likelihood."""
