#!/usr/bin/env python3
"""Reads the journal in a server's database and proves it, from docs/format.md alone.

    read_journal.py DATABASE ROOT_KEY [--store STORE_JSON]

ROOT_KEY is the organisation's public root key in hex. Exit 0: every record is there, unaltered and sealed by the
author whom it names. Exit 1: each finding on a line, with its place. Shares no code with Alongside.
"""
import argparse
import hashlib
import hmac
import json
import pathlib
import sqlite3
import sys
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CODES = {20: False, 21: True, 22: None}
START = bytes(32)
EPOCH_BYTES = 8
PLAN = (30, 31, 32, 33, 34, 35, 36, 40)


class Finding(NamedTuple):
    what: str
    author: bytes | None = None
    epoch: bytes | None = None
    page: int | None = None
    person: bytes | None = None
    number: int | None = None

    def __str__(self):
        places = [(name, getattr(self, name)) for name in self._fields[1:]]
        told = [f"{name} {value.hex() if isinstance(value, bytes) else value}"
                for name, value in places if value is not None]
        return f"{', '.join(told)}: {self.what}"


def decode(data):
    """The one CBOR value in `data`: section 1 of the format, and no more of CBOR than that."""
    value, end = item(data, 0)
    if end != len(data):
        raise ValueError("bytes after the value")
    return value


def item(data, at):
    kind, short = data[at] >> 5, data[at] & 31
    at += 1
    if kind == 7:
        return CODES[short], at
    if short < 24:
        count = short
    else:
        width = {24: 1, 25: 2, 26: 4, 27: 8}[short]
        count, at = int.from_bytes(data[at:at + width], "big"), at + width
    if kind in (0, 1):
        return (count if kind == 0 else -1 - count), at
    if kind in (2, 3):
        if at + count > len(data):
            raise ValueError("cut off")
        part = bytes(data[at:at + count])
        return (part if kind == 2 else part.decode()), at + count
    if kind == 6:
        value, at = item(data, at)
        return (count, value), at
    values = []
    for _ in range(count * (kind - 3)):
        value, at = item(data, at)
        values.append(value)
    return (values if kind == 4 else dict(zip(values[::2], values[1::2]))), at


def readable(data, least):
    """A struct with at least its mandatory fields, or nothing."""
    try:
        value = decode(data)
    except (ValueError, IndexError, KeyError, RecursionError, MemoryError, TypeError):
        return None
    return value if isinstance(value, list) and len(value) >= least else None


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key, *parts):
    return hmac.digest(key, b"".join(parts), "sha256")


def u64(number):
    return number.to_bytes(8, "big")


