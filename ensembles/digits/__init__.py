"""What a digit is, and what is done to one: form, files, folds, deformation, features.

A digit is a uint8 array of shape (28, 28) in MNIST's form. Nothing here knows of
pictures that are not in it, of networks, or of predictions.
"""
