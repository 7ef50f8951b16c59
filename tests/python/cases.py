"""What test cases begin with: a folder of their own, and in it an office with its staff."""
import pathlib
import tempfile
import unittest

import alongside
from devices import Device
from office import Office


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def problem(self, kind, act, *arguments, code, words):
        """`act` raises this kind of problem, whose words hold what to do about it."""
        with self.assertRaises(kind) as raised:
            act(*arguments)
        self.assertEqual(raised.exception.code, code)
        self.assertIn(words, raised.exception.words)
        return raised.exception


class WithOffice(WithFolder):
    """A server with a carer, Amina, a nurse, Beth, and one person whom both look after. It runs at first."""

    def setUp(self):
        super().setUp()
        self.office = Office(self.folder)
        self.addCleanup(self.office.stop)
        self.office.start()
        self.staff = {"amina": self.office.add_staff("Amina", "carer"),
                      "beth": self.office.add_staff("Beth", "nurse", "Northside Community Nursing"),
                      "sam": self.office.add_staff("Sam", "supervisor")}
        self.person = alongside.PersonId(hex=self.office.add_person(*self.staff.values()))

    def device(self, name, clock=None):
        """The enrolled phone of that member of staff, which has synced once."""
        device = Device(self.folder / name, clock)
        device.enrol(self.office.ticket(self.staff[name]))
        self.assertEqual(device.sync().outcome, alongside.Outcome.UP_TO_DATE())
        return device
