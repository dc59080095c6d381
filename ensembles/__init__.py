"""The mathematics, in rooms in the order of the data.

`digits`, `pictures`, `members`, `combining`, `serving`, and beside them
`baselines` and `exploring`.
YAML, HTTP and the paths of the project are unknown here.
"""
