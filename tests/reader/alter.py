"""Alterations of a copy of a server's database: one at a time, as someone who can write the file would make them.

Each function alters the copy and returns the places that a reader must name. The alterations go as far as their
maker could without the author's key: columns that repeat one another are altered alike. The store's key is used
only to enrol one more device, as the server itself would.
"""
import json
import os
import pathlib
import sqlite3

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import cbor2
from read_journal import Finding, next_link, records_of, seal_message


class Copy:
    """A copy of a data folder's journal, open for alterations."""

    def __init__(self, database):
        self.folder = pathlib.Path(database).parent
        self.tables = sqlite3.connect(database, isolation_level=None)
        self.tables.row_factory = sqlite3.Row

    def one(self, query, *values):
        row = self.tables.execute(query, values).fetchone()
        assert row is not None, f"the database has nothing for: {query}"
        return row

    def run(self, query, *values):
        changed = self.tables.execute(query, values).rowcount
        assert changed > 0, f"nothing altered by: {query}"

    def record(self, least=2):
        """A record in the middle of a device's page: the first of a run of at least `least` records."""
        for page in self.tables.execute(
                "SELECT page.* FROM page JOIN device ON device = author ORDER BY id DESC").fetchall():
            for person, first, last, before, head in cbor2.loads(page["runs"]):
                if last - first + 1 >= least:
                    return page, self.records(page, person)[0], (person, first, last, before, head)
        raise AssertionError(f"no page of a device has a run of {least} records")

    def stored(self, page, person):
        """The row of a page's run."""
        return self.one("SELECT * FROM run WHERE page = ? AND person = ?", page["id"], person)

    def records(self, page, person):
        """The records of a page's run, each with its page and person."""
        return [dict(record, page=page, person=person) for record in records_of(self.stored(page, person))]

    def set_records(self, page, person, records, **columns):
        """Writes a run anew, from its records."""
        columns.update(links=b"".join(record["link"] for record in records),
                       records=cbor2.dumps([[record["header"], record["body"]] for record in records]))
        self.set_run(page, person, **columns)

    def set_run(self, page, person, **columns):
        names = ", ".join(f"{name} = ?" for name in columns)
        self.run(f"UPDATE run SET {names} WHERE page = ? AND person = ?", *columns.values(), page["id"], person)

    def set_record(self, changed, **columns):
        page, person = changed["page"], changed["person"]
        records = [dict(record, **columns) if record["number"] == changed["number"] else record
                   for record in self.records(page, person)]
        self.set_records(page, person, records)

    def set_page(self, page, **columns):
        for name, value in columns.items():
            self.run(f"UPDATE page SET {name} = ? WHERE id = ?", value, page["id"])

    def following(self, record, by=1):
        later = [other for other in self.records(record["page"], record["person"])
                 if other["number"] == record["number"] + by]
        return later[0]


def place(page, person=None, number=None):
    return Finding("", page["author"], page["epoch"], page["number"], person, number)


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def header(copy):
    """A moment is changed by one millisecond: the header still reads well."""
    page, row, _ = copy.record()
    fields = cbor2.loads(row["header"])
    fields[2] += 1
    copy.set_record(row, header=cbor2.dumps(fields))
    return [place(page, row["person"], row["number"])]


def body(copy):
    page, row, _ = copy.record()
    copy.set_record(row, body=flipped(row["body"], len(row["body"]) - 1))
    return [place(page, row["person"], row["number"])]


def body_of_the_store(copy):
    """The server's own records are proved too."""
    page = copy.one("SELECT * FROM page WHERE author NOT IN (SELECT device FROM device) LIMIT 1")
    row = copy.records(page, cbor2.loads(page["runs"])[0][0])[0]
    copy.set_record(row, body=flipped(row["body"], len(row["body"]) - 1))
    return [place(page, row["person"], row["number"])]


def mark_of_the_plan(copy):
    page, row, (person, first, *_) = copy.record()
    copy.set_run(page, person, plan=1 - copy.stored(page, person)["plan"])
    return [place(page, person, first)]


