"""Digits that touch are cut apart where the networks read both sides most surely."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ensembles.pictures.cutting import WIDE, propose_cuts
from ensembles.pictures.pieces import piece_of
from ensembles.pictures.reading import Found
from ensembles.pictures.separators import CUT, Mark, doubted
from ensembles.serving.thresholds import NOT_A_DIGIT, OK, Thresholds, judge

SURE = 0.98
"""What is read with this probability is one digit and is never cut, unless it is
unusual and `BROAD`."""

CUT_CERTAIN, CUT_SURE, CUT_FAIR = 0.998, 0.99, 0.95
"""Both sides of a cut are this probable: if it is believed; if it is doubted; and if it
is doubted, but in a row, and the whole no usual digit."""

BROAD = 1.2
"""What is wider than so many times its height, and no digit by the networks, is several
even if no cut of it is sure; a 2 with a long tail is unusual, but a 2 for sure."""

ALONE_WIDE, ALONE_BROAD, PAIR = 0.95, 1.4, 1.7
"""What stands alone is most likely one digit. If it is no wider than the first, it is
never cut: of two training digits that touch one pair in seventy is so slim. If no wider
than the last, both sides of a cut are certain and more probable than the whole. And no
wider than the second it is not called several without a cut."""

LETTER = 1.1
"""What stands alone and is no wider may be a letter, an N say, so it is cut only where
it is no sure and no usual digit, and all cuts of it are doubted."""

MOST_PIECES = 8
"""Of one stretch of ink so many digits are cut at most."""

MOST_TRIED = 40
"""So many marks of a picture are tried."""

SEVERAL = Mark("several")


@dataclass(frozen=True)
class Surgeon:
    """Cuts marks apart by what the networks read.

    Attributes
    ----------
    predict : callable
        From digits (n, 28, 28) to an `ensembles.serving.predictor.Prediction`.
    thresholds : ensembles.serving.thresholds.Thresholds
    """

    predict: Callable
    thresholds: Thresholds

    def cut_all(self, found, prediction):
        """Cut those marks of a picture that are several digits.

        Parameters
        ----------
        found : list of ensembles.pictures.reading.Found
            Digits, n of them.
        prediction : ensembles.serving.predictor.Prediction
            Of them.

        Returns
        -------
        list of list of ensembles.pictures.reading.Found
            The pieces of each, or itself alone.
        """
        statuses = judge(prediction, self.thresholds)
        chances = prediction.probabilities.max(1)
        alone, tried, cut = len(found) == 1, 0, []
        for one, status, chance in zip(found, statuses, chances, strict=True):
            aspect = one.box[2] / one.box[3]
            least = SURE if status == OK else CUT_SURE
            clean = chance >= least and (status == OK or aspect < BROAD)
            clean |= alone and aspect < LETTER and (status == OK or chance >= SURE)
            slim = aspect < (ALONE_WIDE if alone else WIDE)
            if one.ink is None or slim or clean or tried == MOST_TRIED:
                cut.append([one])
                continue
            tried += 1
            cut.append(self.cut(one, status, chance, alone))
        return cut

    def cut(self, found, status, chance, alone):
        """Cut one mark into digits, from left to right.

        Parameters
        ----------
        found : ensembles.pictures.reading.Found
        status : str
        chance : float
            What is said of the whole, and how probable it is.
        alone : bool
            Whether nothing else is in the picture.

        Returns
        -------
        list of ensembles.pictures.reading.Found
            One, if no cut is sure: the mark itself, or as several.
        """
        pieces: list[Found] = []
        aspect = found.box[2] / found.box[3]
        rest, all_sure = found, not alone or aspect >= LETTER
        least = max(CUT_CERTAIN, chance) if alone and aspect < PAIR else CUT_SURE
        while len(pieces) < MOST_PIECES - 1:
            pair, of_both, sure = self._best_cut(rest)
            sure = sure and of_both >= least
            fair = status != OK and not alone and of_both >= CUT_FAIR
            if pair is None or not (sure or fair):
                break
            pieces.append(pair[0])
            rest, all_sure = pair[1], all_sure and sure and of_both >= CUT_CERTAIN
            if rest.box[2] < WIDE * rest.box[3] or self._is_clean(rest):
                mark = found.mark if all_sure else doubted(CUT)
                return [replace(piece, mark=mark) for piece in (*pieces, rest)]
        if chance < CUT_SURE and _are_several(aspect, status, alone):
            return [replace(found, mark=SEVERAL)]
        return [found]

    def _is_clean(self, found):
        prediction = self.predict(found.digit[None])
        usual = judge(prediction, self.thresholds) == [OK]
        return usual and prediction.probabilities.max() >= SURE

    def _best_cut(self, found):
        """Return the best pair of pieces, how probable, and whether both are usual.

        The right one may be several digits yet, then the left one alone counts.
        """
        pairs = [
            tuple(piece_of(found, mask) for mask in pair)
            for pair in propose_cuts(found.ink)
        ]
        pairs = [pair for pair in pairs if pair[0].box[2] <= BROAD * pair[0].box[3]]
        if not pairs:
            return None, 0.0, False
        digits = np.stack([one.digit for pair in pairs for one in pair])
        prediction = self.predict(digits)
        chances = prediction.probabilities.max(1).reshape(-1, 2)
        usual = np.array(judge(prediction, self.thresholds)).reshape(-1, 2) == OK
        wide = np.array([right.box[2] >= BROAD * right.box[3] for _, right in pairs])
        chances[wide, 1], usual[wide, 1] = 1, True
        # Two digits explain more than one and a rest.
        scores = chances.min(1) + usual.all(1) - wide / 2
        best = int(scores.argmax())
        return pairs[best], float(chances[best].min()), bool(usual[best].all())


def _are_several(aspect, status, alone):
    """Tell whether a mark that no cut divides surely is several digits."""
    if alone:
        return aspect >= ALONE_BROAD and status == NOT_A_DIGIT
    return aspect >= BROAD and status != OK
