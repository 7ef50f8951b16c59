"""Every code that a problem can carry comes across the boundary, with the words that say what to do about it.

`Codes` holds that none is forgotten: a new code needs a test here or in its own subject's file.

Run with `cargo xtask test --only "Python package"`.
"""
import contextlib
import datetime
import http.server
import json
import pathlib
import re
import ssl
import threading
import unittest

import alongside
from alongside import Body, Command, Problem, ReasonAbsent, Section, Value
from cases import WithFolder, WithOffice
from devices import Device, fields, observation, pain
from office import Office

TESTS = pathlib.Path(__file__).resolve().parent
SOURCE = TESTS.parents[1] / "bindings" / "src" / "problem.rs"
DAY_MS = 24 * 3_600_000

# What nobody outside can bring about, and where it is shown instead.
NOT_FROM_OUTSIDE = {
    "app_too_old": "needs the database of a later app: core/replica's own tests",
    "database": "SQLite refuses a statement: the simulator's disks",
    "disk_full": "needs a small disk: tests/chaos, full-phone, through this package",
    "proof": "an app that cannot prove its own key: server/tests",
    "shell": "a clock that fails: the core goes on with the machine's own (test_alongside)",
    "unreadable": "a row that an app of ours never wrote: core/replica's own tests",
}


class Codes(unittest.TestCase):
    def test_each_code_is_met_by_a_test_or_cannot_be_met_from_outside(self):
        made = re.compile(r'(?:try_later|enrol|show|fault)\(\s*"(\w+)"|=> \(?"(\w+)"')
        codes = {one or other for one, other in made.findall(SOURCE.read_text())}
        self.assertGreater(len(codes), 50)
        named = set(re.findall(r'"(\w+)"', "".join(file.read_text() for file in TESTS.glob("test_*.py"))))
        self.assertEqual(codes - named, set(), "a code without a test")
        self.assertEqual(set(NOT_FROM_OUTSIDE) - codes, set(), "a code that is gone")


class Observations(WithOffice):
    def test_what_an_observation_lacks_or_says_twice_is_named_with_its_field(self):
        amina = self.device("amina").replica
        for body, code, field, words in [
            (observation("pain", fields(score=3), absent=ReasonAbsent.DECLINED),
             "absent_with_values", "absent", "take one of them out"),
            (observation("goal_progress", {}, absent=ReasonAbsent.NO_ACCESS),
             "reason_not_allowed", "absent", "give one of"),
            (observation("adl_step", fields(step="groom", declined="yes", help="prompt")),
             "ruled_out", "help", "change one of them"),
            (observation("transfer", fields(help="verbal")), "missing", "where", "fill it in"),
            (observation("money_visitors", fields(seen="x")), "use_concern_form", "kind", "concern"),
            (Body.HANDOVER_NOTE(alongside.HandoverNote(text=" ")), "not_said", "text", "say what whoever comes next"),
        ]:
            with self.subTest(code=code):
                raised = self.problem(Problem.ShowAndKeep, amina.record, self.person, body, code=code, words=words)
                self.assertEqual(raised.field, field)
        self.assertEqual(amina.history(self.person), [])

    def test_a_translation_of_a_code_that_is_not_there_is_to_be_corrected(self):
        raised = self.problem(Problem.ShowAndKeep, alongside.labels_of_translation, "{}", code="translation",
                              words="give locale")
        self.assertEqual(raised.field, "translation")


class People(WithOffice):
    def test_a_concern_that_says_nothing_and_one_that_nobody_can_receive_are_kept_on_the_form(self):
        amina = self.device("amina").replica
        nothing, seen = (alongside.Concern(text=text) for text in ("", "He shouted, and she put her hands up"))
        raised = self.problem(Problem.ShowAndKeep, amina.record_concern, self.person, nothing, None, [],
                              code="missing", words="write what you saw")
        self.assertEqual(raised.field, "text")
        self.problem(Problem.ShowAndKeep, amina.record_concern, self.person, seen, None, [],
                     code="nobody_to_tell", words="ring the office")
        self.assertEqual(amina.waiting_concerns(), [])

    def test_a_key_safe_that_is_not_on_this_phone_sends_to_the_office(self):
        amina = self.device("amina").replica
        self.problem(Problem.ShowAndKeep, amina.look_at_key_safe, self.person,
                     code="no_key_safe", words="ring the office")

    def test_a_plan_that_is_not_shared_with_ones_organisation_cannot_be_edited(self):
        sam, beth = self.device("sam"), self.device("beth")
        objects = {name: Value.TEXT(text) for name, text in {
            "organisation": "Northside Community Nursing", "category": "plan", "basis": "public_task",
            "ground": "explicit_consent", "objection": "they need not read it"}.items()} | {
            "objects": Value.BOOL(True)}
        sam.replica.edit_plan(self.person, [Command.ADD_ENTRY(
            section=Section.SHARING, entry="nurses", fields=objects, order=1)], "as she asked")
        sam.sync(), beth.sync()
        asks = Command.ADD_ENTRY(section=Section.ASKED, entry="a1", fields=fields(kind="pain", field="score"), order=1)
        self.problem(Problem.ShowAndKeep, beth.replica.edit_plan, self.person, [asks], "wanted",
                     code="plan_not_shared", words="ask the office")


