"""A device written in another language from docs/format.md works with the real server, and its journal is proved.

The server is the program that ALONGSIDE_SERVER names.
"""
import os
import pathlib
import sqlite3
import tempfile
import unittest

import cbor2
from own_device import Device, server
from read_journal import Journal

ARRIVED, LEFT, FATE, PLAN_CHANGE = 11, 12, 31, 32
SEAL, BEFORE_MISSING = 3, 7
HELD, ACCEPTED = 0, 1


@unittest.skipUnless("ALONGSIDE_SERVER" in os.environ, "ALONGSIDE_SERVER names no server")
class OwnDevice(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="alongside-reader-")
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "data"
        self.server = self.enterContext(server(os.environ["ALONGSIDE_SERVER"], self.data))
        self.carer, self.nurse = Device(self.server, "Amina", "carer"), Device(self.server, "Sam", "nurse")
        self.people = [bytes.fromhex(self.server.administer("people")["person"]) for _ in range(2)]
        for device, people in ((self.carer, self.people), (self.nurse, self.people[:1])):
            for person in people:
                self.server.administer("care-team", person=person.hex(), staff=device.staff)

    def visit(self, *notes, short=False):
        for person in self.people:
            self.carer.write(person, ARRIVED, 2, [os.urandom(16), 0])
            for note in notes:
                self.carer.observe(person, note)
            self.carer.write(person, LEFT, 2, [os.urandom(16), []])
        return self.carer.cut(short)

    def read(self):
        store = self.data / "identity/store.json"
        root = self.server.administer("device-codes", staff=self.carer.staff)["root_key"]
        journal = Journal(self.data / "alongside.sqlite", bytes.fromhex(root), store)
        try:
            return journal.check(), journal.records
        finally:
            journal.tables.close()

    def test_its_pages_are_receipted_and_the_server_s_journal_is_proved(self):
        receipts, refused = self.carer.sync(self.visit("dry", "warm"), self.visit("wet"))
        self.assertEqual(receipts, [[self.carer.author, self.carer.epoch, number, 0] for number in (1, 2)])
        self.assertEqual(refused, [])
        self.assertEqual(self.read(), ([], 14))

    def test_a_page_sent_twice_is_receipted_twice_and_stored_once(self):
        page = self.visit("dry")
        self.assertEqual(self.carer.sync(page), self.carer.sync(page))
        self.assertEqual(self.read(), ([], 6))

    def test_the_links_before_runs_are_left_out_where_the_server_has_the_records(self):
        self.carer.sync(self.visit("dry"))
        self.assertEqual(self.carer.sync(self.visit("warm", short=True), self.visit("wet", short=True))[1], [])
        self.visit("never sent: the server cannot know what follows it")
        self.assertEqual(self.carer.sync(self.visit("cold", short=True))[1], [[0, BEFORE_MISSING]])
        self.assertEqual(self.read(), ([], 18))

    def test_the_nurse_proves_what_she_may_see_and_sees_nothing_of_others(self):
        self.carer.sync(self.visit("dry", "warm"))
        self.nurse.sync()
        of_carer = [key for key in self.nurse.records if key[1] == self.carer.author]
        self.assertEqual(sorted(of_carer), [(self.people[0], self.carer.author, number) for number in range(1, 5)])
        self.assertEqual(self.nurse.records[of_carer[1]][1][7], "dry")

    def test_an_altered_page_is_refused_and_nothing_of_it_is_stored(self):
        page = cbor2.loads(self.visit("dry"))
        page[2][0][3][1][1] = page[2][0][3][1][1][:-1] + b"X"
        self.assertEqual(self.carer.sync(cbor2.dumps(page)), ([], [[0, SEAL, True]]), "and its digests are asked for")
        self.assertEqual(self.read(), ([], 0))

    def test_with_the_digests_of_what_was_sealed_all_but_the_altered_record_is_stored_and_proved(self):
        page = cbor2.loads(self.visit("dry", "warm"))
        sealed = self.carer.digests
        page[2][0][3][1][1] = page[2][0][3][1][1][:-1] + b"X"
        other = sealed[:32] + bytes(32) + sealed[64:]
        self.assertEqual(self.carer.sync(cbor2.dumps(page), digests=other), ([], [[0, SEAL]]))
        receipts, refused = self.carer.sync(cbor2.dumps(page), digests=sealed)
        self.assertEqual((len(receipts), refused), (1, []))
        self.assertEqual(self.read(), ([], 8))
        damaged = sorted(self.people)[0]
        self.nurse.sync()
        whole = [1, 3, 4] if damaged == self.people[0] else [1, 2, 3, 4]
        self.assertEqual(sorted(key[2] for key in self.nurse.records if key[1] == self.carer.author), whole)
        self.carer.sync(self.visit("the same streams go on"))
        self.assertEqual(self.read(), ([], 14))
        with sqlite3.connect(self.data / "alongside.sqlite") as tables:
            tables.execute("UPDATE evidence SET digest = ?", (bytes(32),))
        self.assertTrue(self.read()[0], "evidence of a record that is not there is noticed")

    def test_a_page_about_someone_else_s_person_is_kept_apart_and_proved(self):
        self.nurse.observe(self.people[1], "not hers to see")
        receipts, refused = self.nurse.sync(self.nurse.cut())
        self.assertEqual((len(receipts), refused), (1, []))
        self.carer.sync()
        self.assertFalse(any(author == self.nurse.author for _, author, _ in self.carer.records))
        self.assertEqual(self.read(), ([], 1))

    def test_what_the_server_writes_about_an_edit_is_proved_too(self):
        office = Device(self.server, "Olu", "supervisor")
        self.server.administer("care-team", person=self.people[0].hex(), staff=office.staff)
        for device, contact in ((office, "gp"), (self.carer, "pharmacy")):
            device.edit_plan(self.people[0], contact)
            self.assertEqual(device.sync(device.cut())[1], [])
        self.nurse.sync()
        store = {number: (header[0], body) for (_, author, number), (header, body) in self.nurse.records.items()
                 if author == office.store[0]}
        kinds = [kind for kind, _ in store.values()]
        self.assertEqual(sorted(kinds), [FATE, FATE, PLAN_CHANGE])
        # The supervisor's edit was accepted; the carer's is held for somebody who may.
        outcomes = [body[1][0] for kind, body in store.values() if kind == FATE]
        self.assertEqual(sorted(outcomes), [HELD, ACCEPTED])
        self.assertEqual(self.read(), ([], 5))


    def test_after_an_erasure_all_that_is_left_is_proved_and_no_byte_of_it_is_there(self):
        secret = "written about somebody else"
        page = self.visit("dry", secret, "warm")
        self.carer.sync(page)
        self.nurse.sync()
        manager = self.server.administer("staff", name="Maria", role="manager", organisation="Riverside")["staff"]
        record = {"author": self.carer.author.hex(), "epoch": self.carer.epoch.hex(), "number": 3, "channel": "care"}
        for person in self.people:
            self.server.administer("erasures", person=person.hex(), record=record, by=manager, reason="a mistake")
        self.assertIn((self.people[0], self.carer.author, 3), self.nurse.records)
        self.nurse.sync()
        self.assertNotIn((self.people[0], self.carer.author, 3), self.nurse.records)
        late = Device(self.server, "Ines", "therapist")
        self.server.administer("care-team", person=self.people[0].hex(), staff=late.staff)
        late.sync()
        self.assertEqual(sorted(key[2] for key in late.records if key[1] == self.carer.author), [1, 2, 4, 5])
        self.assertEqual(self.carer.sync(page)[1], [], "sent again, it is taken and stays erased")
        self.assertEqual(self.read(), ([], 10))
        files = [path.read_bytes() for path in self.data.rglob("*") if path.is_file()]
        self.assertFalse(any(secret.encode() in content for content in files))
        with sqlite3.connect(self.data / "alongside.sqlite") as tables:
            (records,) = tables.execute("SELECT records FROM run WHERE person = ?", self.people[:1]).fetchone()
            items = cbor2.loads(records)
            items[2] = bytes(32)
            tables.execute("UPDATE run SET records = ? WHERE person = ?", (cbor2.dumps(items), self.people[0]))
        self.assertTrue(self.read()[0], "another digest is noticed")


if __name__ == "__main__":
    unittest.main()
