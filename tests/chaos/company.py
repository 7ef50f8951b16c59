"""The whole company of one scenario: an office, its phones as processes, and the list of what they acknowledged."""
import collections
import contextlib
import json
import os
import pathlib
import queue
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from office import Office
from read_journal import Journal, decode, records_of

HERE = pathlib.Path(__file__).parent
ANSWER_S_MAX = 150
OBSERVATION, NOTE = 1, 7


class Lost(Exception):
    """A promise was broken: something acknowledged is not there, is there twice, or was never written."""


class Ledger:
    """What was begun, said to be saved, and receipted, in a file that no phone and no server knows."""

    def __init__(self, file):
        self.file = file.open("a")
        self.begun, self.saved, self.receipted, self.edited = set(), {}, {}, []

    def _write(self, what, phone, note):
        self.file.write(json.dumps({what: note, "phone": phone}) + "\n")
        self.file.flush()

    def begin(self, phone, note):
        self.begun.add(note)
        self._write("begun", phone, note)

    def save(self, phone, note):
        self.saved[note] = phone
        self._write("saved", phone, note)

    def receipt(self, phone, notes):
        for note in notes:
            if note not in self.receipted:
                self.receipted[note] = phone
                self._write("receipted", phone, note)

    def edit(self, phone, entry):
        self.edited.append(entry)
        self._write("edited", phone, entry)

    def give_up(self, notes):
        """They were only on a disk that is no more."""
        for note in notes:
            del self.saved[note]

    def of(self, phone, notes):
        return {note for note, by in notes.items() if by == phone}


class Phone:
    """Someone's phone: its folder, and the process that has it open, if one does."""

    def __init__(self, company, name, folder):
        self.company, self.name, self.folder = company, name, folder
        self.person, self.ledger = company.person, company.ledger
        self.process = self.heard = self.before_sync = None
        self.device = None

    def start(self, **environment):
        """Opens the app. Gives the problem that it meets, or nothing."""
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "phone.py"), str(self.folder)], env=os.environ | environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.heard = queue.Queue()
        threading.Thread(target=self._listen, args=(self.process, self.heard), daemon=True).start()
        first = self.hear()
        if first is None or "problem" in first:
            self.process.wait()
            self.process = None
            return first or {"problem": "ended", "words": ""}
        return None

    def _listen(self, process, heard):
        for line in process.stdout:
            event = json.loads(line) if line.endswith("\n") else {}
            self._note(event)
            heard.put(event)
        heard.put(None)

    def _note(self, event):
        """Keeps what is acknowledged, at the moment at which it is heard."""
        if "note" in event:
            self.ledger.begin(self.name, event["note"])
        elif "saved" in event:
            self.ledger.save(self.name, event["saved"])
        elif "edited" in event:
            self.ledger.edit(self.name, event["edited"])
        elif event.get("begin") == "sync":
            self.before_sync = self.ledger.of(self.name, self.ledger.saved)
        elif "synced" in event and event["waiting"] == 0:
            self.ledger.receipt(self.name, self.before_sync)

    def hear(self, timeout=ANSWER_S_MAX):
        """The next event, or nothing, again and again, when the process has ended."""
        event = self.heard.get(timeout=timeout)
        if event is None:
            self.heard.put(None)
        return event

    def tell(self, do, **fields):
        self.process.stdin.write(json.dumps({"do": do, "person": self.person, **fields}) + "\n")
        self.process.stdin.flush()

    def rest(self, timeout=ANSWER_S_MAX):
        """The events up to the end of the command, or of the process."""
        events = []
        while True:
            event = self.hear(timeout)
            if event is None or "end" in event:
                return events
            events.append(event)

    def ask(self, do, **fields):
        self.tell(do, **fields)
        return self.rest()

    def record(self, *notes):
        """Records. Gives the problem that it met, or nothing."""
        return next((event for event in self.ask("record", notes=notes) if "problem" in event), None)

    def sync(self, times=1):
        """The outcome of a sync, or the problem."""
        events = [event for event in self.ask("sync", times=times) if "begin" not in event]
        return events[-1] if events else {"problem": "ended"}

    def must_sync(self):
        """A sync after which nothing waits: faults have ended."""
        for _ in range(3):
            report = self.sync()
            if report.get("synced") == "UP_TO_DATE" and report["waiting"] == 0:
                return
        raise Lost(f"{self.name} does not end its syncs when nothing is in the way: {report}")

    def history(self):
        [event] = self.ask("history")
        if "problem" in event:
            raise Lost(f"{self.name} cannot show what it holds: {event}")
        return event["history"]

    def check_own(self):
        """Everything that this phone said it had saved is on it, once; nothing is there that nobody wrote."""
        counts = collections.Counter(self.history())
        missing = [note for note in self.ledger.of(self.name, self.ledger.saved) if counts[note] == 0]
        twice = [note for note, count in counts.items() if count > 1]
        strange = [note for note in counts if note not in self.ledger.begun]
        if missing or twice or strange:
            raise Lost(f"on {self.name}: missing {missing[:3]}, twice {twice[:3]}, never written {strange[:3]}")

    def kill(self):
        """kill -9. Gives the events that it had not been asked about."""
        self.process.kill()
        return self.end()

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.end()

    def end(self):
        self.process.wait()
        events = list(iter(self.hear, None))
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process = None
        return events