def signed(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def stream_bytes(page, person):
    return person + bytes([page["channel"]]) + page["author"] + page["epoch"]


def is_brought(page):
    """Whether devices brought the page back after a restore, and its author has not yet."""
    return "brought" in page.keys() and page["brought"] is not None


def brought(page):
    """The parts of a page that devices brought back: each hidden, or a run with its items and secrets."""
    return [(variant, content[0]) for variant, content in decode(page["brought"])[2]]


def salt_of(page, person, number, category):
    """The salt of a record; nothing when what opens it is not there."""
    if page["secret"]:
        secret = mac(page["secret"], b"alongside salts 1", stream_bytes(page, person), bytes([category]))
        return mac(secret, u64(number))
    if is_brought(page):
        parts = [part for variant, part in brought(page) if variant == 1]
        opened = [(part[0], part[4], part[5] if len(part) > 5 else ()) for part in parts]
    else:
        opened = (readable(page["secrets"], 1) or ()) if "secrets" in page.keys() and page["secrets"] else ()
    for whom, secrets, salts in opened:
        if whom == person:
            of_category = dict(secrets).get(category)
            return dict(salts or ()).get(number) or (mac(of_category, u64(number)) if of_category else None)
    return None


def digest_of(page, person, number, record):
    """The digest of a record, or the one in the place of an erased one; nothing when it cannot be made."""
    if record["header"] is None:
        return record["body"] if len(record["body"]) == 32 else None
    header = readable(record["header"], 6)
    if header is None or not (isinstance(header[1], int) and 0 <= header[1] < 256):
        return None
    salt = salt_of(page, person, number, header[1])
    return salt and mac(salt, len(record["header"]).to_bytes(4, "big"), record["header"], record["body"])


def next_link(page, person, number, before, record):
    """The link of a record; nothing when it cannot be made."""
    digest = digest_of(page, person, number, record)
    return digest and sha256(b"alongside link 1", stream_bytes(page, person), u64(number), before, digest)


def records_of(run):
    """The records in a row of runs, each with its number and the link beside it; as far as they can be read."""
    try:
        # An erased record is a byte string: its digest.
        records = [(None, one) if isinstance(one, bytes) else (one[0], one[1]) for one in decode(run["records"])]
    except (ValueError, IndexError, KeyError, RecursionError, MemoryError, TypeError):
        return []
    links = [run["links"][at:at + 32] for at in range(0, len(run["links"]), 32)]
    return [{"number": number, "header": header, "body": body, "link": link}
            for number, ((header, body), link) in enumerate(zip(records, links), start=run["first"])]


def merkle_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01", merkle_root(leaves[:left]), merkle_root(leaves[left:]))


def seal_message(page, runs, heads):
    leaves = {person: sha256(b"\x00", stream_bytes(page, person), u64(last), head)
              for (person, _, last, *_), head in zip(runs, heads)}
    if not is_brought(page):
        leaves = list(leaves.values())
    else:
        leaves = [part if variant == 0 else leaves[part[0]] for variant, part in brought(page)]
    name = page["author"] + page["epoch"] + u64(page["number"]) + bytes([page["channel"]])
    return b"alongside seal 1" + name + len(leaves).to_bytes(4, "big") + merkle_root(leaves)


class Journal:
    """One pass over a database; what it finds is in `findings`."""

    def __init__(self, database, root, store_file):
        self.tables = sqlite3.connect(f"{pathlib.Path(database).absolute().as_uri()}?mode=ro", uri=True)
        self.tables.row_factory = sqlite3.Row
        self.findings, self.keys, self.refused = [], {}, set()
        self.links, self.covered = {}, {}
        self.records = self.pages = self.erased = self.damaged = 0
        self.read_certificates(root, store_file)

    def note(self, what, page=None, person=None, number=None):
        author, epoch, name = (page["author"], page["epoch"], page["number"]) if page else (None,) * 3
        self.findings.append(Finding(what, author, epoch, name, person, number))

    def read_certificates(self, root, store_file):
        """Keys by author, with the times between which they count: the root vouches for stores, stores for devices."""
        certificate = bytes.fromhex(json.loads(pathlib.Path(store_file).read_text())["certificate"])
        stores = [self.read_certificate(certificate, [root], "store", None)]
        issuers = [store[1] for store in stores if store]
        for device, certificate, key in self.tables.execute("SELECT device, certificate, key FROM device"):
            subject = self.read_certificate(certificate, issuers, "device", device)
            if subject and subject[1] != key:
                self.findings.append(Finding("the device's key is not the one in its certificate", author=device))

    def read_certificate(self, certificate, issuers, kind, author):
        parts = readable(certificate, 2)
        subject = readable(parts[0], 5) if parts else None
        message = b"alongside certificate 1" + parts[0] if subject else b""
        proved = subject and any(signed(issuer, message, parts[1]) for issuer in issuers)
        if not proved or (subject[2] is None) != (kind == "store") or author not in (None, subject[0]):
            self.findings.append(Finding(f"the {kind}'s certificate does not lead to the root key", author=author))
            self.refused.add(author)
            return None
        self.keys[subject[0]] = (subject[1], (subject[3], subject[4]) if kind == "device" else None)
        return subject

    def check(self):
        for page in self.tables.execute("SELECT * FROM page ORDER BY id").fetchall():
            self.check_page(page)
        self.check_joints()
        self.check_strays()
        self.check_evidence()
        self.check_positions()
        return self.findings

    def check_page(self, page):
        self.pages += 1
        try:
            runs = decode(page["runs"])
            persons = [person for person, _, _, _, _ in runs]
            in_order = persons and persons == sorted(set(persons)) and all(0 < run[1] <= run[2] for run in runs)
        except (ValueError, IndexError, KeyError, TypeError):
            in_order = False
        if not in_order:
            return self.note("the page's runs cannot be read or are out of order", page)
        read = [self.read_run(page, run) for run in runs]
        if not all(read):
            return None  # A record is missing: said already, and the seal cannot be computed.
        sealed = self.check_seal(page, runs, [made[-1] for _, made in read])
        for run, (records, made) in zip(runs, read):
            self.check_links(page, run, records, made, sealed)
        return None

    def read_run(self, page, run):
        """The records of a run, and the links that follow from them."""
        person, first, last, before, _ = run
        row = self.tables.execute(
            "SELECT * FROM run WHERE page = ? AND person = ? AND channel = ? AND author = ? AND epoch = ?"
            " AND first = ? AND last = ?",
            (page["id"], person, page["channel"], page["author"], page["epoch"], first, last)).fetchone()
        stream = self.covered.setdefault(stream_bytes(page, person), [])
        stream.append((first, last, before, page, person))
        row = row or self.apart(page, person, first)
        records = records_of(row) if row else []
        for number in range(first + len(records), min(last, first + 1000) + 1):
            self.note("the record is missing", page, person, number)
        self.records += len(records)
        self.erased += sum(record["header"] is None for record in records)
        if len(records) != last - first + 1:
            return None
        made, link = [], before
        for record in records:
            link = next_link(page, person, record["number"], link, record) or START
            made.append(link)
            self.links.setdefault((stream_bytes(page, person), record["number"]), set()).update((record["link"], link))
        headers = [readable(record["header"], 6) for record in records if record["header"] is not None]
        about_plan = any(header[0] in PLAN for header in headers if header)
        # What was erased may have been about the plan.
        unsure = len(headers) < len(records) and not about_plan
        if "plan" in row.keys() and row["plan"] != about_plan and not unsure:
            self.note("the run is marked as one about the plan, or not, against its records", page, person, first)
        return records, made

    def apart(self, page, person, first):
        """The run, where it is kept apart for a manager."""
        if not self.tables.execute("SELECT 1 FROM sqlite_schema WHERE name = 'apart'").fetchone():
            return None
        return self.tables.execute("SELECT * FROM apart WHERE page = ? AND person = ? AND first = ?",
                                   (page["id"], person, first)).fetchone()

    def check_seal(self, page, runs, heads):
        message, author = seal_message(page, runs, heads), page["author"]
        key, validity = self.keys.get(author, (None, None))
        if key is None:
            if author not in self.refused:
                self.note("the page's author has no certificate", page)
            return False
        if validity and not validity[0] <= page["received_ms"] <= validity[1]:
            self.note("the page was received outside the validity of its author's certificate", page)
        if signed(key, message, page["seal"]):
            return True
        others = [other for other, (key, _) in self.keys.items() if signed(key, message, page["seal"])]
        by = f"; {others[0].hex()} signed it" if others else ""
        self.note(f"the page's seal is not its author's{by}", page)
        return False

    def check_links(self, page, run, records, made, sealed):
        """Where the seal holds, any other link is wrong; else a record whose link does not follow was altered."""
        person, first, last, before, head = run
        for row, link in zip(records, made):
            if sealed and row["link"] != link:
                self.note("the stored link is not the record's", page, person, row["number"])
            elif not sealed and row["link"] != next_link(page, person, row["number"], before, row):
                self.note("the record does not match its link", page, person, row["number"])
            before = row["link"]
        if head != records[-1]["link"] and not (sealed and head == made[-1]):
            self.note("the run does not end with its last record's link", page, person, last)

    def check_joints(self):
        """Each run follows the record before it; each stream begins at 1, and follows an earlier one of its author."""
        earlier = {}
        for (stream, _), links in self.links.items():
            earlier.setdefault(stream[:-EPOCH_BYTES], {START}).update(links)
        for stream, runs in self.covered.items():
            reached = 0
            for first, last, before, page, person in sorted(runs, key=lambda run: run[:2]):
                if first > 1:
                    follows = self.links.get((stream, first - 1), {before})
                else:
                    follows = earlier[stream[:-EPOCH_BYTES]]
                if first > reached + 1:
                    what = f"records {reached + 1} to {first - 1} of this stream are missing"
                    self.findings.append(
                        Finding(what, page["author"], page["epoch"], None, person, reached + 1))
                elif before not in follows:
                    self.note("the run does not follow the record before it", page, person, first)
                reached = max(reached, last)

    def check_evidence(self):
        """What came in place of a record that was changed: the record's digest stands where it should be."""
        if not self.tables.execute("SELECT 1 FROM sqlite_schema WHERE name = 'evidence'").fetchone():
            return
        for row in self.tables.execute("SELECT * FROM evidence"):
            name = row["person"], row["channel"], row["author"], row["epoch"], row["number"]
            self.damaged += 1
            held = self.held_at(*name)
            if (None, row["digest"]) not in held:
                self.findings.append(Finding("the damaged record's digest is not in its place", row["author"],
                                             row["epoch"], None, row["person"], row["number"]))

    def held_at(self, person, channel, author, epoch, number):
        """What the runs hold of one name, also those that are kept apart."""
        held = []
        for table in ("run", "apart"):
            if not self.tables.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
                continue
            runs = self.tables.execute(
                f"SELECT * FROM {table} WHERE person = ? AND channel = ? AND author = ? AND epoch = ?"
                " AND first <= ? AND last >= ?", (person, channel, author, epoch, number, number))
            held += [(one["header"], one["body"]) for run in runs for one in records_of(run) if one["number"] == number]
        return held

    def check_strays(self):
        pages = {page["id"]: page for page in self.tables.execute("SELECT * FROM page")}
        for row in self.tables.execute("SELECT * FROM run"):
            stream = row["person"] + bytes([row["channel"]]) + row["author"] + row["epoch"]
            runs = self.covered.get(stream, ())
            if not any(run[:2] == (row["first"], row["last"]) and run[3]["id"] == row["page"] for run in runs):
                page = pages.get(row["page"])
                number = page["number"] if page else None
                self.findings.append(Finding("the run is not one of its page", row["author"], row["epoch"],
                                             number, row["person"], row["first"]))

    def check_positions(self):
        heads = {(row[0], row[1]): row[2] for row in self.tables.execute("SELECT * FROM journal_head")}
        reached = {}
        for row in self.tables.execute("SELECT * FROM run ORDER BY person, channel, position"):
            name = row["person"], row["channel"]
            if row["position"] != reached.get(name, 0) + 1:
                self.note(f"channel {row['channel']} has a gap before position {row['position']}", person=row["person"])
            reached[name] = row["position"] + row["last"] - row["first"]
        for person, channel in sorted(heads.keys() | reached.keys()):
            head, last = heads.get((person, channel), 0), reached.get((person, channel), 0)
            if head != last:
                self.note(f"channel {channel} should have positions 1 to {head}, and has them to {last}", person=person)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database", type=pathlib.Path)
    parser.add_argument("root_key", type=bytes.fromhex)
    parser.add_argument("--store", type=pathlib.Path, help="identity/store.json beside the database, if not given")
    given = parser.parse_args(arguments)
    journal = Journal(given.database, given.root_key, given.store or given.database.parent / "identity/store.json")
    for finding in journal.check():
        print(finding)
    without = journal.erased - journal.damaged
    told = [f"{without} erased"] * bool(without) + [f"{journal.damaged} damaged"] * bool(journal.damaged)
    told = f" ({', '.join(told)})" if told else ""
    print(f"{journal.records} records{told} in {journal.pages} pages of {len(journal.covered)} streams:"
          f" {len(journal.findings)} findings")
    return 1 if journal.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
