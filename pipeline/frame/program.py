"""How a stage or a command runs as a program: arguments, messages, exit codes."""

import argparse
import inspect
import json
import linecache
import os
import signal
import sys
import threading
import time
import traceback
from functools import partial

from pipeline.frame import files, memory, params
from pipeline.frame.alone import alone, beside_stages

BAD_DATA, INTERRUPTED = 3, 4
"""Exit codes; 1, Python's own, is a fault in the program, 2, argparse's, is misuse."""

UNWINDING_SECONDS = 5
"""How long an interrupted program may tidy up: what is left is swept by the next."""


def run(main):
    """Run a stage or a command as a program, and exit.

    Its arguments are those of the function, keywords as options; its description is
    the module's docstring.
    An error in what was given is one line; a fault in the program shows where it is.

    Parameters
    ----------
    main : callable
        Called with the parameters and the command line's arguments.
    """
    name, words, options = _read_arguments(main)
    signal.signal(signal.SIGINT, partial(_answer_interrupt, name))
    try:
        _run(main, name, words, options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        told = _tell(error)
        if told is None:
            raise
        print(f"error: {_join_lines(told)}", file=sys.stderr)
        sys.exit(BAD_DATA)


def _answer_interrupt(name, *_):
    """Say so, unwind, and end even if a library waits for what no longer comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.write(2, f"{name}: interrupted; what is finished is kept\n".encode())
    end = threading.Timer(UNWINDING_SECONDS, os._exit, (INTERRUPTED,))
    end.daemon = True
    end.start()
    raise KeyboardInterrupt


def _run(main, name, words, options):
    """Run a stage beside no other run of it, and a command beside any."""
    parameters = params.load()
    if "." in name:
        with beside_stages():
            main(parameters, *words, **options)
        return
    begun, asked = time.perf_counter(), " ".join([name, *sys.argv[1:]])
    with alone(asked):
        main(parameters, *words, **options)
        _note(asked, time.perf_counter() - begun)


def _read_arguments(main):
    """Return the program's name, the function's arguments and options, or exit."""
    module = sys.modules[main.__module__]
    # A module that runs as a program knows its own name from how it was found.
    name = module.__spec__.name if module.__spec__ else main.__module__
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}",
        description=inspect.getdoc(module),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _, *wanted = inspect.signature(main).parameters.values()
    for one in wanted:
        if one.kind is one.KEYWORD_ONLY:
            _add_option(parser, one)
        else:
            parser.add_argument(one.name, nargs=_count(one))
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    given = vars(parser.parse_args())
    if given.pop("quiet"):
        _be_quiet()
    words, options = [], {}
    for one in wanted:
        value = given[one.name]
        if one.kind is one.KEYWORD_ONLY:
            options[one.name] = value
        elif one.kind is one.VAR_POSITIONAL:
            words += value
        else:
            words.append(one.default if value is None else value)
    return name.removeprefix("pipeline."), words, options


def _add_option(parser, parameter):
    """Let a keyword be given: a switch if it is false otherwise, else with a word."""
    if parameter.default is False:
        parser.add_argument(f"--{parameter.name}", action="store_true")
    else:
        parser.add_argument(f"--{parameter.name}", default=parameter.default)


def _count(parameter):
    """Say how many words of the command line an argument takes, as argparse does."""
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "*"
    return None if parameter.default is parameter.empty else "?"


class _NoTerminal:
    """A stream on which no progress bar is drawn."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def isatty(self):
        return False


def _be_quiet():
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 (until the end)
    sys.stderr = _NoTerminal(sys.stderr)  # type: ignore[assignment]


def _note(stage, seconds):
    """Keep how long a stage took and how much memory, for `pipeline.commands.show`."""
    note = {
        "stage": stage,
        "seconds": round(seconds, 1),
        "mebibytes": memory.most_mebibytes(),
    }
    with files.TIMES.open("a") as notes:  # other stages may end at the same time
        notes.write(f"{json.dumps(note)}\n")


def _tell(error):
    """Return what is wrong with what was given or with the machine.

    Of faults in the program, which need a traceback, return None.
    """
    refused = _find_refusal(error)
    if isinstance(error, ValueError | OSError) and _is_raised_by_us(error):
        return str(error)
    if refused is None:
        return None
    what = refused.strerror or f"{refused} (is the disk full?)"
    if isinstance(refused, FileNotFoundError):
        return f"{refused.filename}: {what}; run `dvc repro`, which makes what it lacks"
    place = refused.filename or "a file that is written"
    return (
        f"{place}: {what}; nothing is left half-written, and what is finished is kept"
    )


def _join_lines(text):
    """Return a text as one line, for libraries break theirs."""
    return " ".join(filter(None, map(str.strip, text.splitlines())))


def _find_refusal(error):
    """Return the system's error by which another came about, if there is one."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__
    return error


def _is_raised_by_us(error):
    """Tell our own messages, which need no traceback, from what befell our code.

    What C raises has no frame of its own: only the statement tells it from ours.
    """
    *_, (frame, number) = traceback.walk_tb(error.__traceback__)
    room = frame.f_globals.get("__name__", "").split(".")[0]
    statement = linecache.getline(frame.f_code.co_filename, number).strip()
    return room in ("__main__", "ensembles", "pipeline") and statement[:6] == "raise "
