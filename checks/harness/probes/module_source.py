"""The text of modules that run on the learner's side, as a probe takes it."""

from inspect import getsource
from types import ModuleType


def source_of(*modules: ModuleType) -> str:
    """The texts of the modules one after the other: what each defines, the next ones can use."""
    return "\n".join(map(getsource, modules))
