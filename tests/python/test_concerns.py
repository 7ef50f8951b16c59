"""Concerns through the Python package: what the phone that records one says, and what its recipient does."""
import unittest

import alongside
from cases import WithOffice
from devices import pain


class Concerns(WithOffice):
    """Mary, a manager, receives concerns."""

    def setUp(self):
        super().setUp()
        self.staff["mary"] = self.office.add_staff("Mary", "manager")
        self.office.set_recipients(self.staff["mary"])
        self.mary, self.amina = self.device("mary"), self.device("amina")

    def record(self):
        concern = alongside.Concern(text="a bruise like a hand")
        return self.amina.replica.record_concern(self.person, concern, None, [])

    def reach(self):
        """It is sent, and comes to Mary's phone, which says so with its next sync."""
        for device in (self.amina, self.mary, self.mary, self.amina):
            self.assertEqual(device.sync().outcome, alongside.Outcome.UP_TO_DATE())

    def test_while_a_concern_waits_the_app_says_to_ring_the_office_and_no_more(self):
        self.assertIsNone(self.amina.replica.ring_the_office())
        self.amina.replica.record(self.person, pain(3))
        self.assertIsNone(self.amina.replica.ring_the_office())
        self.record()
        self.assertEqual(self.amina.replica.ring_the_office(), "Ring the office")
        self.amina.reopen()
        self.assertEqual(self.amina.replica.ring_the_office(), "Ring the office")
        self.reach()
        self.assertIsNone(self.amina.replica.ring_the_office())
        self.assertEqual(self.amina.replica.waiting_concerns(), [])

    def test_a_recipient_acknowledges_on_her_phone(self):
        concern = self.record()
        self.reach()
        [item] = self.mary.replica.concerns()
        self.assertEqual((item.id, item.acknowledged), (concern, None))
        self.mary.replica.acknowledge_concern(concern)
        self.mary.sync()
        [item] = self.mary.replica.concerns()
        self.assertIsNotNone(item.acknowledged)
        self.assertIsNone(self.mary.replica.ring_the_office())

    def test_the_ways_outside_are_shown_and_staff_of_another_organisation_see_their_own_lead(self):
        codes = ["emergency", "council", "council_out_of_hours", "police", "cqc"]
        self.assertEqual([route.code for route in self.amina.replica.concern_routes()], codes)
        beth = self.device("beth").replica
        self.assertEqual([route.code for route in beth.concern_routes()], [codes[0], "own_lead", *codes[1:]])

    def test_nobody_else_can(self):
        concern = self.record()
        self.reach()
        self.problem(alongside.Problem.ShowAndKeep, self.amina.replica.acknowledge_concern, concern,
                     code="not_for_you", words="not for you")


if __name__ == "__main__":
    unittest.main()
