"""The Python package against a real server: what is recorded, what waits, what arrives, and what errors say.

Run with `cargo xtask test --only "Python package"`.
"""
import asyncio
import contextlib
import json
import pathlib
import re
import tempfile
import time
import unittest

import alongside
from alongside import Problem
from cases import WithFolder, WithOffice
from devices import (BrokenClock, BrokenKeystore, Device, KeyInMemory, LockedKeystore, WrongClock, fields, observation,
                     pain)
from office import Office

README = pathlib.Path(__file__).resolve().parents[2] / "bindings" / "python" / "README.md"
NOBODY = alongside.PersonId(hex="00" * 16)


class Recording(WithOffice):
    def test_an_enrolled_device_knows_its_holder_and_whom_they_look_after(self):
        amina = self.device("amina").replica
        self.assertEqual((amina.me().name, amina.me().role, amina.me().organisation),
                         ("Amina", alongside.Role.CARER, "Larkfield Homecare"))
        self.assertEqual(amina.me().staff.hex, self.staff["amina"])
        self.assertEqual([each.person for each in amina.people()], [self.person])

    def test_what_is_recorded_without_a_server_waits_and_then_reaches_the_nurse(self):
        amina, beth = self.device("amina"), self.device("beth")
        self.office.stop()
        recorded = amina.replica.record(self.person, pain(4, note="sits still", quoted="it is all right"))

        report = amina.sync()
        self.assertEqual(report.outcome, alongside.Outcome.NO_ANSWER(alongside.NoAnswer.UNREACHABLE))
        self.assertEqual(report.waiting, 1)
        amina.reopen()
        self.assertEqual(amina.replica.sync_state().waiting, 1)
        self.assertEqual(self.receipts(amina), [alongside.Receipt.ON_THIS_PHONE])

        self.office.start()
        self.assertEqual(amina.sync(), alongside.SyncReport(outcome=alongside.Outcome.UP_TO_DATE(), waiting=0))
        self.assertEqual(self.receipts(amina), [alongside.Receipt.ON_THE_SERVER])
        beth.sync()
        [seen] = beth.replica.history(self.person)
        self.assertEqual((seen.id, seen.recorded), (recorded.id, recorded.recorded))
        self.assertEqual(seen.body, pain(4, note="sits still", quoted="it is all right"))
        self.assertEqual(beth.replica.staff_names()[seen.by.hex], "Amina")

    def test_a_record_that_the_nurse_has_looked_at_says_so_on_the_carers_phone(self):
        amina, beth = self.device("amina"), self.device("beth")
        amina.replica.record(self.person, pain(4))
        for device in (amina, beth):
            device.sync()
        self.assertIsNotNone(beth.replica.looked(self.person))
        self.assertIsNone(beth.replica.looked(self.person), "nothing is new any more")
        for device in (beth, amina):
            device.sync()
        [seen] = [item for item in amina.replica.history(self.person)
                  if isinstance(item.body, alongside.Body.OBSERVATION)]
        self.assertEqual(seen.receipt, alongside.Receipt.SEEN_BY_THE_NURSE)
        self.assertEqual([each.by.hex for each in seen.seen], [self.staff["beth"]])

    def test_what_is_new_is_told_since_the_holder_last_looked(self):
        amina = self.device("amina").replica
        self.assertIsNone(amina.news(self.person).since, "she never looked")
        amina.looked(self.person)
        self.assertEqual(amina.news(self.person).records, [])

    def test_an_emergency_sign_is_told_while_it_is_written_also_without_a_plan(self):
        device = self.device("amina")
        amina = device.replica
        grey = alongside.Observation(
            kind="breathing", catalogue_version=alongside.catalogue_version(), fields=fields(chest_pain="yes"),
            how_known=alongside.HowKnown.SEEN_NOW)
        for person in (self.person, NOBODY):
            [sign] = amina.emergency_signs(person, grey)
            self.assertEqual((sign.code, sign.first_call), ("chest_pain", alongside.FirstCall.NINE_NINE_NINE()))
            self.assertIsNone(sign.signed_off, "nobody at this provider has signed it off")
        self.assertIn("chest_pain", amina.emergency_signs_json())

        self.office.give_kinds(version=1, emergency_signs={
            "version": 1, "signed_off": {"by": "Dr Rao", "on": "2026-03-02"}})
        device.sync()
        self.assertEqual(amina.emergency_signs(self.person, grey)[0].signed_off,
                         alongside.SignedOff(by="Dr Rao", on="2026-03-02"))
        signs = json.loads(amina.emergency_signs_json())["signs"]
        self.assertEqual({sign["signed_off"]["by"] for sign in signs}, {"Dr Rao"})

    def test_a_plan_starts_from_a_template_and_an_unknown_one_is_refused(self):
        self.assertEqual(len(alongside.templates()), 8)
        amina = self.device("amina").replica
        self.assertEqual(len(amina.start_from_template(self.person, "general")), 2)
        refused = self.problem(Problem.ShowAndKeep, amina.start_from_template, self.person, "none",
                               code="unknown_template", words="choose one of the list")
        self.assertEqual(refused.field, "template")

    def receipts(self, device):
        return [item.receipt for item in device.replica.history(self.person)]

    def test_what_was_seen_earlier_keeps_its_time(self):
        amina = self.device("amina").replica
        earlier = alongside.Moment(ms=amina.now().ms - 90_000)
        amina.record(self.person, pain(2), observed=earlier)
        [item] = amina.history(self.person)
        self.assertEqual(item.observed, earlier)
        self.assertGreater(item.recorded.ms, earlier.ms)

    def test_carers_notes_are_aligned_between_the_nurses_visits(self):
        amina, beth = self.device("amina"), self.device("beth")
        visit = alongside.VisitId(hex="1b" * 16)
        arrived = alongside.VisitArrived(visit=visit, visit_kind=alongside.VisitKind.CLINICAL)
        a_minute_ago = alongside.Moment(ms=beth.replica.now().ms - 60_000)
        beth.replica.record(self.person, alongside.Body.VISIT_ARRIVED(arrived), observed=a_minute_ago)
        amina.replica.record(self.person, pain(2))
        amina.replica.record(self.person, pain(4, note="holds her side"))
        for device in (beth, amina, beth):
            device.sync()

        segment = beth.replica.aligned(self.person).segments[-1]
        self.assertEqual(segment.opened_by.visit, visit)
        [trend] = [trend for trend in segment.others if trend.field == "score"]
        self.assertEqual([value.value for value in trend.values],
                         [alongside.Value.INT(2), alongside.Value.INT(4)])
        self.assertEqual(trend.way, alongside.Way.UP)
        self.assertEqual([note.note for note in segment.notes], ["holds her side"])
        [seen] = beth.replica.visits(self.person)
        self.assertEqual((seen.id, seen.state), (visit, alongside.VisitState.UNPLANNED()))

    def test_a_shell_waits_for_changes_instead_of_asking_again_and_again(self):
        amina = self.device("amina").replica

        async def record_while_waiting():
            before = await amina.changed_since(0)
            waiting = asyncio.create_task(amina.changed_since(before))
            await asyncio.sleep(0)
            amina.record(self.person, pain(1))
            return before, await asyncio.wait_for(waiting, timeout=10)

        before, after = asyncio.run(record_while_waiting())
        self.assertGreater(after, before)

    def test_a_hundred_records_cross_in_one_call_and_arrive_whole(self):
        amina, beth = self.device("amina"), self.device("beth")
        for number in range(100):
            amina.replica.record(self.person, pain(number % 11, note=f"note {number}"))
        self.assertEqual(amina.sync().waiting, 0)
        beth.sync()
        notes = [item.body[0].note for item in beth.replica.history(self.person)]
        self.assertEqual(notes, [f"note {number}" for number in range(100)])


