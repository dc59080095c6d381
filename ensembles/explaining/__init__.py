"""Why a digit is hard: its likes, what speaks for each reading, who errs on it."""
