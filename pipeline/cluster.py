"""Where joblib's tasks run: processes of this machine, or workers of a Dask cluster.

A cluster is named by ``machine.scheduler`` or by the environment's
``DASK_SCHEDULER_ADDRESS``. It need not see this machine's files.
"""

import contextlib
import logging
import os
import sys
import uuid
import warnings
from concurrent.futures import CancelledError
from importlib.util import find_spec
from pathlib import Path

from joblib import parallel_config

from ensembles.members import fingerprint
from pipeline.frame import files

VARIABLE = "DASK_SCHEDULER_ADDRESS"

SECONDS = 30
"""How long a scheduler and its first worker are waited for."""


@contextlib.contextmanager
def workers(machine):
    """Run joblib's tasks where they are asked to, while the block lasts.

    Parameters
    ----------
    machine : Machine
        May name a scheduler.

    Yields
    ------
    distributed.Client or None
        The cluster's client, if there is a cluster.

    Raises
    ------
    ValueError
        If the scheduler does not answer, is lost, or its workers cannot train.
    """
    address = machine.scheduler or os.environ.get(VARIABLE)
    if not address:
        _leave_out_warnings()
        with parallel_config("loky", temp_folder=str(files.TEMPORARY.absolute())):
            yield None
        return
    from distributed.comm import CommClosedError

    with _connect(address) as client:
        _check(client)
        try:
            with parallel_config("dask", wait_for_workers_timeout=SECONDS):
                yield client
        except (CommClosedError, CancelledError) as error:
            # Its attempts to connect again end with us, which it would log as an error.
            logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
            raise ValueError(
                f"the Dask scheduler at {address} was lost; what is finished is kept, "
                f"and the next run goes on from there"
            ) from error


def _leave_out_warnings():
    """Leave out what joblib warns of when a process of its ends as it should."""
    # One that has grown by a network's memory is replaced.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs")
    # One that fails leaves others' tasks without use; the failure is told.
    warnings.filterwarnings("ignore", r"[\s\S]*You could benefit from adjusting")
    # One that is ended by an interrupt leaves locks; joblib's tracker, which inherits
    # these options, removes them.
    sys.warnoptions.append("ignore:resource_tracker")


def share_folder(client, folder):
    """Tell whether all workers see a folder of this machine.

    Parameters
    ----------
    client : distributed.Client
    folder : Path
        One that is there; a file is put into it for a moment.
    """
    probe = folder.absolute() / f".probe-{uuid.uuid4().hex}"
    probe.touch()
    try:
        return all(client.run(Path.is_file, probe).values())
    finally:
        probe.unlink()


def _connect(address):
    from distributed import Client

    try:
        return Client(address, timeout=SECONDS)
    except OSError as error:
        raise ValueError(
            f"no Dask scheduler answers at {address} within {SECONDS} s: start one, or "
            f"set `machine.scheduler` to null and unset {VARIABLE}"
        ) from error


def _check(client):
    """Refuse a cluster on which training would hang, or not be reproducible."""
    with contextlib.suppress(TimeoutError):
        client.wait_for_workers(1, timeout=SECONDS)
    ours = _code()
    codes = {client.run_on_scheduler(_code), *client.run(_code).values()}
    if None in codes:
        raise ValueError(
            "the Dask scheduler and its workers must find the project: start them "
            "with its folder on PYTHONPATH"
        )
    if codes != {ours}:
        raise ValueError(
            "the Dask scheduler or a worker has another version of the project: "
            "bring their copies to this one's commit"
        )
    per_worker = list(client.nthreads().values())
    if set(per_worker) != {1}:
        # Keras's random state is the process's: threads would share it.
        raise ValueError(
            f"a Dask cluster needs workers of one thread each, started with "
            f"`dask worker --nthreads 1`; got {per_worker or 'no worker'}"
        )


def _code():
    """Return a digest of the project's code, or None without it."""
    rooms = map(find_spec, ("ensembles", "pipeline"))
    folders = [Path(room.origin).parent for room in rooms if room and room.origin]
    if len(folders) < 2:
        return None
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return fingerprint.digest_json([*map(fingerprint.digest_file, paths)])