def number(copy):
    page, _, (person, first, last, _, _) = copy.record()
    copy.set_run(page, person, first=1_000_000, last=1_000_000 + last - first)
    return [place(page, person, first), place(page, person, 1_000_000)]


def two_records_swapped(copy):
    page, row, _ = copy.record()
    other = copy.following(row)
    for this, that in ((row, other), (other, row)):
        copy.set_record(this, header=that["header"], body=that["body"])
    return [place(page, row["person"], row["number"]), place(page, row["person"], other["number"])]


def last_record_dropped(copy):
    """With every count beside it made to fit, but for the page's own run."""
    page, row, (person, _, last, _, _) = copy.record()
    drop_last(copy, page, person)
    return [place(page, person, last)]


def last_record_dropped_from_the_run_too(copy):
    page, row, (person, _, last, _, _) = copy.record()
    drop_last(copy, page, person)
    kept = copy.following(row, last - 1 - row["number"])
    copy.set_page(page, runs=runs_with(page, person, 2, last - 1, 4, kept["link"]))
    return [place(page)]


def drop_last(copy, page, person):
    """Takes the last record out of a run."""
    run = copy.stored(page, person)
    copy.set_records(page, person, copy.records(page, person)[:-1], last=run["last"] - 1)
    move_up(copy, run, 1)


def move_up(copy, run, by):
    """Positions beyond a run become lower, and the count with them."""
    where = (run["person"], run["channel"])
    for later in copy.tables.execute(
            "SELECT position FROM run WHERE person = ? AND channel = ? AND position > ? ORDER BY position",
            (*where, run["position"])).fetchall():
        copy.run("UPDATE run SET position = position - ? WHERE person = ? AND channel = ? AND position = ?",
                 by, *where, later["position"])
    copy.run("UPDATE journal_head SET position = position - ? WHERE person = ? AND channel = ?", by, *where)


def runs_with(page, person, *changes):
    """The page's runs, with some columns of one person's run changed."""
    runs = cbor2.loads(page["runs"])
    for run in runs:
        if run[0] == person:
            for column, value in zip(changes[::2], changes[1::2]):
                run[column] = value
    return cbor2.dumps(runs)


def page_secret(copy):
    page, *_ = copy.record()
    copy.set_page(page, secret=flipped(page["secret"], 0))
    return [place(page)]


def link(copy):
    page, row, _ = copy.record()
    copy.set_record(row, link=flipped(row["link"], 31))
    return [place(page, row["person"], row["number"])]


def links_swapped(copy):
    page, row, _ = copy.record()
    other = copy.following(row)
    copy.set_record(row, link=other["link"])
    copy.set_record(other, link=row["link"])
    return [place(page, row["person"], row["number"]), place(page, row["person"], other["number"])]


def head_link_beside_a_run(copy):
    page, _, (person, _, last, _, _) = copy.record()
    copy.set_page(page, runs=runs_with(page, person, 4, bytes([7]) * 32))
    return [place(page, person, last)]


def link_before_a_run(copy):
    page, row, (person, first, *_) = copy.record()
    copy.set_page(page, runs=runs_with(page, person, 3, bytes([7]) * 32))
    return [place(page, person, first)]


def seal(copy):
    page, *_ = copy.record()
    copy.set_page(page, seal=flipped(page["seal"], 40))
    return [place(page)]


def signer(copy):
    """The page is sealed rightly, but by another enrolled device."""
    page, *_ = copy.record()
    copy.set_page(page, seal=sealed(page, enrol(copy)))
    return [place(page)]


def signer_is_the_store(copy):
    page, *_ = copy.record()
    copy.set_page(page, seal=sealed(page, store_key(copy)))
    return [place(page)]


def sealed(page, key):
    runs = cbor2.loads(page["runs"])
    return key.sign(seal_message(page, runs, [run[4] for run in runs]))


