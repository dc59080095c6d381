"""From the members' probabilities to one answer, by arithmetic on arrays alone.

Probabilities are of shape (members, digits, 10). Neither images nor Keras are known.
"""
