"""The OpenAPI document of the API; a test sends what it allows and forbids."""

from webapp.limits import MAX_FILES

PROBLEMS = {
    400: "The request or a picture cannot be read.",
    404: "There is nothing at that address.",
    405: "The address does not take that method.",
    413: "The body is larger than 4 MB.",
    415: "The body is neither a form, an image nor JSON.",
    422: "The JSON holds no pixels in a form that is allowed.",
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


def problems(*statuses):
    """Describe the errors that an address may answer."""
    content = {"application/problem+json": {"schema": reference("Problem")}}
    return {
        str(status): {"description": PROBLEMS[status], "content": content}
        for status in statuses
    }


def listed(items, count=None):
    """Describe a list, of a fixed length if one is given."""
    schema = {"type": "array", "items": items}
    return schema | ({"minItems": count, "maxItems": count} if count else {})


def record(**properties):
    """Describe an object that has all of these and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def optional(schema):
    """Describe what may also be null."""
    return {"anyOf": [schema, {"type": "null"}]}


SHARE = {"type": "number", "minimum": 0, "maximum": 1}
COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}
DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}
PIXEL = {"type": "integer", "minimum": 0, "maximum": 255}
PICTURE = listed(listed(PIXEL, 28), 28)
FILE = {"type": "string", "format": "binary"}

SCHEMAS = {
    "Answer": record(
        kind=optional({"enum": ["digit", "separator", "several"]})
        | {"description": "null if nothing is drawn; several digits that touch"},
        character=optional(TEXT)
        | {"description": "of a separator, such as a slash, where it is clear"},
        digit=optional(DIGIT)
        | {"description": "null if nothing is drawn, or it is none"},
        status={"enum": ["ok", "unsure", "blank", "not_a_digit"]},
        probabilities=optional(listed(SHARE, 10))
        | {"description": "of 0 to 9, averaged over the members"},
        unusual=optional({"type": "boolean"})
        | {"description": "whether it is unlike most training digits"},
        agreement=optional(SHARE)
        | {"description": "share of the members that name the likeliest digit"},
        members=optional(COUNT),
        second=optional(DIGIT),
        box=optional(listed(COUNT, 4))
        | {"description": "left, top, width and height in the upright picture"},
        input=optional(TEXT)
        | {"description": "the 28 × 28 picture that the members saw, a data URL"},
    ),
    "Model": record(
        dataset=optional(TEXT),
        rule=optional(TEXT),
        out_of_fold_error_percent=optional({"type": "number"}),
        test_error_percent=optional({"type": "number"}),
        parameters=optional(COUNT),
        sha256=optional(TEXT),
        members=COUNT,
    ),
    "LeftOut": record(
        picture=COUNT | {"description": "its number in the request, from 0"},
        box=listed(COUNT, 4),
        why=TEXT,
    ),
    "Status": record(status=TEXT),
    "Answers": record(
        predictions=listed(reference("Answer")),
        left_out=listed(reference("LeftOut"))
        | {"description": "what could be writing and was not read"},
        pixels_scaled_from=optional(COUNT)
        | {"description": "what was taken for full brightness, if it was not 255"},
        model=reference("Model"),
    ),
    "Problem": record(type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT),
    "Pixels": {
        "type": "object",
        "properties": {
            "pixels": {
                "description": "bright ink on black, as MNIST stores digits",
                "oneOf": [PICTURE, listed(PICTURE) | {"minItems": 1}],
            }
        },
        "required": ["pixels"],
    },
}

BODIES = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {
                "file": listed(FILE) | {"minItems": 1, "maxItems": MAX_FILES}
            },
            "required": ["file"],
        }
    },
    "image/*": {"schema": FILE},
    "application/json": {"schema": reference("Pixels")},
}

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Handwritten digits", "version": "1"},
    "paths": {
        "/api/v1/predict": {
            "post": {
                "summary": "Read the digits of pictures, from left to right",
                "requestBody": {"required": True, "content": BODIES},
                "responses": {"200": answered("Answers", "One for each digit found.")}
                | problems(400, 413, 415, 422, 429, 503),
            }
        },
        "/api/v1/model": {
            "get": {
                "summary": "What the ensemble is",
                "responses": {"200": answered("Model", "Its card, in short.")},
            }
        },
        "/healthz": {
            "get": {
                "summary": "Whether the process lives",
                "responses": {"200": answered("Status", "It does.")},
            }
        },
        "/readyz": {
            "get": {
                "summary": "Whether it takes requests",
                "responses": {"200": answered("Status", "It does.")} | problems(503),
            }
        },
        "/metrics": {
            "get": {
                "summary": "Counts and times, for Prometheus",
                "responses": {
                    "200": {
                        "description": "Prometheus's text format.",
                        "content": {"text/plain": {"schema": TEXT}},
                    }
                },
            }
        },
    },
    "components": {"schemas": SCHEMAS},
}
