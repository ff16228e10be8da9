"""Which globals a file may name, and which it may want called."""

from __future__ import annotations

import re

from ganzoo.errors import UntrustedFile
from ganzoo.importing.records import Ref

IDENTIFIERS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
LONGEST = 256

# Python 2 and numpy 1 call them otherwise.
MOVED = {"__builtin__": "builtins", "copy_reg": "copyreg"}

HARMLESS_BUILTINS = {
    "set", "frozenset", "list", "dict", "tuple", "int", "float", "complex", "bool", "str", "bytes", "bytearray",
    "object", "slice", "range", "NoneType", "long", "unicode",
}  # fmt: skip

# No weights need these. The reader would not call them either; that a file names one says what it is.
DANGEROUS = {
    "os", "posix", "nt", "ntpath", "posixpath", "subprocess", "_posixsubprocess", "sys", "importlib", "imp", "runpy",
    "pty", "socket", "_socket", "ssl", "shutil", "ctypes", "_ctypes", "cffi", "pickle", "_pickle", "cPickle",
    "marshal", "types", "code", "codeop", "webbrowser", "operator", "_operator", "functools", "_functools",
    "inspect", "gc", "signal", "threading", "_thread", "multiprocessing", "concurrent", "asyncio", "platform",
    "pdb", "bdb", "profile", "cProfile", "timeit", "trace", "doctest", "unittest", "pip", "setuptools",
    "pkg_resources", "ensurepip", "venv", "zipimport", "pkgutil", "site", "tempfile", "io", "_io", "fileinput",
    "glob", "commands", "popen2", "requests", "urllib", "urllib2", "http", "httplib", "ftplib", "smtplib", "telnetlib",
    "xmlrpc", "builtins", "atexit", "weakref", "ast", "dis", "symtable", "linecache", "distutils",
    "IPython", "idlelib", "tkinter", "sqlite3", "mmap", "fcntl", "resource", "pwd", "joblib", "cloudpickle", "yaml",
    "antigravity", "lib2to3", "nose", "numba", "pydoc", "shelve", "dbm", "antlr4",
}  # fmt: skip
HARMLESS = {"functools.partial", "types.SimpleNamespace", "operator.itemgetter"} | {
    f"builtins.{name}" for name in HARMLESS_BUILTINS
}
DANGEROUS_PREFIXES = (
    "torch.hub", "torch.serialization", "torch.jit", "torch.utils.cpp_extension", "torch._inductor", "torch.package",
    "torch.distributed", "torch.multiprocessing", "torch.utils._config_module", "torch.fx", "torch.ops",
    "numpy.testing", "numpy.f2py", "numpy.distutils", "dill.source", "dill.session", "dill.temp", "cloudpickle",
)  # fmt: skip
ALLOWED_INSIDE = {"torch.serialization._get_layout"}


def reference(module: str, name: str) -> Ref:
    """An inert name. Raises: UntrustedFile if it is no name, or one of what weights never need."""
    for text in (module, name):
        if len(text) > LONGEST or not IDENTIFIERS.fullmatch(text):
            raise UntrustedFile(f"it names {text!a:.80}, which is no name of a module, class or function")
    top, _, rest = module.partition(".")
    module = MOVED.get(module, module)
    if top == "numpy" and rest.startswith("core"):
        module = f"numpy._{rest}"
    ref = Ref(module, name)
    full = str(ref)
    if full in HARMLESS or full in ALLOWED_INSIDE:
        return ref
    if MOVED.get(top, top) in DANGEROUS or f"{full}.".startswith(tuple(f"{prefix}." for prefix in DANGEROUS_PREFIXES)):
        raise UntrustedFile(f"it names {full}, which no weights need", hint="do not trust this file, or its source")
    if "." in name:
        raise UntrustedFile(f"it names {full}: attributes of attributes are not read")
    return ref
