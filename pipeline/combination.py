"""What was chosen to combine the members by, and how well it did."""

from dataclasses import asdict, dataclass

from ensembles.members import fingerprint
from pipeline.frame import files


@dataclass(frozen=True)
class Combination:
    """The rule that is served, its weights, and the scores of all rules.

    Attributes
    ----------
    winner, served : str
        The rule within one standard error of the best, among all, and among those that
        a graph can compute.
    weights, temperatures : dict of str to float
        Of each architecture; the weights sum to one.
    out_of_fold_digits : int
        On how many training digits the rules were scored.
    rules : dict of str to dict
        ``errors`` and ``log_loss`` of each rule.
    thresholds : dict of str to float
        From where on an answer is doubted: `ensembles.serving.thresholds.Thresholds`.
    architectures : dict of str to int
        Misread digits of each alone.
    stacked : list of str
        The architectures and baselines that stacking learned from, in their order.
    stacking_sha256 : str
        Digest of the pickled stacking.
    """

    winner: str
    served: str
    weights: dict[str, float]
    temperatures: dict[str, float]
    out_of_fold_digits: int
    rules: dict[str, dict]
    thresholds: dict[str, float]
    architectures: dict[str, int]
    stacked: list[str]
    stacking_sha256: str

    @property
    def out_of_fold_error_percent(self):
        """Error of the rule that is served."""
        return 100 * self.rules[self.served]["errors"] / self.out_of_fold_digits

    def write(self):
        """Write it where `read` finds it, with its own digest."""
        content = asdict(self)
        sha256 = fingerprint.digest_json(content)
        files.write_json(files.COMBINATION, content | {"sha256": sha256})


def read():
    """Read what the stage `combine` chose.

    Returns
    -------
    Combination

    Raises
    ------
    ValueError
        If it is not what was written.
    """
    content = files.read_json(files.COMBINATION)
    if content.pop("sha256", None) != fingerprint.digest_json(content):
        raise ValueError(
            f"{files.COMBINATION} is not what the pipeline wrote; delete it and run "
            f"`dvc repro`"
        )
    return Combination(**content)
