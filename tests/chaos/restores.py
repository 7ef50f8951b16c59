"""Old copies put back: of a phone's folder, also on a second phone, and of the server's database from a backup."""
import shutil

from company import Lost, Phone, company, copy


def phones(seed, rounds, tell):
    """What was receipted, or is in the copy, is there in the end; what was only on the disk that was replaced is not."""
    with company(seed) as running:
        phone, other = running.phone("carer"), running.phone("other carer")
        counts = {"restores": 0, "clones": 0, "receipted_after_the_copy": 0, "gone_with_the_disk": 0}
        for number in range(1, rounds + 1):
            restore_phone(running, phone, number, counts)
            other.record(f"{other.name} {number}")
            for each in (phone, other):
                each.must_sync()
                each.check_own()
            running.check_counts()
            counts["restores"] += 1
            tell(number)
        running.finish()
        return counts | {"receipted": len(running.ledger.receipted)}


def restore_phone(running, phone, number, counts):
    dice, ledger, old = running.dice, running.ledger, running.folder / "copy"
    write(phone, f"before {number}", dice)
    phone.stop()
    copy(phone.folder, old)
    in_copy = set(ledger.of(phone.name, ledger.saved))
    phone.start()
    for part in range(dice.randrange(1, 4)):
        write(phone, f"after {number} {part}", dice)
    phone.kill()
    only_here = ledger.of(phone.name, ledger.saved) - in_copy - set(ledger.receipted)
    counts["receipted_after_the_copy"] += len(ledger.of(phone.name, ledger.receipted) - in_copy)
    counts["gone_with_the_disk"] += len(only_here)
    ledger.give_up(only_here)
    copy(old, phone.folder)
    phone.start()
    if number % 2 == 0:
        counts["clones"] += 1
        clone = Phone(running, phone.name, running.folder / "clone")
        copy(old, clone.folder)
        clone.start()
        write(clone, f"clone {number}", dice)
        write(phone, f"beside a clone {number}", dice)
        clone.must_sync()
        clone.stop()
        shutil.rmtree(clone.folder)
    write(phone, f"again {number}", dice)


def write(phone, name, dice):
    """Some records, and perhaps a sync."""
    phone.record(*[f"{phone.name} {name} {each}" for each in range(dice.randrange(1, 4))])
    if dice.random() < 0.5:
        phone.must_sync()


def server(seed, rounds, tell):
    """Phones bring back what came after the backup, also an edit that only its author's phone still knows."""
    with company(seed) as running:
        carers = [running.phone("carer"), running.phone("other carer")]
        supervisor = running.phone("supervisor", role="supervisor")
        counts = {"restores": 0, "edits_after_the_backup": 0, "records_after_the_backup": 0}
        for number in range(1, rounds + 1):
            restore_server(running, carers, supervisor, number, counts)
            for phone in [*carers, supervisor, *carers, supervisor]:
                phone.must_sync()
            running.check_counts()
            if running.office.state()["awaited"]:
                raise Lost("every phone has been heard after a restore, and somebody is still awaited")
            counts["restores"] += 1
            tell(number)
        running.finish()
        check_edits(running, supervisor, carers[0])
        return counts | {"receipted": len(running.ledger.receipted)}


def restore_server(running, carers, supervisor, number, counts):
    dice, office, ledger = running.dice, running.office, running.ledger
    for carer in carers:
        write(carer, f"before {number}", dice)
    backup = running.folder / f"backup {number}"
    office.run("backup", "--data", str(office.data), "--to", str(backup))
    receipted = len(ledger.receipted)
    for carer in carers:
        write(carer, f"after {number}", dice)
    if number % 3 > 0:
        supervisor.ask("edit", entry=f"entry {number}")
        supervisor.must_sync()
        counts["edits_after_the_backup"] += 1
    counts["records_after_the_backup"] += len(ledger.receipted) - receipted
    office.kill()
    office.run("restore", "--data", str(office.data), "--from", str(backup))
    for replaced in office.data.glob("*replaced*"):
        replaced.unlink()
    for old in running.folder.glob(f"backup {number - 1}*"):
        old.unlink()
    office.start()


def check_edits(running, supervisor, carer):
    """Each edit was accepted, says the phone that made it, and is in the plan that another phone shows."""
    [fates] = supervisor.ask("fates")
    carer.must_sync()
    [plan] = carer.ask("plan")
    for entry in running.ledger.edited:
        if fates["fates"].get(entry) != "ACCEPTED" or entry not in plan["plan"]:
            raise Lost(f"the edit {entry} is {fates['fates'].get(entry)}; in the plan: {entry in plan['plan']}")
