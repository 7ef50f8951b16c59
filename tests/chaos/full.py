"""Full disks: a small disk in memory under the server's data, or under a phone's."""
import contextlib
import os
import pathlib
import subprocess
import tempfile

from company import Lost, company

DISK_MB = 12
LEFT_BYTES_MAX = 60_000
TRIES_MAX = 2_000


class SmallDisk:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ballast = self.folder / "ballast"

    def fill(self, left):
        """Leaves that many bytes free, or a page more."""
        room = os.statvfs(self.folder)
        with self.ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize - left))

    def free(self):
        self.ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk():
    """A mounted disk, which is unmounted at the end. Only root may."""
    with tempfile.TemporaryDirectory(prefix="alongside-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "alongside-chaos", folder]
        subprocess.run(mount, check=True)
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def server(seed, rounds, tell):
    """Counts the rounds in which a sync was refused for want of room."""
    with small_disk() as disk, company(seed, data=disk.folder) as running:
        phones = [running.phone(f"carer {number}") for number in range(2)]
        counts = {"full": 0, "killed_while_full": 0, "not_started_while_full": 0}
        while counts["full"] < rounds:
            starve_server(running, disk, phones, counts)
            tell(counts["full"])
        running.finish()
        return counts | {"receipted": len(running.ledger.receipted)}


def starve_server(running, disk, phones, counts):
    disk.fill(running.dice.randrange(LEFT_BYTES_MAX))
    for attempt in range(TRIES_MAX):
        phone = running.dice.choice(phones)
        phone.record(*[note(phone, counts, attempt, each) for each in range(8)])
        report = phone.sync()
        if report.get("synced") != "UP_TO_DATE":
            break
    else:
        raise Lost("a server without room goes on receipting")
    if report.get("synced") != "NO_ANSWER" or report["reason"] != ["BUSY"]:
        raise Lost(f"a server without room should be busy, and a sync ended with {report}")
    if running.office.process.poll() is not None:
        raise Lost("the server ended when its disk was full")
    counts["full"] += 1
    if running.dice.random() < 0.3:
        restart_while_full(running, counts)
    disk.free()
    if running.office.process is None:
        running.office.start()
    for phone in phones:
        phone.must_sync()
    running.check_counts()


def restart_while_full(running, counts):
    """It starts, or says why not; either way its data stay as they are."""
    running.office.kill()
    counts["killed_while_full"] += 1
    try:
        running.office.start()
    except RuntimeError:
        running.office.process = None
        counts["not_started_while_full"] += 1


def phones(seed, rounds, tell):
    """Counts the rounds in which a record was refused for want of room."""
    with small_disk() as disk, company(seed) as running:
        phone = running.phone("carer", folder=disk.folder)
        other = running.phone("other carer")
        counts = {"full": 0, "syncs_refused": 0, "killed_while_full": 0, "not_opened_while_full": 0}
        while counts["full"] < rounds:
            other.record(*[note(other, counts, 0, each) for each in range(4)])
            other.must_sync()
            starve_phone(running, disk, phone, counts)
            tell(counts["full"])
        running.finish()
        return counts | {"saved": len(running.ledger.saved)}


def starve_phone(running, disk, phone, counts):
    disk.fill(running.dice.randrange(LEFT_BYTES_MAX))
    problem = next(filter(None, (phone.record(note(phone, counts, attempt, 0)) for attempt in range(TRIES_MAX))), None)
    if problem is None:
        raise Lost("a phone without room goes on saving")
    refused_for_room(problem)
    counts["full"] += 1
    report = phone.sync()
    if report.get("synced") not in ("UP_TO_DATE", "DISK"):
        refused_for_room(report)
    counts["syncs_refused"] += report.get("synced") != "UP_TO_DATE"
    if running.dice.random() < 0.3:
        phone.kill()
        counts["killed_while_full"] += 1
        problem = phone.start()
        if problem:
            refused_for_room(problem)
            counts["not_opened_while_full"] += 1
    disk.free()
    if phone.process is None and phone.start():
        raise Lost("a phone that has room again does not open")
    if phone.record(f"{phone.name} has room again {counts['full']}"):
        raise Lost("a phone that has room again does not save")
    phone.must_sync()
    phone.check_own()


def note(phone, counts, attempt, each):
    return f"{phone.name} {counts['full']} {attempt} {each} " + "and so on, " * 150


def refused_for_room(event):
    if event.get("code") != "disk_full" or "room" not in event["words"] and "full" not in event["words"]:
        raise Lost(f"a phone without room should say so, and said {event}")
