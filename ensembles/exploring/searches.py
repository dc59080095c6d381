"""Search a family with Optuna: the same trials, whatever the number of processes.

Trials are asked for in rounds. What a round asks, and what its networks are given up
against, follows from the rounds before it alone: so neither the order in which networks
are finished counts, nor a kill, after which the same are asked for again.
"""

import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from ensembles.exploring.families import FAMILIES

STARTUP_TRIALS = 8
"""Trials drawn at random before the sampler models which are good."""


class Search:
    """A study of one family that is kept on disk.

    Parameters
    ----------
    family : str
        A key of `ensembles.exploring.families.FAMILIES`.
    journal : Path
        Optuna's file of finished trials; it is gone on from if it is there.
    round_size : int
        Trials that are asked for at once.
    seed : int
        Seed of the sampler.
    """

    def __init__(self, family, journal, round_size, seed):
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.family, self.round_size, self.seed = FAMILIES[family], round_size, seed
        journal.parent.mkdir(parents=True, exist_ok=True)
        storage = JournalStorage(JournalFileBackend(str(journal)))
        self.study = optuna.create_study(
            study_name=family, storage=storage, load_if_exists=True
        )

    @property
    def finished(self):
        """The finished trials, in the order in which they were asked for."""
        return self.study.get_trials(deepcopy=False)

    def ask(self):
        """Return what is still to be tried of the round that is under way.

        Returns
        -------
        list of dict
            Settings, the first of all the textbook's.
        """
        before = self._rounds_before()
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=STARTUP_TRIALS, seed=self.seed + len(before)
        )
        draft = optuna.create_study(sampler=sampler)
        draft.add_trials(before)
        if not before:
            draft.enqueue_trial(self.family.textbook)
        asked = [draft.ask(self.family.space).params for _ in range(self.round_size)]
        return asked[len(self.finished) - len(before) :]

    def rivals(self):
        """Return the losses of the networks that were not given up, by epoch."""
        return tuple(
            tuple(trial.intermediate_values.values())
            for trial in self._rounds_before()
            if trial.state == TrialState.COMPLETE
        )

    def tell(self, setting, outcome):
        """Keep a trial.

        Parameters
        ----------
        setting : dict
            As `ask` returned it, in that order.
        outcome : Outcome
        """
        losses = {row["epoch"] - 1: row["held_out_loss"] for row in outcome.curve}
        self.study.add_trial(
            optuna.trial.create_trial(
                state=TrialState.PRUNED if outcome.pruned else TrialState.COMPLETE,
                value=outcome.best["held_out_loss"],
                params=setting,
                distributions=self.family.space,
                intermediate_values=losses,
                user_attrs=_figures_of(outcome),
            )
        )

    @property
    def best(self):
        """The setting with the lowest loss on the watched digits."""
        return self.study.best_trial.params

    def table(self):
        """Return all trials, a DataFrame with a row each.

        ``trial``, ``state``, the setting, ``held_out_loss``, then `tell`'s other
        figures; all of the best epoch.
        """
        return pd.DataFrame(
            {"trial": trial.number, "state": trial.state.name.lower()}
            | {name: trial.params[name] for name in self.family.space}
            | {"held_out_loss": trial.value}
            | trial.user_attrs
            for trial in self.finished
        )

    def importances(self):
        """Return how much of the loss's variance each part of the setting explains.

        A network that was given up counts with the lowest loss that it had reached.

        Returns
        -------
        dict of str to float
            Of each name in the family's space; they sum to one, the greatest first.

        References
        ----------
        Hutter, Hoos and Leyton-Brown (2014), "An efficient approach for assessing
        hyperparameter importance", ICML.
        """
        whole = optuna.create_study()
        for trial in self.finished:
            whole.add_trial(
                optuna.trial.create_trial(
                    value=trial.value,
                    params=trial.params,
                    distributions=self.family.space,
                )
            )
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=self.seed)
        return optuna.importance.get_param_importances(whole, evaluator=evaluator)

    def _rounds_before(self):
        done = self.finished
        return done[: len(done) // self.round_size * self.round_size]


def _figures_of(outcome):
    return {
        "epochs": len(outcome.curve),
        "best_epoch": outcome.best["epoch"],
        "held_out_error_percent": outcome.best["held_out_error_percent"],
        "parameters": outcome.parameters,
        "seconds": round(outcome.seconds, 2),
    }
