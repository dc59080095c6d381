"""The stages, a module each, named by its verb: read, call `ensembles`, write.

What every stage needs is in `frame`; what a person runs by hand, in `commands`. A stage
never imports a stage.
"""
