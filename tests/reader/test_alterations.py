"""Whatever is altered in a server's database, the reader finds it and says where; untouched, it finds nothing.

    python -m unittest discover tests/reader             a made journal, and those of real servers
    python tests/reader/test_alterations.py DATABASE     any server's database, which is only read

The server is the program that ALONGSIDE_SERVER names; the story is played by the one that ALONGSIDE_REHEARSE names.
"""
import contextlib
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import alter
import made_journal
import own_device
import read_journal

STORY = pathlib.Path(__file__).parents[1] / "scenarios/wound-care.json"


# A database named on the command line.
GIVEN = [pathlib.Path(name) for name in sys.argv[1:2] if __name__ == "__main__" and not name.startswith("-")]


def serve(folder):
    """Lets two devices of our own work with a server. Returns its database."""
    with own_device.server(os.environ["ALONGSIDE_SERVER"], folder) as server:
        people = sorted(bytes.fromhex(server.administer("people")["person"]) for _ in range(3))
        devices = [own_device.Device(server, "Amina", "carer"), own_device.Device(server, "Olu", "supervisor")]
        for device in devices:
            for person in people:
                server.administer("care-team", person=person.hex(), staff=device.staff)
        for day in range(3):
            for device in devices:
                for person in people:
                    device.observe(person, f"day {day}, before")
                    device.edit_plan(person, f"contact-{day}")
                    device.observe(person, f"day {day}, after")
                receipts, refused = device.sync(device.cut())
                assert (len(receipts), refused) == (1, []), f"not taken: {refused}"
    return folder / "alongside.sqlite"


def play(folder):
    """Plays the story and returns the database of its server."""
    done = subprocess.run([os.environ["ALONGSIDE_REHEARSE"], STORY, "--keep", folder], capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"the story was not played to its end:\n{done.stdout}\n{done.stderr}")
    found = sorted(folder.rglob("alongside.sqlite"))
    assert len(found) == 1, f"one server's database beneath {folder}: {found}"
    return found[0]


def copied(database, folder):
    """A copy of the journal and of the store's identity: all that alterations need. The original is only read."""
    shutil.copytree(database.parent / "identity", folder / "identity")
    with contextlib.closing(sqlite3.connect(database)) as source, \
            contextlib.closing(sqlite3.connect(folder / "alongside.sqlite")) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    return folder / "alongside.sqlite"


def read(database, root):
    """What the reader says: its exit code, its findings, and its last line."""
    store = database.parent / "identity/store.json"
    journal = read_journal.Journal(database, bytes.fromhex(root), store)
    findings = journal.check()
    journal.tables.close()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = read_journal.main([str(database), root])
    return code, findings, printed.getvalue().splitlines()[-1]


def rows(database, table):
    with contextlib.closing(sqlite3.connect(database)) as tables:
        tables.row_factory = sqlite3.Row
        return {tuple(row): row for row in tables.execute(f"SELECT * FROM {table}")}


class Touched:
    """The pages, people and authors on which two databases differ: nobody else may be named."""

    def __init__(self, before, after):
        self.pages, self.people, self.authors = set(), set(), set()
        self.named = {row["id"]: row for row in rows(before, "page").values()}
        for table in ("page", "run", "device"):
            one, other = rows(before, table), rows(after, table)
            for row in [one.get(name) or other[name] for name in one.keys() ^ other.keys()]:
                self.add(table, row)

    def add(self, table, row):
        if table == "device":
            self.authors.add(row["device"])
        elif table == "run":
            self.people.add(row["person"])
            self.add("page", self.named[row["page"]])
        else:
            self.pages.add((row["author"], row["epoch"], row["number"]))

    def holds(self, finding):
        page = (finding.author, finding.epoch, finding.page)
        return page in self.pages or finding.person in self.people or finding.author in self.authors


class Journal:
    """The tests, for whatever database `make` makes in a folder that is not there yet."""

    @classmethod
    def setUpClass(cls):
        keep = tempfile.TemporaryDirectory(prefix="alongside-reader-")
        cls.addClassCleanup(keep.cleanup)
        database = cls.make(pathlib.Path(keep.name) / "made")
        cls.original = copied(database, pathlib.Path(keep.name) / "untouched")

    def setUp(self):
        told = json.loads((self.original.parent / "identity/store.json").read_text())
        self.root = told["root_key"]
        self.certificate = told["certificate"]

    def test_nothing_is_found_in_an_untouched_database(self):
        code, findings, last = read(self.original, self.root)
        self.assertEqual((code, findings), (0, []))
        self.assertRegex(last, r"^[1-9]\d* records in [1-9]\d* pages of [1-9]\d* streams: 0 findings$")

    def test_everything_is_found_under_another_root_key(self):
        code, findings, _ = read(self.original, self.root[:-2] + ("00" if self.root[-2:] != "00" else "01"))
        self.assertEqual(code, 1)
        self.assertTrue(findings)

    def check(self, alteration):
        with tempfile.TemporaryDirectory(prefix="alongside-reader-") as folder:
            database = copied(self.original, pathlib.Path(folder) / "copy")
            copy = alter.Copy(database)
            places = alteration(copy)
            copy.tables.close()
            code, findings, _ = read(database, self.root)
            touched = Touched(self.original, database)
        self.assertEqual(code, 1)
        for place in places:
            self.assertTrue(any(names(finding, place) for finding in findings),
                            f"nothing names {place}:\n" + "\n".join(map(str, findings)))
        if alteration is not alter.forged_store:
            for finding in findings:
                self.assertTrue(touched.holds(finding), f"nothing was altered there: {finding}")


def names(finding, place):
    """Whether a finding says at least all of a place."""
    return all(told is None or told == said for told, said in zip(place[1:], finding[1:]))


for _alteration in alter.ALL:
    setattr(Journal, f"test_{_alteration.__name__}", lambda self, alteration=_alteration: self.check(alteration))


class Made(Journal, unittest.TestCase):
    """The journal that was made for the purpose."""

    @staticmethod
    def make(folder):
        return made_journal.make(folder)


@unittest.skipUnless("ALONGSIDE_SERVER" in os.environ, "ALONGSIDE_SERVER names no server")
class Served(Journal, unittest.TestCase):
    """The journal of a real server, with pages that were cut outside Alongside."""

    @staticmethod
    def make(folder):
        return serve(folder)


@unittest.skipUnless(GIVEN or "ALONGSIDE_REHEARSE" in os.environ, "ALONGSIDE_REHEARSE names no player")
class Played(Journal, unittest.TestCase):
    """The journal of a real server that a story was played on, or that was given."""

    @staticmethod
    def make(folder):
        return GIVEN[0] if GIVEN else play(folder)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[1 + len(GIVEN):], verbosity=2)
