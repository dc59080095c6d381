"""The talk: how slides look, and what they say in each language.

`<language>.yaml` holds every text of the talk in one language; figures come from the
reports.
"""
