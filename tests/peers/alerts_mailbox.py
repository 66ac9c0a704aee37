"""A mail server that others wrote (aiosmtpd), and a reader of mail that others wrote (Python's own).

Prints its port, then for each message one JSON line with what a person would see of it. With a
certificate and its key as arguments it takes mail only over TLS and after the login `me`, `word`.
"""

import email
import email.policy
import json
import socket
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.strict)
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name: str(value) for name, value in message.items()},
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "tls": session.ssl is not None,
            "login": session.auth_data and session.auth_data.login.decode(),
            "defects": [repr(defect) for part in message.walk() for defect in part.defects],
        }), flush=True)
        return "250 taken"


def knows(server, session, envelope, mechanism, login):
    known = (login.login, login.password) == (b"me", b"word")
    return AuthResult(success=known, auth_data=login)


private = {}
if sys.argv[1:]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*sys.argv[1:])
    private = {
        "tls_context": tls,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": knows,
    }
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
controller = Controller(Mailbox(), hostname="127.0.0.1", port=port, **private)
controller.start()
print(port, flush=True)
threading.Event().wait()
