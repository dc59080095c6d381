"""How many threads a worker process computes on."""

import os


def use_one_thread():
    """Keep this process's arithmetic on one thread; call before Keras is imported.

    Members side by side on one thread each are faster than one after the other on
    all of them.
    """
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
