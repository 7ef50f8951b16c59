"""Every page cut at every boundary, and the phone destroyed: what was receipted proves itself in the server's database."""
import shutil

from company import company


def destroyed(seed, rounds, tell):
    """For each k up to the number of rounds: pages of k records, each with a sync, and a rest that no page has."""
    with company(seed) as running:
        for size in range(1, rounds + 1):
            phone = running.phone(f"carer {size}")
            notes = [f"{phone.name} {number}" for number in range(rounds)]
            for first in range(0, rounds, size):
                phone.record(*notes[first:first + size])
                if first + size <= rounds:
                    phone.must_sync()
            phone.kill()
            shutil.rmtree(phone.folder)
            del running.phones[phone.name]
            tell(size)
        running.check_server(running.ledger.receipted)
        ledger = running.ledger
        return {"phones": rounds, "receipted": len(ledger.receipted), "saved_only": len(ledger.saved) - len(ledger.receipted)}
