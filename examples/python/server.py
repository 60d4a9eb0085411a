"""A service in Python that verifies access tokens with PyJWT (Debian: python3-jwt, python3-cryptography).

    python3 server.py
"""
import json
import math
import os
import re
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

ISSUER = os.environ.get("ISSUER", "http://localhost:3000")
AUDIENCE = os.environ.get("AUDIENCE", "omnicrm")
PORT = int(os.environ.get("PORT", "8080"))


class Keys:
    """The key set, fetched every 5 minutes, and for an unknown key id every 30 seconds at most: anyone can make one up.

    PyJWT's own PyJWKClient fetches for each unknown one, and in Debian's version without a time limit.
    """

    def __init__(self, url):
        self.url, self.keys, self.fetched, self.lock = url, {}, -math.inf, threading.Lock()

    def find(self, kid):
        with self.lock:
            age = time.monotonic() - self.fetched
            if age > 300 or (kid not in self.keys and age > 30):
                with urllib.request.urlopen(self.url, timeout=5) as answer:
                    self.keys = {key["kid"]: jwt.PyJWK(key).key for key in json.load(answer)["keys"]}
                self.fetched = time.monotonic()
            return self.keys.get(kid)


KEYS = Keys(f"{ISSUER}/.well-known/jwks.json")


def verify(token):
    """The claims. Raises jwt.InvalidTokenError for a bad token, OSError when the keys cannot be had."""
    header = jwt.get_unverified_header(token)
    key = KEYS.find(header.get("kid"))
    if key is None or header.get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("no access token of this issuer")
    return jwt.decode(
        token,
        key,
        algorithms=["ES256"],
        issuer=ISSUER,
        audience=AUDIENCE,
        leeway=30,
        options={"require": ["iss", "aud", "sub", "client_id", "iat", "exp", "jti"]},
    )


class Invoices(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/invoices":
            return self.answer(404)
        bearer = re.fullmatch(r"(?i:bearer) +(\S+)", self.headers.get("Authorization", ""))
        if bearer is None:
            return self.answer(401, {"WWW-Authenticate": "Bearer"})
        try:
            caller = verify(bearer[1])
        except jwt.InvalidTokenError:
            return self.answer(401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        except OSError as error:
            self.log_error("the key set cannot be had: %s", error)
            return self.answer(503, {"Retry-After": "5"})
        if not {"view_invoice", "admin"} & set(caller["permissions"]):
            return self.answer(403, {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="view_invoice"'})
        actor = caller.get("act", {}).get("sub")
        self.log_message("invoices read by %s, actor %s, session %s", caller["sub"], actor, caller.get("sid"))
        self.answer(200, {}, {"caller": caller["sub"], "actor": actor, "invoices": []})

    def answer(self, status, headers={}, body=None):
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(content), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer(("127.0.0.1", PORT), Invoices).serve_forever()
