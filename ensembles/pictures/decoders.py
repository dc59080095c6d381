"""The libraries that decode pictures: what they can read, and that they are silent.

What is wrong with a picture is answered to whoever sent it. Standard error is the
server's log, which tells nothing of a picture.
"""

import ctypes
import warnings

import pi_heif
from PIL import _imaging


def set_up():
    """Let Pillow read HEIF as well, and say nothing of what it passes over."""
    pi_heif.register_heif_opener()
    # Once for the process: where threads decode, none can have filters of its own.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    silence_libtiff()


def silence_libtiff():
    """Take away libtiff's handlers, which write to standard error by themselves."""
    library = ctypes.CDLL(_imaging.__file__)
    for kind in ("Error", "Warning"):
        set_handler = getattr(library, f"TIFFSet{kind}Handler", None)
        if set_handler is not None:  # on Windows it is not to be had
            set_handler(None)
