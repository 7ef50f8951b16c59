"""A phone as a process of its own: it hosts the bindings over a folder, and says each thing once it is done.

    phone.py FOLDER [PERSON]

Reads commands and answers them, both JSON, one a line. `begin` is said before the call and `saved` or `synced`
after it, so that whoever kills this process knows what lay between.
"""
import asyncio
import json
import sys

import alongside
from devices import Device, fields, pain


def say(**event):
    print(json.dumps(event), flush=True)


def name_of(variant):
    """Of an enum's variant or an error's kind: the last word of its class."""
    return type(variant).__name__.rpartition(".")[2]


class Host:
    def __init__(self, folder):
        self.device = Device(folder)

    def enrol(self, ticket, **_):
        self.device.enrol(ticket)
        say(enrolled=self.device.replica.me().device.hex)

    def record(self, notes, person, **_):
        for note in notes:
            say(begin="record", note=note)
            self.device.replica.record(alongside.PersonId(hex=person), pain(3, note=note))
            say(saved=note)

    def sync(self, times=1, **_):
        async def together():
            return await asyncio.gather(*[self.device.replica.sync() for _ in range(times)])

        say(begin="sync")
        for report in asyncio.run(together()):
            reason = [report.outcome[0].name] if report.outcome.is_NO_ANSWER() else []
            say(synced=name_of(report.outcome), reason=reason, waiting=report.waiting)

    def work(self, name, person, syncs_every, **_):
        """Records for ever, with a sync now and then, until it is killed."""
        number = 0
        while True:
            number += 1
            self.record([f"{name} {number}"], person)
            if number % syncs_every == 0:
                self.sync()

    def history(self, person, **_):
        items = self.device.replica.history(alongside.PersonId(hex=person))
        say(history=[item.body[0].note for item in items if item.body.is_OBSERVATION()])

    def edit(self, entry, person, **_):
        """Adds an entry to the plan."""
        command = alongside.Command.ADD_ENTRY(
            section=alongside.Section.CONTACTS, entry=entry, fields=fields(name=entry, role="other"), order=1)
        self.device.replica.edit_plan(alongside.PersonId(hex=person), [command], "agreed today")
        say(edited=entry)

    def plan(self, person, **_):
        """The entries that `edit` adds, as this phone shows them."""
        view = self.device.replica.plan(alongside.PersonId(hex=person)).view
        say(plan=list(view.sections.get(alongside.Section.CONTACTS, {})))

    def fates(self, **_):
        """What became of each edit of this phone's holder."""
        edits = self.device.replica.own_edits()
        fates = {item.commands[0].entry: item.settled or item.held for item in edits}
        say(fates={entry: name_of(fate.outcome) if fate else None for entry, fate in fates.items()})


def attempt(act, fields):
    try:
        act(**fields)
    except alongside.Problem as problem:
        say(problem=name_of(problem), code=problem.code, words=problem.words)


def main(folder):
    host = None
    try:
        host = Host(folder)
    except alongside.Problem as problem:
        say(problem=name_of(problem), code=problem.code, words=problem.words)
        return 1
    say(open=True)
    for line in sys.stdin:
        command = json.loads(line)
        attempt(getattr(host, command["do"]), command)
        say(end=command["do"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
