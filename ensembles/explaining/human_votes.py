"""What people said of MNIST test digits whose label an algorithm had suspected.

Five people saw each digit, and chose between its label, the algorithm's guess, both and
neither.

References
----------
Northcutt, Athalye and Mueller (2021), "Pervasive label errors in test sets
destabilize machine learning benchmarks", NeurIPS Datasets and Benchmarks; the counts
are in its authors' repository, https://github.com/cleanlab/label-errors.
"""

VOTES = {
    449: (4, 5, 1, 0),
    717: (4, 6, 0, 1),
    740: (4, 9, 1, 0),
    947: (0, 9, 5, 0),
    1226: (4, 2, 1, 0),
    1232: (3, 4, 2, 0),
    1393: (3, 3, 0, 2),
    1621: (2, 6, 3, 0),
    1681: (4, 7, 1, 0),
    1901: (2, 4, 3, 0),
    2035: (3, 3, 2, 0),
    2130: (2, 9, 2, 1),
    2293: (4, 0, 1, 0),
    2380: (4, None, 0, 1),
    2454: (4, None, 0, 1),
    2462: (0, 0, 4, 1),
    2597: (0, 3, 4, 1),
    2654: (0, 1, 2, 3),
    2836: (4, None, 0, 1),
    3422: (3, 0, 2, 0),
    3520: (2, 4, 0, 3),
    3558: (1, 0, 4, 0),
    3869: (4, 4, 1, 0),
    4007: (4, 9, 0, 1),
    4201: (3, 7, 2, 0),
    4497: (4, 7, 1, 0),
    4823: (3, 4, 2, 0),
    4874: (4, 0, 0, 1),
    4956: (3, 4, 0, 2),
    5937: (1, 3, 3, 1),
    5955: (4, 8, 1, 0),
    6572: (4, 7, 0, 1),
    6576: (4, 1, 1, 0),
    6651: (0, 6, 5, 0),
    6783: (2, 6, 3, 0),
    8527: (2, 9, 2, 1),
    9009: (4, 2, 1, 0),
    9664: (3, 7, 2, 0),
    9679: (2, 3, 0, 3),
    9729: (2, 6, 3, 0),
}
"""By index: votes for the label, the guess, votes for it, and votes for neither."""

UNANIMOUS = (
    *(247, 259, 321, 340, 445, 582, 619, 720, 726, 810, 938, 1014, 1033, 1039, 1112),
    *(1119, 1299, 1364, 1530, 1709, 2043, 2109, 2135, 2182, 2406, 2447, 2896, 2921),
    *(2927, 2939, 3060, 3073, 3206, 3503, 3597, 3767, 3778, 3850, 3906, 4176, 4207),
    *(4224, 4639, 4783, 4860, 4876, 4880, 4978, 5887, 6505, 6597, 6625, 7434, 7842),
    *(8094, 8408, 9634, 9642, 9755, 9888),
)
"""Digits that all five called by their label."""


def say_votes(index):
    """Say how people voted on a test digit of MNIST's; empty if nobody was asked."""
    if index in UNANIMOUS:
        return "all five people who were asked agree with the label"
    if index not in VOTES:
        return ""
    label, guess, for_guess, neither = VOTES[index]
    said = [f"{label} for the label"]
    said += [f"{for_guess} for {guess}"] if for_guess else []
    said += [f"{neither} for neither"] if neither else []
    return f"of five people who were asked, {', '.join(said)}"
