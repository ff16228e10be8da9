"""A Hub on 127.0.0.1 that the unmodified huggingface_hub client can talk to, with switches for what can go wrong."""

from .server import Hub

__all__ = ["Hub"]
