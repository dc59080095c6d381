"""The page and the API that `script.py` serves. Nothing of `pipeline` is known here."""
