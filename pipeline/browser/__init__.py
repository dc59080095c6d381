"""The error browser: one page that needs nothing else, and what goes into it."""
