"""The OpenAPI document of the API; a test sends what it allows and forbids."""

from webapp import protocol
from webapp.answers import Answer, Refused, Unread
from webapp.documented import answered, problems, reference
from webapp.json_inputs import KEYS
from webapp.limits import MAX_FILES
from webapp.responses import Number
from webapp.schemas import COUNT, TEXT, listed, optional, record, schema_of
from webapp.uploads import FIELDS

PIXEL = {"type": "number", "minimum": 0, "maximum": 255}
PICTURE = {"anyOf": [listed(listed(PIXEL, 28), 28), listed(PIXEL, 784)]}
INPUTS = {"anyOf": [PICTURE, listed(PICTURE) | {"minItems": 1}, TEXT]}
FILE = {"type": "string", "format": "binary"}

SCHEMAS = {
    "Answer": schema_of(Answer),
    "Number": schema_of(Number),
    "Model": record(
        dataset=optional(TEXT),
        rule=optional(TEXT),
        out_of_fold_error_percent=optional({"type": "number"}),
        test_error_percent=optional({"type": "number"}),
        parameters=optional(COUNT),
        sha256=optional(TEXT),
        members=COUNT,
    ),
    "LeftOut": schema_of(Unread),
    "Refused": schema_of(Refused),
    "Status": record(status=TEXT),
    "Answers": record(
        predictions=listed(reference("Answer")),
        numbers=listed(reference("Number"))
        | {"description": "each row of a picture as one string"},
        left_out=listed(reference("LeftOut"))
        | {"description": "what could be writing and was not read"},
        errors=listed(reference("Refused"))
        | {"description": "pictures that could not be read, where others could"},
        pixels_scaled_from=optional(COUNT)
        | {"description": "what was taken for full brightness, if it was not 255"},
        transposed={
            "type": "boolean",
            "description": "whether the digits of a file lay on their side, as "
            "EMNIST's do, and were turned",
        },
        model=reference("Model"),
    ),
    "Problem": record(type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT),
    "Inputs": {
        "description": "pixels, bright ink on black as MNIST stores digits, of 0 to "
        "255, 0 to 16 or 0 to 1; or pictures in base64 or as data URLs",
        "anyOf": [
            {"type": "object", "properties": {key: INPUTS}, "required": [key]}
            for key in KEYS
        ],
    },
}

BODIES = {
    "multipart/form-data": {
        "schema": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {
                        field: listed(FILE) | {"minItems": 1, "maxItems": MAX_FILES}
                    },
                    "required": [field],
                }
                for field in FIELDS
            ]
        }
    },
    "image/*": {"schema": FILE},
    # Of a form, or as text/csv, application/zip and such, the same files are taken.
    "application/octet-stream": {"schema": FILE},
    "application/json": {"schema": reference("Inputs")},
}

PARAMETERS = [
    {"name": name, "in": "query", "schema": {"enum": [value]}, "description": said}
    for name, value, said in (
        ("pages", "all", "read all pages of a TIFF, not the first alone"),
        ("table", "1", "allow a larger body, for files of many digits"),
    )
]

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Handwritten digits", "version": "1"},
    "paths": {
        "/api/v1/predict": {
            "post": {
                "summary": "Read the digits of pictures, from left to right",
                "parameters": PARAMETERS,
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
    }
    | protocol.PATHS,
    "components": {"schemas": SCHEMAS | protocol.SCHEMAS},
}
