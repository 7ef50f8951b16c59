"""A device that is not ours: it speaks the protocol with a running server, from docs/format.md alone."""
import contextlib
import json
import os
import ssl
import subprocess
import time
import urllib.request

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import cbor2
import zstandard
from read_journal import START, decode, digest_of, mac, merkle_root, next_link, seal_message, sha256, signed, u64

CARE = 0


def packed(message):
    return zstandard.compress(cbor2.dumps(message), 3)


def unpacked(data):
    return decode(zstandard.ZstdDecompressor().decompressobj().decompress(data))


class Server:
    """A new organisation's server, on a free loopback port, with what an administrator does."""

    def __init__(self, program, folder):
        self.folder = folder
        made = subprocess.run([program, "init", "--data", folder, "--organisation", "Riverside"],
                              capture_output=True, text=True, check=True)
        self.token = json.loads(made.stdout)["administrator_token"]
        settings = {"ALONGSIDE_DATA": str(folder), "ALONGSIDE_LISTEN": "127.0.0.1:0", "ALONGSIDE_LOG": "error"}
        self.process = subprocess.Popen([program, "serve"], env={**os.environ, **settings}, text=True,
                                        stdout=subprocess.PIPE)
        self.url = json.loads(self.process.stdout.readline())["listening"]
        self.trust = ssl.create_default_context(cafile=folder / "tls/ca.pem")

    def post(self, path, body, media_type, **headers):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": media_type, **headers})
        with urllib.request.urlopen(request, context=self.trust, timeout=30) as answer:
            return answer.read()

    def administer(self, what, **asked):
        bearer = {"Authorization": f"Bearer {self.token}"}
        return json.loads(self.post(f"/v1/admin/{what}", json.dumps(asked).encode(), "application/json", **bearer))

    def say(self, path, body):
        return unpacked(self.post(path, body, "application/cbor"))

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@contextlib.contextmanager
def server(program, folder):
    """Runs a server until the end of the block."""
    running = Server(program, folder)
    try:
        yield running
    finally:
        running.stop()


