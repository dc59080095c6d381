"""Train the members of one architecture, several at once."""

import sys
import threading

from tqdm import tqdm

from ensembles.members import on_disk, worker
from pipeline.frame import files, params
from pipeline.parallel import side_by_side
from pipeline.roster import make_jobs


def main(parameters, architecture):
    """Train those members that are not there; go on with those that were begun."""
    files.MEMBERS.joinpath(architecture).mkdir(parents=True, exist_ok=True)
    jobs = make_jobs(parameters, architecture)
    todo = [job for job in jobs if not on_disk.is_finished(job)]
    worker.sweep(files.MEMBERS / architecture, todo)
    print(f"{architecture}: {len(jobs) - len(todo)} finished, {len(todo)} to train")
    if todo:
        _train(todo, parameters.machine)


def _train(jobs, machine):
    """Train side by side, and show how far they are."""
    stop = threading.Event()
    watcher = threading.Thread(target=_show_progress, args=(jobs, stop))
    watcher.start()
    try:
        side_by_side(worker.train_member, jobs, machine)
    finally:
        stop.set()
        watcher.join()


def _show_progress(jobs, stop):
    """Draw a bar over all epochs until `stop` is set; nothing without a terminal."""
    total = sum(job.epochs for job in jobs)
    with tqdm(total=total, unit="epoch", disable=None) as bar:
        while not stop.wait(1):
            epochs = [_epochs_done(job) for job in jobs]
            finished = sum(on_disk.is_finished(job) for job in jobs)
            bar.set_description(f"members {finished}/{len(jobs)}")
            bar.update(sum(epochs) - bar.n)


def _epochs_done(job):
    if on_disk.is_finished(job):
        return job.epochs
    try:
        return len(job.progress.read_text().splitlines())
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    params.run(main, *sys.argv[1:])