class Readme(WithOffice):
    def test_its_examples_run(self):
        examples = re.findall("```python\n(.*?)```", README.read_text(), re.DOTALL)
        (self.folder / "ticket.json").write_text(self.office.ticket(self.staff["amina"]))
        names = {}
        with contextlib.chdir(self.folder):
            for example in examples:
                exec(compile(example, README.name, "exec"), names)
        self.assertEqual([item.body for item in names["replica"].history(self.person)], [pain(4)])
        table = (self.folder / "observations.csv").read_text().splitlines()
        self.assertEqual(table[0], "seen at,kind,field,value")
        self.assertRegex(table[1], r"^20..-..-..T..:..\+00:00,pain,score,4$")


class Clocks(WithOffice):
    def test_a_phone_whose_clock_was_never_set_enrols_and_learns_the_time(self):
        amina = self.device("amina", WrongClock())
        self.assertLess(abs(amina.replica.now().ms - time.time() * 1000), 60_000)
        recorded = amina.replica.record(self.person, pain(1))
        self.assertLess(abs(recorded.recorded.ms - time.time() * 1000), 60_000)

    def test_a_clock_that_fails_is_replaced_by_the_machines_own(self):
        amina = self.device("amina", BrokenClock())
        self.assertLess(abs(amina.replica.now().ms - time.time() * 1000), 60_000)