class Device:
    """One device of one member of staff."""

    def __init__(self, server, name, role):
        self.server, self.author, self.epoch = server, os.urandom(16), os.urandom(8)
        self.key = Ed25519PrivateKey.generate()
        self.staff = server.administer("staff", name=name, role=role, organisation="Riverside")["staff"]
        self.heads, self.pages, self.cursors, self.waiting, self.records = {}, 0, {}, {}, {}
        self.erased, self.store_epoch = 0, bytes(8)
        self.enrol(server.administer("device-codes", staff=self.staff))

    def enrol(self, ticket):
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        sealing = X25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        proof = self.key.sign(b"alongside enrol 1" + self.author + sealing + ticket["code"].encode())
        asked = [ticket["code"], self.author, public, proof, sealing]
        variant, content = self.server.say("/v1/enrol", packed(asked))
        assert variant == 0, f"refused: {content}"
        (store, own, self.challenge, _), = content
        self.store = self.subject(store, bytes.fromhex(ticket["root_key"]))
        assert self.subject(own, self.store[1])[:2] == [self.author, public]
        self.directory = {self.store[0]: self.store[1]}

    @staticmethod
    def subject(certificate, issuer):
        subject, signature = certificate
        assert signed(issuer, b"alongside certificate 1" + subject, signature), "not the issuer's"
        return decode(subject)

    def write(self, person, kind, category, body):
        """Notes a record for the next page."""
        header = [kind, category, time.time_ns() // 1_000_000, None, bytes.fromhex(self.staff), [0]]
        record = {"header": cbor2.dumps(header), "body": cbor2.dumps(body)}
        self.waiting.setdefault(person, []).append(record)

    def observe(self, person, note):
        fields = {"exudate": "low", "pain": 3, "warm": True}
        self.write(person, 1, 1, [None, "wound_dressed", 1, "left_leg", fields, None, 0, note])

    def edit_plan(self, person, contact):
        """Adds a contact to the plan."""
        commands = [[1, [2, contact, {"name": contact, "role": contact}, 1]]]
        self.write(person, 30, 3, [[0], commands, "agreed today"])

    def cut(self, without_befores=False):
        """Seals what waits into a page. Returns its bytes; if asked for, without the links before its runs. The digests of
        its records are in `digests`."""
        self.pages, self.digests = self.pages + 1, b""
        page = {"author": self.author, "epoch": self.epoch, "number": self.pages, "channel": CARE,
                "secret": os.urandom(32)}
        runs, told = [], []
        for person, records in sorted(self.waiting.items()):
            after, before = self.heads.get(person, (0, START))
            number, link = after, before
            for number, record in enumerate(records, start=after + 1):
                link = next_link(page, person, number, link, record)
                self.digests += digest_of(page, person, number, record)
            runs.append([person, after + 1, before, [[one["header"], one["body"]] for one in records]])
            told.append([person, after + 1, number, before, link])
            self.heads[person] = (number, link)
        self.waiting = {}
        seal = self.key.sign(seal_message(page, told, [run[4] for run in told]))
        if without_befores:
            runs = [[person, first, START, records] for person, first, _, records in runs]
        return cbor2.dumps([list(page.values())[:4], page["secret"], runs, seal])

    def sync(self, *pages, digests=None):
        """One exchange, and more while the server has more; with the digests of its first page, if given. Returns receipts
        and refusals."""
        cursors = [[person, channel, position] for (person, channel), position in sorted(self.cursors.items())]
        packed_pages = [zstandard.compress(page, 3) for page in pages]
        nothing_brought = [[], [], 0, False]
        told = [None, None, [[0, digests]]] if digests else []
        body = cbor2.dumps([[1, [self.store_epoch, cursors]], packed_pages, 0, time.time_ns() // 1_000_000, 0, None,
                            *nothing_brought, None, self.erased, 0, [], None, *told])
        message = b"alongside request 1" + self.author + self.challenge + sha256(body)
        envelope = cbor2.dumps([self.author, self.challenge, self.key.sign(message), body])
        variant, content = self.server.say("/v1/sync", envelope)
        assert variant == 0, f"answer {variant}"
        answer = content[0]
        self.challenge, receipts, refused = answer[0], answer[2], answer[3]
        for certificate in answer[7]:
            author, key, *_ = self.subject(certificate, self.store[1])
            self.directory[author] = key
        for extract in answer[4]:
            self.take(*extract)
        self.cursors.update({(person, channel): position for person, channel, position in answer[5]})
        self.store_epoch = answer[11] or self.store_epoch
        for version, person, (author, _, number, _), _ in answer[14]:
            self.records.pop((person, author, number), None)
            self.erased = version
        if answer[10]:
            self.sync()
        return receipts, refused

    def take(self, name, seal, parts):
        """Proves an extract and keeps its records."""
        author, epoch, number, channel = name
        page = {"author": author, "epoch": epoch, "number": number, "channel": channel}
        leaves = []
        for variant, (content,) in parts:
            leaves.append(content if variant == 0 else self.leaf(page, *content))
        about = author + epoch + u64(number) + bytes([channel]) + len(leaves).to_bytes(4, "big")
        message = b"alongside seal 1" + about + merkle_root(leaves)
        assert signed(self.directory[author], message, seal), "the extract does not prove itself"

    def leaf(self, page, person, first, before, items, secrets, salts=()):
        stream = person + bytes([page["channel"]]) + page["author"] + page["epoch"]
        link, number, secrets, salts = before, first - 1, dict(secrets), dict(salts)
        for number, (variant, (content,)) in enumerate(items, start=first):
            digest = content
            if variant == 0:
                header, body = content
                salt = salts.get(number) or mac(secrets[decode(header)[1]], u64(number))
                digest = mac(salt, len(header).to_bytes(4, "big"), header, body)
                self.records[(person, page["author"], number)] = (decode(header), decode(body))
            link = sha256(b"alongside link 1", stream, u64(number), link, digest)
        return sha256(b"\x00", stream, u64(number), link)
