"""What stands in README and docs: figures, tables and pictures, in two languages.

`pipeline.commands.readme` and `pipeline.commands.illustrate` put them there; texts are
written by hand.
"""