def store_key(copy):
    """RFC 5958 with the seed at its place for Ed25519 (RFC 8410)."""
    document = (copy.folder / "identity/store.key").read_bytes()
    return Ed25519PrivateKey.from_private_bytes(document[document.index(b"\x04\x22\x04\x20") + 4:][:32])


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def certificate_of(old, issuer, **changes):
    """A certificate like `old`, with some fields of its subject changed, signed by `issuer`."""
    fields = {"author": 0, "key": 1, "holder": 2, "valid_from": 3, "valid_to": 4}
    subject = cbor2.loads(cbor2.loads(old)[0])
    for name, value in changes.items():
        subject[fields[name]] = value
    subject = cbor2.dumps(subject)
    return cbor2.dumps([subject, issuer.sign(b"alongside certificate 1" + subject)])


def enrol(copy):
    """One more device, as the server enrols one. Returns its key."""
    device = dict(copy.one("SELECT * FROM device LIMIT 1"))
    key, device["device"] = Ed25519PrivateKey.generate(), os.urandom(16)
    device["certificate"] = certificate_of(
        device["certificate"], store_key(copy), author=device["device"], key=public(key))
    device.update(key=public(key), directory_version=1_000_000, heard_version=1_000_000)
    marks = ", ".join("?" * len(device))
    copy.run(f"INSERT INTO device ({', '.join(device)}) VALUES ({marks})", *device.values())
    return key


def store_rewrites_its_own_past(copy):
    """The store alters a record of its own and seals the page anew: what it wrote later does not follow."""
    for page in copy.tables.execute(
            "SELECT * FROM page WHERE author NOT IN (SELECT device FROM device) ORDER BY id").fetchall():
        for person, first, last, before, _ in cbor2.loads(page["runs"]):
            later = copy.tables.execute(
                "SELECT page.* FROM run JOIN page ON page.id = page WHERE run.person = ? AND run.author = ?"
                " AND run.epoch = ? AND run.first = ?", (person, page["author"], page["epoch"], last + 1))
            follower = later.fetchone()
            if follower:
                rewrite(copy, page, person, before)
                return [place(follower, person, last + 1)]
    raise AssertionError("the store has written only once about each person")


def rewrite(copy, page, person, link_now):
    records = []
    for record in copy.records(page, person):
        record = dict(record, body=record["body"] + b"\x00")
        link_now = next_link(page, person, record["number"], link_now, record)
        records.append(dict(record, link=link_now))
    copy.set_records(page, person, records)
    copy.set_page(page, runs=runs_with(page, person, 4, link_now))
    page = copy.one("SELECT * FROM page WHERE id = ?", page["id"])
    copy.set_page(page, seal=sealed(page, store_key(copy)))


def position(copy):
    """A run goes further down the list, out of the count."""
    page, row, _ = copy.record()
    copy.set_run(page, row["person"], position=1_000_000)
    return [Finding("", person=row["person"])]


def received_years_later(copy):
    page, *_ = copy.record()
    copy.set_page(page, received_ms=page["received_ms"] + 10**14)
    return [place(page)]


def page_moved_to_another_device(copy):
    page, *_ = copy.record()
    enrol(copy)
    other = copy.one("SELECT device FROM device WHERE directory_version = 1000000")["device"]
    copy.set_page(page, author=other)
    copy.run("UPDATE run SET author = ? WHERE page = ?", other, page["id"])
    return [place(dict(page, author=other))]


def page_moved_to_another_installation(copy):
    page, *_ = copy.record()
    epoch = os.urandom(8)
    copy.set_page(page, epoch=epoch)
    copy.run("UPDATE run SET epoch = ? WHERE page = ?", epoch, page["id"])
    return [place(dict(page, epoch=epoch))]


def run_moved_to_another_person(copy):
    """A whole run, with its records, becomes one about somebody whose name sorts directly after."""
    page, _, (person, *_) = copy.record()
    other = (int.from_bytes(person, "big") + 1).to_bytes(16, "big")
    copy.set_page(page, runs=runs_with(page, person, 0, other))
    copy.run("UPDATE run SET person = ?, position = 1 WHERE page = ? AND person = ?", other, page["id"], person)
    return [place(page)]


def page_renumbered(copy):
    page, *_ = copy.record()
    copy.set_page(page, number=page["number"] + 1_000_000)
    return [place(dict(page, number=page["number"] + 1_000_000))]


