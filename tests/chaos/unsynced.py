"""A kill that drops what was not synced, as a loss of power does; and the control, in which the disk lies."""
import os
import struct
import subprocess
from typing import NamedTuple

from company import HERE, Lost, company, pause

CONTROL_ROUNDS_MAX = 40
HEAD = struct.Struct("=4q")


class Power:
    """The power of one process: the library that it is started with, and the logs of what it has not synced."""

    def __init__(self, library, beneath, logs, lies):
        self.logs = logs
        self.logs.mkdir()
        self.environment = {"LD_PRELOAD": str(library), "DISCARD_BENEATH": f"{beneath}/", "DISCARD_LOGS": str(logs)}
        if lies:
            self.environment["DISCARD_LIES"] = "1"

    def cut(self):
        """Plays the logs back, last entry first. How many writes were lost; the process must have ended."""
        writes = 0
        for log in self.logs.iterdir():
            for entry in reversed(list(entries(log.read_bytes()))):
                entry.undo()
                writes += 1
            log.unlink()
        return writes

    def stays(self):
        """Its process was killed, and the power is still on: what was written stays to be synced."""
        for log in self.logs.iterdir():
            ends = [entry.end for entry in entries(log.read_bytes())]
            os.truncate(log, ends[-1] if ends else 0)


class Entry(NamedTuple):
    """What stood in a file before one write or cut, and where the entry ends in its log."""
    path: str
    stood: bytes
    at: int
    size: int
    end: int

    def undo(self):
        """Gives the file what it was."""
        if os.path.exists(self.path):
            with open(self.path, "r+b") as file:
                file.seek(self.at)
                file.write(self.stood)
                file.truncate(self.size)


def entries(log):
    """The entries of a log, but the one that its process died in: it was not acted on."""
    end = 0
    while end + HEAD.size <= len(log):
        path_bytes, stood_bytes, at, size = HEAD.unpack_from(log, end)
        path_at = end + HEAD.size
        stood_at = path_at + path_bytes
        end = stood_at + stood_bytes
        if end > len(log):
            return
        yield Entry(log[path_at:stood_at].decode(), log[stood_at:end], at, size, end)


def discard(seed, rounds, tell):
    """Counts the kills of either side that lost writes; then a disk that lies must lose something acknowledged."""
    counts = {"kills": 0, "lost_writes": 0, "writes": 0}
    with company(seed) as running:
        play(running, rounds, counts, tell)
        running.finish()
        counts["receipted"] = len(running.ledger.receipted)
    return counts | {"control": control(seed)}


def control(seed):
    """What the same search finds where no sync reaches the disk."""
    try:
        with company(seed) as running:
            play(running, CONTROL_ROUNDS_MAX, {"kills": 0, "lost_writes": 0, "writes": 0}, lambda _: None, lies=True)
            running.finish()
    except Lost as lost:
        return str(lost)
    raise Lost("a disk that syncs nothing lost nothing: the search finds no losses")


def play(running, rounds, counts, tell, lies=False):
    library = running.folder / "discard.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "discard.c", "-ldl", "-pthread"], check=True)
    phone = running.phone("carer")
    phone.stop()
    running.office.stop()
    powers = {phone: Power(library, phone.folder, running.folder / "phone's logs", lies),
              running.office: Power(library, running.office.data, running.folder / "server's logs", lies)}
    start(running, phone, powers)
    while counts["lost_writes"] < rounds:
        counts["kills"] += 1
        phone.tell("work", name=f"work {counts['kills']}", syncs_every=running.dice.choice([1, 3]))
        for _ in range(running.dice.randrange(1, 12)):
            phone.hear()
        pause(running.dice, 12)
        struck = running.dice.choice([[phone], [running.office], [phone, running.office]])
        for each in struck:
            each.kill()
        if phone.process is not None:
            phone.kill()  # Only so that it can be asked anew.
            powers[phone].stays()
        lost = sum(powers[each].cut() for each in struck)
        counts["lost_writes"] += lost > 0
        counts["writes"] += lost
        start(running, phone, powers)
        phone.check_own()
        running.check_counts()
        tell(counts["lost_writes"])


def start(running, phone, powers):
    if running.office.process is None:
        try:
            running.office.start(**powers[running.office].environment)
        except RuntimeError as error:
            raise Lost(f"the server does not start after a loss of power: {error}") from error
    if phone.process is None:
        problem = phone.start(**powers[phone].environment)
        if problem:
            raise Lost(f"the phone does not open after a loss of power: {problem}")
