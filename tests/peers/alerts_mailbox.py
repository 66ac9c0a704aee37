"""A mail server that others wrote (aiosmtpd), and a reader of mail that others wrote (Python's own).

Prints its port, then for each message one JSON line with what a person would see of it.
"""

import email
import email.policy
import json
import socket
import threading

from aiosmtpd.controller import Controller


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.strict)
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "defects": [repr(defect) for part in message.walk() for defect in part.defects],
        }), flush=True)
        return "250 taken"


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
controller.start()
print(port, flush=True)
threading.Event().wait()
