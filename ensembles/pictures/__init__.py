"""From any picture to digits in MNIST's form: paper, ink, groups, and MNIST's own rule.

Nothing here knows of networks: which digit it is, is not asked. What is done to a digit
that has the form is in `ensembles.digits`.
"""
