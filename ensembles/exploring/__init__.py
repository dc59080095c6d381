"""Explorations: families of small networks, searched, and what each choice does.

Networks here are stopped early, on digits of writers that they do not learn from; the
members of the ensemble never are. Optuna proposes and prunes; nothing found here is
chosen by the test set, and nothing of the ensemble is chosen here.
"""