class Company:
    """An office with one person, and phones whose holders look after them."""

    def __init__(self, folder, seed, data):
        self.folder, self.dice = pathlib.Path(folder), random.Random(seed)
        self.ledger = Ledger(self.folder / "acknowledged.jsonl")
        self.office = Office(data or self.folder, listen=f"127.0.0.1:{quiet_port()}")
        self.phones = {}
        self.office.start()
        self.person = self.office.add_person()

    def phone(self, name, role="carer", folder=None, url=None):
        """A new enrolled phone of a new member of staff; through another address if one is given."""
        phone = Phone(self, name, (folder or self.folder) / name)
        staff = self.office.add_staff(name, role)
        self.office.add_to_care_team(self.person, staff)
        ticket = json.loads(self.office.ticket(staff))
        ticket["url"] = url or ticket["url"]
        phone.start()
        enrolled = phone.ask("enrol", ticket=json.dumps(ticket))
        if "enrolled" not in enrolled[-1]:
            raise Lost(f"{name} could not enrol: {enrolled[-1]}")
        phone.device = enrolled[-1]["enrolled"]
        phone.must_sync()
        self.phones[name] = phone
        return phone

    def counts(self):
        """How many records by each device the server says it holds."""
        counts = collections.Counter()
        for person in self.office.state()["people"]:
            for stream in person["streams"]:
                counts[stream["author"]] += stream["records"]
        return counts

    def check_counts(self):
        """The server says that it holds at least what it has receipted."""
        counts = self.counts()
        for phone in self.phones.values():
            receipted = len(self.ledger.of(phone.name, self.ledger.receipted))
            if counts[phone.device] < receipted:
                raise Lost(f"the server holds {counts[phone.device]} of {receipted} that it receipted to {phone.name}")

    def check_server(self, *expected):
        """With the reader that shares no code: the journal proves itself and holds each note once."""
        self.office.stop()
        journal = Journal(self.office.data / "alongside.sqlite", self.office.root_key,
                          self.office.data / "identity/store.json")
        with contextlib.closing(journal.tables):
            findings, counts = journal.check(), collections.Counter(notes_of(journal))
        if findings:
            raise Lost(f"the reader finds: {findings[0]}, and {len(findings) - 1} more")
        missing = [note for acknowledged in expected for note in acknowledged if counts[note] == 0]
        twice = [note for note, count in counts.items() if count > 1]
        strange = [note for note in counts if note not in self.ledger.begun]
        if missing or twice or strange:
            raise Lost(f"on the server: missing {missing[:3]} of {len(missing)}, twice {twice[:3]}, "
                       f"never written {strange[:3]}")
        self.office.start()

    def finish(self):
        """Faults have ended: each phone syncs, and all that was ever saved is on its phone and on the server."""
        for phone in self.phones.values():
            if phone.process is None and phone.start():
                raise Lost(f"{phone.name} does not open when nothing is in the way")
            phone.must_sync()
            phone.check_own()
        self.check_server(self.ledger.saved, self.ledger.receipted)

    def close(self):
        for phone in self.phones.values():
            phone.stop()
        self.office.kill()


def notes_of(journal):
    """The note of each observation in the server's database."""
    for run in journal.tables.execute("SELECT * FROM run"):
        for record in records_of(run):
            if decode(record["header"])[0] == OBSERVATION:
                yield decode(record["body"])[NOTE]


def quiet_port():
    """A free port that the system gives to no outgoing connection: a phone could else connect to itself."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)  # Others may play the same seed at once.
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


@contextlib.contextmanager
def company(seed, data=None):
    """A company in a folder that is removed at the end; the server's data may be elsewhere."""
    with tempfile.TemporaryDirectory(prefix="alongside-chaos-") as made:
        running = Company(made, seed, data)
        try:
            yield running
        finally:
            running.close()


def pause(dice, ms_max):
    """Real processes are struck in real time: how long the stroke waits is the dice's."""
    time.sleep(dice.uniform(0, ms_max) / 1000)


def copy(source, to):
    """Puts a copy of a folder where another stood."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(source, to)
