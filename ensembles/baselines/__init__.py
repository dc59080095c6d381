"""The systems of the published table, each a class that follows scikit-learn's grammar.

A baseline is registered in `ensembles.baselines.base`. What several of them compute
from a digit is in `ensembles.digits`.
"""
