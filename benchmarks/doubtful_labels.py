"""Our ranking of doubtful labels beside cleanlab's, on the same predictions.

``python -m benchmarks.doubtful_labels`` needs a finished run and requirements-dev.txt.
Its self-confidence ranks by the same figure, so that it must agree; its confident
learning decides by other means which labels are issues at all.
"""

import time
from importlib.metadata import version

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

from ensembles.combining.out_of_fold import cross_validate
from ensembles.explaining.doubt import rank_doubtful
from pipeline import combination, held_out, shown
from pipeline.frame import files, program


def main(parameters):
    """Rank by both, and write how far they agree."""
    digits = files.read_arrays(files.TRAIN, "labels", "fold")
    labels, folds = digits["labels"].astype(int), digits["fold"]
    networks, _ = held_out.of_networks(parameters, labels, folds)
    rule = held_out.make_rules(parameters.combine)[combination.read().served]
    probabilities = cross_validate(rule, networks, labels, folds)
    begun = time.perf_counter()
    ours = rank_doubtful(probabilities, labels, shown.DOUBTED)
    seconds = time.perf_counter() - begun
    scores = get_label_quality_scores(labels, probabilities, method="self_confidence")
    theirs = np.argsort(scores, kind="stable")[: len(ours)]
    begun = time.perf_counter()
    issues = find_label_issues(labels, probabilities, filter_by="confident_learning")
    found = {
        "what": f"doubtful labels: our first {len(ours)} beside cleanlab's",
        "peer": f"cleanlab {version('cleanlab')}",
        "first": ours.tolist(),
        "in_its_first": int(np.isin(ours, theirs).sum()),
        "flagged": ours[issues[ours]].tolist(),
        "flagged_by_confident_learning": int(issues.sum()),
        "seconds": round(seconds, 4),
        "peer_seconds": round(time.perf_counter() - begun, 4),
    }
    files.write_json(shown.PEER, found)
    print(
        f"of our first {len(ours)}, {found['in_its_first']} are among its first by "
        f"self-confidence, and its confident learning flags {len(found['flagged'])} "
        f"({found['flagged_by_confident_learning']} of {len(labels):,} in all)"
    )


if __name__ == "__main__":
    program.run(main)
