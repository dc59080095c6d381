"""How a process that trains uses its machine: memory, kernels, threads, its end."""

import ctypes
import os
import signal

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX, M_ARENA_MAX = -1, -2, -4, -8
"""What glibc's ``mallopt`` calls these settings, in its malloc.h."""

HEAP_GROWTH = 256 << 20

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
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # another C library, whose ways are not known
        return
    mallopt(M_MMAP_MAX, 0)
    mallopt(M_TRIM_THRESHOLD, -1)  # never
    mallopt(M_TOP_PAD, HEAP_GROWTH)
    mallopt(M_ARENA_MAX, 1)


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

    Otherwise the workers of a run that was killed train on beside the next run. Linux
    alone has this; elsewhere a worker ends when its member is finished.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
