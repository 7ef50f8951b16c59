"""kill -9: of the server while a request is in flight, and of a phone while a write or a sync is."""
from company import Lost, company, pause
from proxy import REQUEST_BYTES_MIN, Proxy

PHONES = 3
PHONE_KILLS_MAX = 40


def server(seed, rounds, tell):
    """Counts the kills that broke a request of which bytes had passed, and goes on until there are enough."""
    with company(seed) as office_and_phones:
        proxy = Proxy(("127.0.0.1", int(office_and_phones.office.listen.split(":")[1])))
        try:
            counts = kill_server(office_and_phones, proxy, rounds, tell)
            office_and_phones.finish()
        finally:
            proxy.close()
        return counts | {"receipted": len(office_and_phones.ledger.receipted)}


def kill_server(running, proxy, rounds, tell):
    phones = [running.phone(f"carer {number}", url=proxy.url) for number in range(PHONES)]
    kills = in_flight = 0
    while in_flight < rounds:
        kills += 1
        for number, phone in enumerate(phones):
            phone.record(*[f"{phone.name} {kills} {each}" for each in range(running.dice.randrange(1, 4))])
        before = proxy.asked()
        for phone in phones:
            phone.tell("sync")
        phones[0].hear()
        pause(running.dice, 60)
        asked = proxy.asked() - before
        running.office.kill()
        reports = [phone.rest()[-1] for phone in phones]
        broken = any(report["synced"] == "NO_ANSWER" for report in reports)
        in_flight += broken and asked >= REQUEST_BYTES_MIN
        plain(reports)
        running.office.start()
        running.check_counts()
        tell(in_flight)
    return {"kills": kills, "in_flight": in_flight}


def plain(reports):
    """However a server ends, a sync says so plainly, and never asks for the developers."""
    for report in reports:
        if report["synced"] not in ("UP_TO_DATE", "NO_ANSWER"):
            raise Lost(f"a sync with a server that was killed ended with {report}")


def phones(seed, rounds, tell):
    """Counts the kills after which a call had begun and had not returned."""
    totals = {"kills": 0, "in_flight": 0, "of_writes": 0, "of_syncs": 0}
    while totals["in_flight"] < rounds:
        wanted = min(PHONE_KILLS_MAX, rounds - totals["in_flight"])
        with company(seed + totals["kills"]) as running:
            for what, count in kill_phone(running, wanted).items():
                totals[what] += count
            running.finish()
        tell(totals["in_flight"])
    return totals


def kill_phone(running, rounds):
    phone = running.phone("carer")
    counts = {"kills": 0, "in_flight": 0, "of_writes": 0, "of_syncs": 0}
    while counts["in_flight"] < rounds:
        counts["kills"] += 1
        phone.check_own()
        running.check_counts()
        phone.tell("work", name=f"work {counts['kills']}", syncs_every=running.dice.choice([1, 2, 8]))
        strike_after = running.dice.randrange(1, 12)
        events = [phone.hear() for _ in range(strike_after)]
        pause(running.dice, 12)
        last = (events + phone.kill())[-1]
        counts["in_flight"] += "begin" in last
        counts["of_writes"] += last.get("begin") == "record"
        counts["of_syncs"] += last.get("begin") == "sync"
        problem = phone.start()
        if problem:
            raise Lost(f"a phone that was killed does not open: {problem}")
    return counts
