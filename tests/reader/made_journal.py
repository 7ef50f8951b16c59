"""A small journal made without Alongside: two devices, a store, three people, in the server's tables.

It has what a short story may not have: pages with several runs, runs with several records, streams over pages.
"""
import json
import pathlib
import sqlite3

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import cbor2
from read_journal import START, next_link, seal_message

TABLES = """
CREATE TABLE device (device BLOB PRIMARY KEY, certificate BLOB, key BLOB, directory_version, heard_version);
CREATE TABLE page (id INTEGER PRIMARY KEY, author BLOB, epoch BLOB, number INTEGER, channel INTEGER, secret BLOB,
  seal BLOB, runs BLOB, received_ms INTEGER);
CREATE TABLE run (person BLOB, channel INTEGER, position INTEGER, author BLOB, epoch BLOB, first INTEGER,
  last INTEGER, page INTEGER, plan INTEGER, links BLOB, records BLOB, PRIMARY KEY (person, channel, position));
CREATE TABLE journal_head (person BLOB, channel INTEGER, position INTEGER, PRIMARY KEY (person, channel));
"""
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
AMINA, BEN, STORE = (bytes([number]) * 16 for number in (0xA1, 0xB2, 0x50))


def key(seed):
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public(signer):
    return signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def certificate(author, signer, holder, issuer):
    subject = cbor2.dumps([author, public(signer), holder, 0, 10**13])
    return cbor2.dumps([subject, issuer.sign(b"alongside certificate 1" + subject)])


class Made:
    """The journal while it is made."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "identity").mkdir(parents=True)
        self.tables = sqlite3.connect(self.folder / "alongside.sqlite")
        self.tables.executescript(TABLES)
        self.heads, self.positions, self.pages = {}, {}, {}
        self.signers = {AMINA: key(1), BEN: key(2), STORE: key(8)}
        self.enrol()

    def enrol(self):
        root = key(7)
        told = certificate(STORE, self.signers[STORE], None, root)
        identity = {"root_key": public(root).hex(), "certificate": told.hex()}
        (self.folder / "identity/store.json").write_text(json.dumps(identity))
        (self.folder / "identity/store.key").write_bytes(PKCS8 + bytes([8]) * 32)
        for version, (device, name) in enumerate(((AMINA, "Amina"), (BEN, "Ben")), start=1):
            holder = [device, 0, name, "Riverside"]
            row = (device, certificate(device, self.signers[device], holder, self.signers[STORE]),
                   public(self.signers[device]), version, version)
            self.tables.execute("INSERT INTO device VALUES (?, ?, ?, ?, ?)", row)

    def page(self, author, **runs):
        """Writes a page: for each person, by a letter, how many records."""
        number = self.pages[author] = self.pages.get(author, 0) + 1
        page = {"id": sum(self.pages.values()), "author": author, "epoch": author[:8], "number": number,
                "channel": 0, "secret": bytes([number, author[0]]) * 16}
        told = [self.run(page, person.encode() * 16, count) for person, count in sorted(runs.items())]
        seal = self.signers[author].sign(seal_message(page, told, [run[4] for run in told]))
        self.tables.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            (*page.values(), seal, cbor2.dumps(told), 1_000_000 + number))

    def run(self, page, person, count):
        stream = (person, page["author"])
        after, before = self.heads.get(stream, (0, START))
        number, link, links, records = after, before, b"", []
        for number in range(after + 1, after + count + 1):
            record = {"header": cbor2.dumps([11 if number % 2 else 1, 1 + number % 2, 10**6 + number, None,
                                             bytes(16), [0]]),
                      "body": cbor2.dumps([bytes(16), number, f"note {number}"])}
            link = next_link(page, person, number, link, record)
            links, records = links + link, [*records, list(record.values())]
        position = self.positions.get(person, 0) + 1
        self.positions[person] = position + count - 1
        self.tables.execute(
            "INSERT INTO run VALUES (?, 0, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
            (person, position, page["author"], page["epoch"], after + 1, number, page["id"], links,
             cbor2.dumps(records)))
        self.heads[stream] = (number, link)
        return [person, after + 1, number, before, link]

    def finish(self):
        for person, position in self.positions.items():
            self.tables.execute("INSERT INTO journal_head VALUES (?, 0, ?)", (person, position))
        self.tables.commit()
        self.tables.close()
        return self.folder / "alongside.sqlite"


def make(folder):
    """Makes the journal in a folder that is not there yet. Returns its database."""
    made = Made(folder)
    made.page(AMINA, a=3, b=2, c=1)
    made.page(STORE, a=1)
    made.page(BEN, b=4)
    made.page(AMINA, a=1)
    made.page(AMINA, a=5, b=1, c=2, d=3, e=1)
    made.page(STORE, a=2, b=2)
    made.page(BEN, a=2, c=3)
    made.page(AMINA, a=2, b=2)
    return made.finish()
