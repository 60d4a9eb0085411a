"""A service that leaves tokens to the proxy in front of it, and believes what that says of the caller. It must be
reachable through the proxy only: here it listens on the loopback address.

    python3 service.py
"""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "8081"))


class Invoices(BaseHTTPRequestHandler):
    def do_GET(self):
        # For a person; a service (an API key) has a client id instead.
        caller = self.headers.get("X-User-Id") or self.headers.get("X-Client-Id")
        actor = self.headers.get("X-Actor-Id")
        permissions = self.headers.get("X-User-Permissions", "").split(",")
        if not {"view_invoice", "admin"} & set(permissions):
            return self.answer(403, {"missing": "view_invoice"})
        self.log_message("invoices read by %s, actor %s", caller, actor)
        self.answer(200, {"caller": caller, "actor": actor, "invoices": []})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer(("127.0.0.1", PORT), Invoices).serve_forever()
