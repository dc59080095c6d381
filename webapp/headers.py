"""Headers that keep a browser from doing what these pages never do."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    # Pictures that are shown come in the page itself.
    "img-src": "'self' data:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
UNUSED = (
    "camera",
    "display-capture",
    "geolocation",
    "microphone",
    "payment",
    "usb",
)


def as_text(policy):
    """Return a policy as the header has it."""
    return "; ".join(f"{k} {v}" for k, v in policy.items())


HEADERS = {
    "Content-Security-Policy": as_text(POLICY),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    # Others are told nothing. With no-referrer the page's own forms would not tell
    # their origin either, by which corrections of other sites are known.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
}


OF_ONE_FILE = {
    **dict.fromkeys(("default-src", "form-action", "base-uri"), "'none'"),
    "script-src": "'unsafe-inline'",
    "style-src": "'unsafe-inline'",
    "img-src": "data: blob:",
    "frame-ancestors": "'none'",
}
"""For the error browser, which has all that it needs inside and may ask nothing."""


def secure(response):
    """Add the headers to a response, but for a policy that it has of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
