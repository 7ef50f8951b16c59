"""Real processes under chaos: `cargo xtask chaos [--only NAME] [--rounds PER_CENT] [--seed S]`.

The server and each phone are processes; this one, a third, hears what they acknowledge, strikes, and then looks for
all of it. 100 rounds are the full counts. The last line is JSON; the exit status is 0 only if nothing was lost.
"""
import argparse
import json
import os
import sys
import time

import cuts
import full
import kills
import lines
import restores
import unsynced
from company import Lost

# What each scenario does at 100 rounds.
SCENARIOS = {
    "kill-server": (kills.server, 600),
    "kill-phone": (kills.phones, 400),
    "full-server": (full.server, 50),
    "full-phone": (full.phones, 50),
    "lines": (lines.lines, 100),
    "discard-unsynced": (unsynced.discard, 100),
    "restored-phone": (restores.phones, 100),
    "restored-server": (restores.server, 100),
    "destroyed-phone": (cuts.destroyed, 20),
}


def main(arguments):
    parser = argparse.ArgumentParser(prog="cargo xtask chaos")
    parser.add_argument("--only", choices=SCENARIOS)
    parser.add_argument("--rounds", type=int, default=100, help="per cent of the full counts")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    os.environ["ALONGSIDE_LOG"] = "off"  # What goes wrong here is meant to.
    results, lost = {}, 0
    for name in [given.only] if given.only else SCENARIOS:
        results[name] = play(name, given)
        lost += "lost" in results[name]
    print(json.dumps({"seed": given.seed, "rounds": given.rounds, "lost": lost, "scenarios": results}))
    return 1 if lost else 0


def play(name, given):
    scenario, full = SCENARIOS[name]
    count = max(1, full * given.rounds // 100)
    started = time.monotonic()
    print(f"{name}: {count}", flush=True)
    try:
        counts = scenario(given.seed, count, progress(name, count))
    except Lost as lost:
        counts = {"lost": str(lost)}
        print(f"{name}: LOST: {lost}\n"
              f"again with: cargo xtask chaos --only {name} --rounds {given.rounds} --seed {given.seed}", flush=True)
    counts["seconds"] = round(time.monotonic() - started, 1)
    print(f"{name}: {counts}", flush=True)
    return counts


def progress(name, count):
    """Says how far it is at each quarter."""
    told = {0}

    def tell(done):
        quarter = 4 * done // count
        if quarter not in told:
            told.add(quarter)
            print(f"{name}: {done} of {count}", flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