class Refusals(WithOffice):
    """Each error is a type that says what an app can do, with words that name the remedy."""

    def test_a_wrong_code_asks_for_another(self):
        ticket = json.loads(self.office.ticket(self.staff["amina"]))
        ticket["code"] = "0000-0000-0000-0000"
        device = Device(self.folder / "amina")
        self.problem(Problem.Enrol, device.enrol, json.dumps(ticket), code="code_unknown", words="ask the office")
        self.assertIsNone(device.replica.me())

    def test_a_used_code_asks_for_another(self):
        ticket = self.office.ticket(self.staff["amina"])
        Device(self.folder / "first").enrol(ticket)
        second = Device(self.folder / "second")
        self.problem(Problem.Enrol, second.enrol, ticket, code="code_used", words="ask the office for a new one")

    def test_a_ticket_that_cannot_be_read_asks_for_another(self):
        device = Device(self.folder / "amina")
        self.problem(Problem.Enrol, device.enrol, "{", code="ticket_unreadable", words="scan it again")
        ticket = json.loads(self.office.ticket(self.staff["amina"])) | {"ca_pem": "none"}
        self.problem(Problem.Enrol, device.enrol, json.dumps(ticket), code="ticket_unusable", words="new ticket")

    def test_a_device_enrols_once(self):
        amina = self.device("amina")
        again = self.office.ticket(self.staff["amina"])
        self.problem(Problem.ShowAndKeep, amina.enrol, again, code="enrolled_already", words="enrolled already")

    def test_a_server_that_is_away_is_tried_later(self):
        ticket = self.office.ticket(self.staff["amina"])
        self.office.stop()
        device = Device(self.folder / "amina")
        self.problem(Problem.TryLater, device.enrol, ticket, code="unreachable", words="cannot be reached")
        self.office.start()
        self.assertEqual(device.enrol(ticket).name, "Amina")

    def test_the_server_of_another_organisation_is_a_fault_and_gets_nothing(self):
        other = Office(self.folder / "other")
        self.addCleanup(other.stop)
        other.start()
        ticket = json.loads(self.office.ticket(self.staff["amina"])) | {"url": other.url}
        device = Device(self.folder / "amina")
        self.problem(Problem.ReportFault, device.enrol, json.dumps(ticket), code="wrong_server", words="organisation")

    def test_a_device_that_is_not_enrolled_asks_to_be(self):
        device = Device(self.folder / "amina")
        self.problem(Problem.Enrol, device.replica.record, self.person, pain(1), code="not_enrolled", words="enrol it")
        self.problem(Problem.Enrol, device.sync, code="not_enrolled", words="enrol it")

    def test_an_observation_that_does_not_fit_names_the_field_and_what_it_takes(self):
        amina = self.device("amina").replica
        for body, code, field, words in [
            (observation("mood_ring", {}), "unknown_kind", "kind", "choose a listed kind"),
            (pain(11), "not_allowed", "score", "0 to 10"),
            (observation("pain", fields(score="bad")), "wrong_type", "score", "give"),
            (observation("pain", fields(colour="red")), "unknown_field", "colour", "leave it out"),
            (observation("pain", {}), "nothing_recorded", None, "fill in a field"),
            (observation("wound_dressed", fields(strike_through="lots")), "not_allowed", "strike_through", "25_to_75"),
            (pain(1, site="moon"), "site_not_allowed", "site", "sacrum"),
            (pain(1, note="x" * 100_000), "too_long", "note", "shorten it"),
        ]:
            with self.subTest(code=code, field=field):
                raised = self.problem(Problem.ShowAndKeep, amina.record, self.person, body, code=code, words=words)
                self.assertEqual(raised.field, field)
        self.assertEqual(amina.history(self.person), [])
        self.assertEqual(amina.sync_state().waiting, 0)

    def test_a_person_who_is_not_on_the_phone_is_not_shown_and_what_was_seen_of_them_is_kept(self):
        amina = self.device("amina").replica
        self.problem(Problem.ShowAndKeep, amina.plan, NOBODY, code="unknown_person", words="ask the office")
        amina.record(NOBODY, pain(1))
        self.assertEqual(amina.sync_state().waiting, 1)
        misspelt = alongside.PersonId(hex="Grace")
        raised = self.problem(Problem.ShowAndKeep, amina.record, misspelt, pain(1), code="not_a_name", words="PersonId")
        self.assertEqual(raised.field, "PersonId")

    def test_a_time_later_than_now_is_to_be_corrected(self):
        amina = self.device("amina").replica
        later = alongside.Moment(ms=amina.now().ms + 3_600_000)
        self.problem(Problem.ShowAndKeep, amina.record, self.person, pain(1), later,
                     code="in_the_future", words="correct the time")

    def test_a_plan_edit_without_commands_is_to_be_corrected(self):
        amina = self.device("amina").replica
        self.problem(Problem.ShowAndKeep, amina.edit_plan, self.person, [], "why", code="commands", words="1 to")

    def test_what_only_the_server_writes_is_refused(self):
        amina = self.device("amina").replica
        unread = alongside.Body.UNREAD(alongside.Unread(kind=60, bytes=b""))
        self.problem(Problem.ShowAndKeep, amina.record, self.person, unread,
                     code="not_yours", words="not written by this call")