def page_gone_with_its_records(copy):
    """The first page of a device that wrote more: what it held is missing from its streams."""
    page = copy.one("SELECT * FROM page JOIN device ON device = author WHERE number = 1 AND EXISTS"
                    " (SELECT 1 FROM page later WHERE later.author = page.author AND later.number = 2) LIMIT 1")
    for run in copy.tables.execute("SELECT * FROM run WHERE page = ?", (page["id"],)).fetchall():
        copy.run("DELETE FROM run WHERE page = ? AND person = ?", page["id"], run["person"])
        move_up(copy, run, run["last"] - run["first"] + 1)
    copy.run("DELETE FROM page WHERE id = ?", page["id"])
    return [Finding("", page["author"], page["epoch"], None, run[0], run[1]) for run in cbor2.loads(page["runs"])[:1]]


def forged_certificate(copy):
    """A device's key is replaced by the forger's, and all that the device wrote is sealed with it anew."""
    page, *_ = copy.record()
    forger = Ed25519PrivateKey.generate()
    forge(copy, page["author"], forger, forger)
    return [Finding("", author=page["author"])]


def certificate_issued_by_a_device(copy):
    """Issued by an enrolled device, which may not issue any."""
    page, *_ = copy.record()
    issuer = enrol(copy)
    forge(copy, page["author"], Ed25519PrivateKey.generate(), issuer)
    return [Finding("", author=page["author"])]


def certificate_without_a_holder(copy):
    """Only a store's certificate has no holder."""
    page, *_ = copy.record()
    old = copy.one("SELECT certificate FROM device WHERE device = ?", page["author"])["certificate"]
    certificate = certificate_of(old, store_key(copy), holder=None)
    copy.run("UPDATE device SET certificate = ? WHERE device = ?", certificate, page["author"])
    return [Finding("", author=page["author"])]


def certificate_of_another_device(copy):
    page, *_ = copy.record()
    enrol(copy)
    other = copy.one("SELECT certificate, key FROM device WHERE directory_version = 1000000")
    copy.run("UPDATE device SET certificate = ?, key = ? WHERE device = ?", *other, page["author"])
    return [Finding("", author=page["author"])]


def key_beside_the_certificate(copy):
    page, *_ = copy.record()
    copy.run("UPDATE device SET key = ? WHERE device = ?", bytes(32), page["author"])
    return [Finding("", author=page["author"])]


def device_unknown(copy):
    """A device is taken out of the list: nothing vouches for what it wrote."""
    page, *_ = copy.record()
    copy.run("DELETE FROM device WHERE device = ?", page["author"])
    return [place(page)]


def forge(copy, author, key, issuer):
    old = copy.one("SELECT certificate FROM device WHERE device = ?", author)["certificate"]
    copy.run("UPDATE device SET certificate = ?, key = ? WHERE device = ?",
             certificate_of(old, issuer, key=public(key)), public(key), author)
    for page in copy.tables.execute("SELECT * FROM page WHERE author = ?", (author,)).fetchall():
        copy.set_page(page, seal=sealed(page, key))


def forged_store(copy):
    """The store's certificate is replaced: nothing leads to the root any more."""
    file = copy.folder / "identity/store.json"
    told = json.loads(file.read_text())
    old = bytes.fromhex(told["certificate"])
    told["certificate"] = certificate_of(old, Ed25519PrivateKey.generate()).hex()
    file.write_text(json.dumps(told))
    return [Finding("")]


ALL = [
    header, body, body_of_the_store, mark_of_the_plan, number, two_records_swapped,
    last_record_dropped, last_record_dropped_from_the_run_too, page_secret, link, links_swapped,
    head_link_beside_a_run, link_before_a_run, seal, signer, signer_is_the_store,
    store_rewrites_its_own_past, position, received_years_later, page_moved_to_another_device,
    page_moved_to_another_installation, run_moved_to_another_person, page_renumbered,
    page_gone_with_its_records, forged_certificate, certificate_issued_by_a_device,
    certificate_without_a_holder, certificate_of_another_device, key_beside_the_certificate,
    device_unknown, forged_store,
]