class Enrolling(WithOffice):
    def test_a_code_of_yesterday_asks_for_another(self):
        self.office.stop()
        self.office.start(ALONGSIDE_TEST_CLOCK="1")
        ticket = self.office.ticket(self.staff["amina"])
        now = int(datetime.datetime.now().timestamp() * 1000)
        self.office.set_clock(now + DAY_MS + 60_000)
        device = Device(self.folder / "amina")
        self.problem(Problem.Enrol, device.enrol, ticket, code="code_expired", words="ask the office for a new one")

    def test_who_guesses_codes_is_told_to_wait(self):
        ticket = json.loads(self.office.ticket(self.staff["amina"]))
        device = Device(self.folder / "amina")
        right = ticket["code"]
        for guess in range(40):
            # The same code with another last part: a guess at its secret.
            guessed = ticket | {"code": right[:-4] + f"{guess:04}"}
            try:
                device.enrol(json.dumps(guessed))
            except Problem.Enrol as problem:
                if problem.code == "too_many_tries":
                    break
                self.assertEqual(problem.code, "code_unknown")
        self.problem(Problem.Enrol, device.enrol, json.dumps(ticket), code="too_many_tries", words="wait")

    def test_a_ticket_with_the_key_of_another_organisation_gets_nothing(self):
        other = Office(self.folder / "other")
        ticket = json.loads(self.office.ticket(self.staff["amina"]))
        [key] = [name for name, value in ticket.items() if value == self.office.root_key.hex()]
        device = Device(self.folder / "amina")
        self.problem(Problem.Enrol, device.enrol, json.dumps(ticket | {key: other.root_key.hex()}),
                     code="not_the_organisation", words="new ticket")
        self.assertIsNone(device.replica.me())

    def test_a_phone_that_was_emptied_enrols_only_after_it_is_opened_anew(self):
        amina = self.device("amina")
        self.office.end_and_wipe(amina.replica.me().device.hex, self.staff["sam"])
        self.assertEqual(amina.sync().outcome, alongside.Outcome.WIPED())
        ticket = self.office.ticket(self.staff["amina"])
        self.problem(Problem.ShowAndKeep, amina.enrol, ticket, code="wiped", words="open it again")
        amina.reopen()
        self.assertEqual(amina.enrol(ticket).name, "Amina")


class Answers(WithOffice):
    """A server that has the organisation's certificate, and says what no server of ours says to a sound phone."""

    def test_a_server_that_is_overloaded_is_tried_later(self):
        with self.answering(503, b""):
            self.problem(Problem.TryLater, Device(self.folder / "amina").enrol, self.waiting,
                         code="busy", words="again")

    def test_an_answer_that_is_none_is_a_fault_and_the_ticket_is_good_afterwards(self):
        device = Device(self.folder / "amina")
        with self.answering(200, b"<html>Welcome to the hotel's network</html>"):
            self.problem(Problem.ReportFault, device.enrol, self.waiting, code="not_understood", words="ask the office")
        self.office.start()
        self.assertEqual(device.enrol(self.waiting).name, "Amina")

    @contextlib.contextmanager
    def answering(self, status, body):
        """In the place of the server stands one that answers each request with this."""
        self.waiting = self.office.ticket(self.staff["amina"])
        self.office.stop()

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        host, _, port = self.office.listen.rpartition(":")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*self.office.certificate())
        with http.server.ThreadingHTTPServer((host, int(port)), Answer) as server:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            serving = threading.Thread(target=server.serve_forever)
            serving.start()
            try:
                yield
            finally:
                server.shutdown()
                serving.join()


class Files(WithFolder):
    def test_a_damaged_database_is_kept_and_help_is_asked_for(self):
        device = Device(self.folder / "amina")
        device.replica = None
        [database] = [file for file in device.folder.iterdir() if file.suffix == ".db"]
        whole = database.read_bytes()
        damaged = whole[:4096] + bytes(len(whole) - 4096)
        database.write_bytes(damaged)
        self.problem(Problem.ReportFault, device.open, code="database_damaged", words="keep the file")
        self.assertEqual(database.read_bytes(), damaged)

    def test_a_database_that_cannot_be_reached_is_a_fault(self):
        device = Device(self.folder / "amina")
        device.replica = None
        [database] = [file for file in device.folder.iterdir() if file.suffix == ".db"]
        database.rename(device.folder / "elsewhere")
        database.mkdir()
        self.problem(Problem.ReportFault, device.open, code="database_unreachable", words="keep the file")
