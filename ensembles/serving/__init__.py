"""What is served: one graph of all members, and what is said of its answers.

Training is in `ensembles.members`; HTTP is in `webapp`.
"""