class Keys(WithFolder):
    """The database opens with its own key only, and is never made anew over an old one."""

    def test_a_shells_own_keystore_gets_the_key_and_opens_the_database_with_it(self):
        keystore = KeyInMemory()
        for _ in ("made", "opened again"):
            alongside.Replica.open(str(self.folder), keystore, alongside.system_clock())
        self.assertEqual(len(keystore.key), 32)
        self.assertEqual(keystore.times_stored, 1)

    def test_a_wrong_key_leaves_the_file_as_it_is_and_asks_for_help(self):
        device = Device(self.folder / "amina")
        device.replica = None
        before = device.files()
        self.problem(Problem.ReportFault, device.open, KeyInMemory(bytes(32)), code="wrong_key", words="ask the office")
        self.assertEqual(device.files(), before)
        device.reopen()

    def test_a_lost_key_leaves_the_file_as_it_is_and_asks_for_help(self):
        device = Device(self.folder / "amina")
        device.replica = None
        before, keystore = device.files(), KeyInMemory()
        self.problem(Problem.ReportFault, device.open, keystore, code="key_missing", words="ask the office")
        self.assertEqual(device.files(), before)
        self.assertIsNone(keystore.key)

    def test_a_key_of_another_length_is_a_fault(self):
        device = Device(self.folder / "amina")
        self.problem(Problem.ReportFault, device.open, KeyInMemory(b"short"), code="key_damaged", words="ask for help")

    def test_a_keystore_that_is_locked_or_fails_is_tried_later(self):
        for keystore in (LockedKeystore(), BrokenKeystore()):
            with self.subTest(keystore=type(keystore).__name__), tempfile.TemporaryDirectory() as folder:
                opened = (str(folder), keystore, alongside.system_clock())
                self.problem(Problem.TryLater, alongside.Replica.open, *opened, code="keystore", words="unlock the phone")
                self.assertEqual(list(pathlib.Path(folder).iterdir()), [])


class ChangedKeys(WithOffice):
    def test_a_changed_key_opens_what_was_recorded_and_the_old_one_opens_nothing(self):
        amina, keystore = self.with_a_record()
        old = keystore.key
        amina.replica.change_key()
        amina.replica.record(self.person, pain(2))
        self.assertNotEqual(keystore.key, old)
        self.assertEqual(list(keystore.keys), [alongside.KeyName.CURRENT])
        amina.replica = None
        self.problem(Problem.ReportFault, amina.open, KeyInMemory(old), code="wrong_key", words="ask the office")
        self.assertEqual(amina.open(keystore).sync_state().waiting, 2)

    def test_a_change_of_the_key_that_the_keystore_cuts_short_is_ended_at_the_next_start(self):
        amina, keystore = self.with_a_record()
        old, keystore.refusals = keystore.key, 1
        self.problem(Problem.TryLater, amina.replica.change_key, code="keystore", words="try again")
        amina.replica.record(self.person, pain(2))
        amina.replica = None
        self.assertEqual((keystore.key, len(keystore.keys)), (old, 2))
        self.assertEqual(amina.open(keystore).sync_state().waiting, 2)
        self.assertNotEqual(keystore.key, old)
        self.assertEqual(len(keystore.keys), 1)

    def with_a_record(self):
        """A phone whose key a shell keeps, with one record that waits."""
        keystore = KeyInMemory()
        amina = Device(self.folder / "amina", keystore=keystore)
        amina.enrol(self.office.ticket(self.staff["amina"]))
        amina.replica.record(self.person, pain(1))
        return amina, keystore


class Catalogue(WithOffice):
    def test_a_recording_screen_can_be_drawn_from_the_catalogue(self):
        amina = self.device("amina").replica
        catalogue = json.loads(amina.catalogue_json())
        self.assertEqual(catalogue["version"], alongside.catalogue_version())
        [kind] = [kind for kind in catalogue["kinds"] if kind["code"] == "pain"]
        [score] = [field for field in kind["fields"] if field["code"] == "score"]
        self.assertEqual(score["type"], {"int": {"min": 0, "max": 10}})
        self.assertEqual(amina.labels("en-GB")["kind.pain.field.score"], score["label"])


if __name__ == "__main__":
    unittest.main()
