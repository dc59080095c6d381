"""How the API's document tells answers and errors."""

from webapp.limits import MAX_BODY_BYTES, MAX_TABLE_BYTES

PROBLEMS = {
    400: "The request or a picture cannot be read.",
    404: "There is nothing at that address.",
    405: "The address does not take that method.",
    413: f"The body is larger than {MAX_BODY_BYTES >> 20} MB, or, a file with "
    f"`table=1`, than {MAX_TABLE_BYTES >> 20} MB.",
    415: "The body is neither a form, a file nor JSON.",
    422: "The JSON holds no pixels or pictures in a form that is allowed.",
    429: "This address has sent too many requests.",
    503: "Busy, or not done in time; `Retry-After` says when to try again.",
}


def reference(name):
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def answered(name, description):
    """Describe an answer in JSON."""
    return {
        "description": description,
        "content": {"application/json": {"schema": reference(name)}},
    }


def problems(*statuses, schema="Problem"):
    """Describe the errors that an address may answer."""
    content = {"application/problem+json": {"schema": reference(schema)}}
    return {
        str(status): {"description": PROBLEMS[status], "content": content}
        for status in statuses
    }
