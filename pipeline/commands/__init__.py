"""What a person runs by hand: ``python -m pipeline.commands.<name>``.

No stage depends on anything here.
"""
