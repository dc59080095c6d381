"""What every stage stands in: typed parameters, every path, reading and writing.

A change here runs all stages again, so what only some of them need does not belong
here.
"""
