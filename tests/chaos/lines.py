"""Bad lines: connections that are reset, stalled, slow, or cut at any byte, between real processes."""
import collections

from company import Lost, company
from proxy import Fault, Proxy

KINDS = ["reset", "stall", "trickle", "cut", "cut", "cut"]
STRIKES_AFTER_BYTES_MAX = {"up": 4_000, "down": 6_000}
STALL_S_MAX = 2.0
# Longer than the phone keeps a silent connection.
LONG_STALL_S = 70.0
LONG_STALL_FROM = 50


def lines(seed, rounds, tell):
    """Each round two phones sync at once through lines of their own; it counts the faults that struck, by kind."""
    with company(seed) as running:
        server = ("127.0.0.1", int(running.office.listen.split(":")[1]))
        proxies = [Proxy(server), Proxy(server)]
        try:
            counts = spoil(running, proxies, rounds, tell)
            running.finish()
        finally:
            for proxy in proxies:
                proxy.close()
        return counts | {"receipted": len(running.ledger.receipted)}


def spoil(running, proxies, rounds, tell):
    phones = [running.phone(f"carer {number}", url=proxy.url) for number, proxy in enumerate(proxies)]
    counts, number = collections.Counter(), 0
    while counts["struck"] < rounds:
        number += 1
        long_stall = rounds >= LONG_STALL_FROM and number == 1
        for phone, proxy in zip(phones, proxies):
            proxy.begin_again(fault(running.dice, long_stall))
            phone.record(*[f"{phone.name} {number} {each}" for each in range(running.dice.randrange(1, 5))])
            phone.tell("sync", times=running.dice.choice([1, 1, 2]))
        for phone, proxy in zip(phones, proxies):
            for report in phone.rest():
                if "synced" in report:
                    plain(report)
                    counts[report["synced"].lower()] += 1
            for kind in proxy.struck():
                counts["struck"] += 1
                counts[kind] += 1
            proxy.begin_again(Fault())
            phone.must_sync()
        running.check_counts()
        tell(counts["struck"])
    return dict(counts)


def fault(dice, long_stall):
    if long_stall:
        return Fault("stall", "down", 1_000, LONG_STALL_S)
    kind, way = dice.choice(KINDS), dice.choice(["up", "down"])
    return Fault(kind, way, dice.randrange(STRIKES_AFTER_BYTES_MAX[way]), dice.uniform(0.2, STALL_S_MAX))


def plain(report):
    if report["synced"] == "UP_TO_DATE" or report["reason"] in (["UNREACHABLE"], ["BUSY"]):
        return
    raise Lost(f"a sync over a bad line ended with {report}")
