"""How the documents' languages write numbers, and the words of tables and pictures."""

from dataclasses import dataclass

NO_BREAK, THIN = "\u00a0", "\u202f"
"""The spaces that no line is broken at; the second is what French puts in thousands."""


@dataclass(frozen=True)
class Language:
    """A language's form of numbers.

    Attributes
    ----------
    code : str
        As browsers call it.
    point, thousands, before_percent, colon : str
        What stands before decimals, between thousands, and before a percent sign; and
        a colon with the space that it needs.
    words : dict of str to str
        For the English words of tables and pictures, what the language says.
    """

    code: str
    point: str
    thousands: str
    before_percent: str
    colon: str
    words: dict

    def count(self, number):
        """Write a whole number."""
        return f"{number:,}".replace(",", self.thousands)

    def decimal(self, number, places):
        """Write a number with so many decimals."""
        return f"{number:.{places}f}".replace(".", self.point)

    def percent(self, number, places=2):
        """Write a percentage."""
        return f"{self.decimal(number, places)}{self.before_percent}%"

    def interval(self, low, high, places=2):
        """Write two ends of a range."""
        return f"{self.decimal(low, places)}–{self.decimal(high, places)}"

    def __call__(self, word):
        """Say an English word or sentence in this language."""
        return self.words[word] if self.words else word


FRENCH = {
    # of tables
    "system": "système",
    "errors": "erreurs",
    "error %": f"erreur{NO_BREAK}%",
    "95 % interval": f"intervalle à 95{NO_BREAK}%",
    "published %": f"publié{NO_BREAK}%",
    "training": "apprentissage",
    "layer": "couche",
    "what comes out": "ce qui en sort",
    "weights": "poids",
    "networks": "réseaux",
    "chosen on the test set": "choisi sur le test",
    "source": "source",
    "yes": "**oui**",
    "no": "non",
    "unknown": "inconnu",
    "input": "entrée",
    "choice": "choix",
    "perceptron": "perceptron",
    "convolutional network": "réseau convolutif",
    "normalisation": "normalisation",
    "dropout and L2 penalty": "dropout et pénalité L2",
    "optimizer (its rate)": "optimiseur (son taux)",
    "learning rate": "taux d’apprentissage",
    "batch size": "taille de lot",
    "activation": "activation",
    "pooling": "pooling",
    "with": "avec",
    "without": "sans",
    # of what was measured
    "on {cores} cores of {machine}": "sur {cores} cœurs de {machine}",
    "here": "ici",
    "beside": "à côté de",
    "there": "là",
    "ratio": "rapport",
    "asked": "demandé",
    "training `{of}`": "entraîner `{of}`",
    "{what}; page faults a step: {faults}": (
        f"{{what}}{THIN}; défauts de page par pas{NO_BREAK}: {{faults}}"
    ),
    "deforming digits, on one core": "déformer des chiffres, sur un cœur",
    "the released ensemble, one digit": "l’ensemble publié, un chiffre",
    "the released ensemble, 64 digits at once": (
        "l’ensemble publié, 64 chiffres à la fois"
    ),
    "one digit read by {of} `pooled`": "un chiffre lu par {of} `pooled`",
    "comparing digits under distortion": "comparer des chiffres sous distorsion",
    "from start to the first answer, {of}": "du départ à la première réponse, {of}",
    "one person drawing, median, {of}": "une personne qui dessine, médiane, {of}",
    "one person drawing, 99th percentile, {of}": (
        "une personne qui dessine, 99e centile, {of}"
    ),
    "memory after 200 photographs, {of}": "mémoire après 200 photographies, {of}",
    "`dvc repro` with nothing to do": "`dvc repro` sans rien à faire",
    "server, clients at once: {of}": f"serveur, clients à la fois{NO_BREAK}: {{of}}",
    "the same, 99th percentile": "le même, 99e centile",
    "`script.py`": "`script.py`",
    "in the container": "dans le conteneur",
    "matrix product": "produit de matrices",
    "albumentations, elastic alone": "albumentations, l’élastique seul",
    "Keras, member by member": "Keras, membre par membre",
    "as many times one member": "autant de fois un membre",
    "what is asked": "ce qui est demandé",
    "FastAPI and uvicorn": "FastAPI et uvicorn",
    **{name: name for name in ("PyTorch", "NumPy", "BentoML")},
    "giga multiply-adds/s": "Gmac/s",
    "digits/s": "chiffres/s",
    "pairs/s": "paires/s",
    "answers/s": "réponses/s",
    "MB": "Mo",
    "ms": "ms",
    "s": "s",
    # of pictures
    "digit": "chiffre",
    "filter": "filtre",
    "feature map": "carte",
    "after ReLU": "après ReLU",
    "patch": "fenêtre",
    "products": "produits",
    "sum": "somme",
    "max of 2 × 2": "maximum de 2 × 2",
    "mean of 2 × 2": "moyenne de 2 × 2",
    "one pixel to the right": "un pixel à droite",
    "as it is": "tel quel",
    "plain": "simple",
    "momentum": "inertie",
    "Adam": "Adam",
    "step": "pas",
    "loss": "perte",
    "too low": "trop faible",
    "right": "juste",
    "too high": "trop fort",
    "original": "original",
    "too rough": "trop rugueux",
    "too strong": "trop fort",
    "as used": "celui d’ici",
    "spread of the signals": "étalement des signaux",
    "weights too small": "poids trop petits",
    "weights too large": "poids trop grands",
    "weights just right": "poids justes",
    "without normalisation": "sans normalisation",
    "with normalisation": "avec normalisation",
    "networks averaged": "réseaux moyennés",
    "test error (%)": "erreur de test (%)",
    "measured: laptop": "mesuré : ordinateur portable",
    "measured: release": "mesuré : ensemble publié",
    "chosen by test labels": "choisi par les étiquettes de test",
    "not chosen by them": "non choisi par elles",
    "not told": "non dit",
    "the released ensemble": "l’ensemble publié",
    "if errors were independent": "si erreurs indépendantes",
}

LANGUAGES = {
    "en": Language("en", ".", ",", " ", ":", {}),
    "fr": Language("fr", ",", THIN, NO_BREAK, f"{NO_BREAK}:", FRENCH),
}
