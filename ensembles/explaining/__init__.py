"""Why a digit is hard: what it is like, what speaks for each reading, who errs on it."""
