"""Train the members of one architecture, several at once."""

import threading

from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

from ensembles.members import on_disk, worker
from pipeline import cluster
from pipeline.frame import files, program, trusted
from pipeline.parallel import call_apart, call_here
from pipeline.roster import make_jobs


def main(parameters, architecture):
    """Train those members that are not there; go on with those that were begun."""
    jobs = make_jobs(parameters, architecture)
    files.MEMBERS.joinpath(architecture).mkdir(parents=True, exist_ok=True)
    todo = [job for job in jobs if not on_disk.is_finished(job)]
    worker.sweep(files.MEMBERS / architecture, todo)
    print(f"{architecture}: {len(jobs) - len(todo)} finished, {len(todo)} to train")
    if todo:
        trusted.check_passes(todo[0].passes)
        _train(todo, parameters.machine)
        worker.sweep(files.MEMBERS / architecture, [])  # what lost workers left


def _train(jobs, machine):
    """Train side by side, and show how far they are."""
    stop = threading.Event()
    watcher = threading.Thread(target=_show_progress, args=(jobs, stop))
    watcher.start()
    try:
        with cluster.workers(machine) as client:
            if client is None:
                _train_here(call_here, jobs, machine.jobs)
            elif cluster.share_folder(client, files.MEMBERS):
                _train_here(call_apart, jobs, machine.jobs)
            else:
                _train_afar(jobs, machine.jobs)
    finally:
        stop.set()
        watcher.join()


def _train_here(call, jobs, workers):
    """Let each worker write its members into the folder that all see."""
    Parallel(n_jobs=workers)(delayed(call)(worker.train_member, job) for job in jobs)


def _train_afar(jobs, workers):
    """Send the digits to each worker once, and write each member as it comes back."""
    sent = worker.load_training_set(jobs[0])
    with parallel_config("dask", scatter=sent):
        trained = Parallel(n_jobs=workers, return_as="generator_unordered")(
            delayed(_train_elsewhere)(number, job, *sent)
            for number, job in enumerate(jobs)
        )
        for number, contents in trained:
            worker.store_member(jobs[number], contents)


def _train_elsewhere(number, job, *sent):
    """Train in a folder that lasts as long as that, and return the member's files."""
    with worker.unpacked(job, *sent) as there:
        call_apart(worker.train_member, there)
        return number, worker.pack_member(there)


def _show_progress(jobs, stop):
    """Draw a bar over all epochs until `stop` is set; nothing without a terminal."""
    total = sum(job.epochs for job in jobs)
    with tqdm(total=total, unit="epoch", disable=None) as bar:
        while not stop.wait(1):
            epochs = [_epochs_done(job) for job in jobs]
            finished = sum(on_disk.is_there(job) for job in jobs)
            bar.set_description(f"members {finished}/{len(jobs)}")
            bar.update(sum(epochs) - bar.n)


def _epochs_done(job):
    if on_disk.is_there(job):
        return job.epochs
    try:
        return len(job.progress.read_text().splitlines())
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    program.run(main)
