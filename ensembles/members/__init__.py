"""The networks of the ensemble: how they are built, trained, and kept on disk.

How their answers become one is in `ensembles.combining`; how they are served, in
`ensembles.serving`.
"""
