"""The page and the API that `script.py` serves. Nothing of `pipeline` is known here.

The way of a request: `pages`, `api` and `kserve` have its route, `uploads` and
`json_inputs` take what came, `reader` reads files and `digit_reader` digits, `found`
and `predicted` make `answers` of that, `responses` and `tables` join them. `app` puts
the parts together.
"""
