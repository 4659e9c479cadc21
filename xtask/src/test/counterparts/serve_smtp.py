"""aiosmtpd on three ports: plain, with STARTTLS, and with TLS from the start. The latter two ask who
it is. Each mail becomes a file in `mails`, as Python's own parser reads it. The first port opens last."""

import json
import ssl
import sys
import threading
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "town", "p:ss/wörd"


class Keep:
    def __init__(self):
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 nobody has this address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=default)
        self.count += 1
        kept = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "text": mail.get_content().replace("\r\n", "\n"),
            "longest_line": max(len(line) for line in envelope.content.split(b"\r\n")),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data if session.authenticated else None,
        }
        part = Path("mails", f"{self.count}.part")
        part.write_text(json.dumps(kept))
        part.rename(Path("mails", f"{self.count}.json"))
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False, auth_data=USER)


authority = trustme.CA()
authority.cert_pem.write_to_path("authority.pem")
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
authority.issue_cert("127.0.0.1", "localhost").configure_cert(tls)
Path("mails").mkdir()
keep = Keep()
asks = {"authenticator": check, "auth_required": True}


def listen(port=0, **options):
    controller = Controller(keep, hostname="127.0.0.1", port=port, **options)
    controller.start()
    return controller.server.sockets[0].getsockname()[1]


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


ports = {
    "starttls": listen(free_port(), tls_context=tls, require_starttls=True, **asks),
    "smtps": listen(free_port(), ssl_context=tls, auth_require_tls=False, **asks),
    "plain": int(sys.argv[1]),
}
Path("server.json").write_text(json.dumps(ports | {"user": USER, "password": PASSWORD}))
listen(ports["plain"])
threading.Event().wait()
