"""A receiver of Slack's messages that reads them with Slack's own library.

Prints its port, then for each request one JSON line: what is wrong with it, and its text as a
person would read it. What the library does not know it drops, so what comes out of it must be what
went in.
"""

import http.server
import inspect
import json

from slack_sdk.models.blocks import Block, RichTextElementParts
from slack_sdk.webhook import WebhookClient

KEYS = set(inspect.signature(WebhookClient.send).parameters)


def text_of(part, wrong):
    """The words of a block or an element, everything in it looked at."""
    style = part.get("style")
    if style and RichTextElementParts.TextStyle(**style).to_dict() != style:
        wrong.append(f"style: {style}")
    inner = "".join(text_of(element, wrong) for element in part.get("elements", []))
    return inner + part.get("text", "")


def read(message):
    wrong = [f"key: {key}" for key in message if key not in KEYS]
    for block in message["blocks"]:
        known = Block.parse(block)
        if known is None or known.to_dict() != block:
            wrong.append(f"block: {block}")
    text = "".join(text_of(block, wrong) for block in message["blocks"])
    return {"wrong": wrong, "text": text, "notice": message["text"]}


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            said = read(message)
        except (TypeError, KeyError) as error:
            said = {"wrong": [repr(error)], "text": "", "notice": ""}
        print(json.dumps(said), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
