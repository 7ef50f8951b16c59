"""The core of Alongside: one device's encrypted copy of people's care, and its sync.

Everything is in `core`, which is written at build from the library by `cargo xtask package`.
"""
from .core import *  # noqa: F401,F403
# Names that `core` gives to its own classes stand outside its list of what it exports.
from .core import AuthorId, Epoch, Moment, PersonId, StaffId, VisitId  # noqa: F401
