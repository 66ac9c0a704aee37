"""A receiver of webhooks that knows only what the README says: it runs the function printed there.

Prints its port, then for each request one JSON line: whether it was believed, and its body's `id`.
"""

import http.server
import json
import pathlib
import re
import sys

readme = pathlib.Path(__file__).parents[2] / "README.md"
known = {}
exec(re.search(r"```python\n(.*?)```", readme.read_text(), re.S)[1], known)  # noqa: S102
secret = sys.argv[1].encode()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        forged = body.replace(b"insulin", b"aspirin")
        print(json.dumps({
            "believed": known["is_ours"](secret, self.headers, body),
            "forged": known["is_ours"](secret, self.headers, forged),
            "stranger": known["is_ours"](b"another secret", self.headers, body),
            "id": json.loads(body)["id"],
            "delivery": self.headers["X-Claimwatch-Delivery"],
        }), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
