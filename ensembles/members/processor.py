"""How a process that trains uses its machine: memory, kernels, threads, its end."""

import ctypes
import os
import signal
import sys
import tempfile
from importlib import import_module

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX, M_ARENA_MAX = -1, -2, -4, -8
"""What glibc's ``mallopt`` calls these settings, in its malloc.h."""

HEAP_GROWTH = 256 << 20

CHATTER = (
    "absl::InitializeLog",
    "oneDNN custom operations are on",
    "Could not find cuda drivers",
    "failed call to cuInit",
    "This TensorFlow binary is optimized",
    "To enable the following instructions",
)
"""What TensorFlow says each time it starts on a machine without a graphics card."""

PR_SET_PDEATHSIG = 1
"""What Linux's ``prctl`` calls the signal that a process gets when its parent ends."""


def prepare_training():
    """Keep memory that was taken, and use oneDNN; call before Keras is imported.

    glibc gives every large buffer back to the system, so that each step of training
    takes thousands of pages anew; on virtual machines that can be half of its time.
    Kept, the memory of a process stays at its peak.

    TensorFlow uses oneDNN's convolutions by itself only on processors with special
    instructions for networks; on others its own are up to fifteen times slower, those
    for the gradient of small, deep images.
    """
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # another C library's ways are not known
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, -1)  # never
        mallopt(M_TOP_PAD, HEAP_GROWTH)
        mallopt(M_ARENA_MAX, 1)
    if os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
        _start_tensorflow()


def _start_tensorflow():
    """Import TensorFlow, and leave out what it says of itself and of absent cards.

    No setting silences the lines that it writes before its logging is set up.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            tensorflow = import_module("tensorflow")
            tensorflow.config.list_physical_devices()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            said.seek(0)
            for line in said.read().decode(errors="replace").splitlines():
                if not any(words in line for words in CHATTER):
                    print(line, file=sys.stderr)


def use_one_thread():
    """Prepare for training on one thread; call before Keras is imported.

    Members side by side on one thread each are faster than one after the other on
    all of them.
    """
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    prepare_training()


def end_with_parent():
    """Let a worker be killed when the process that started it ends, however it ends.

    An interrupt from the keyboard reaches all of them, and is the parent's to answer.
    Otherwise the workers of a run that was killed train on beside the next run. Linux
    alone has this; elsewhere a worker ends when its member is finished.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
