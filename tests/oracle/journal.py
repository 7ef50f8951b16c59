"""What is known of one person: records with their corrected times, in the order of folds; observations as they hold;
the versions of the plan; the roster; who was heard when.
"""
import heapq
import json

from values import leaf_kind, leaves


class Entry:
    """A record with its corrected times."""

    def __init__(self, record):
        self.ref = (record["author"], record["epoch"], record["number"])
        self.written = record["recorded"]
        self.effective = record["recorded"]
        observed = record["observed"]
        self.seen_written = self.written if observed is None else observed
        self.observed = min(self.seen_written, self.effective)
        self.by, self.kind, self.body = record["by"], record["kind"], record["body"]
        self.plan_seen = record["plan_seen"]

    def shift(self, add_ms):
        self.effective = self.written + add_ms
        self.observed = min(self.seen_written + add_ms, self.effective)

    @property
    def key(self):
        return (self.observed, self.effective, self.ref)

    @property
    def site(self):
        return self.body.get("site")


def ref_of(value):
    """The name of a record, from the form that bodies have."""
    return (value["author"], value["epoch"], value["number"])


def named(ref):
    return {"author": ref[0], "epoch": ref[1], "number": ref[2], "channel": "care"}


def names_absence(entry):
    """The instant of the absence that it names: an act is not folded before it."""
    return entry.body.get("about", {"matched": {}})["matched"].get("absence", entry.effective)


class Trigger:
    """One definition of a trigger, in one version of the plan."""

    def __init__(self, code, fields):
        self.id, self.fields = code, fields
        self.condition = json.loads(fields["condition"])
        self.contact, self.urgency = fields["contact"], fields["urgency"]


class Version:
    """One accepted version of the plan."""

    def __init__(self, plan):
        self.version, self.accepted, self.sections = plan["version"], plan["accepted"], plan["sections"]
        self.triggers = {code: Trigger(code, entry["fields"]) for code, entry in self.section("triggers").items()}
        self.status = self.section("safety").get("main", {"fields": {}})["fields"].get("status", "at_home")

    def section(self, name):
        return self.sections.get(name, {})

    def ordered(self, name):
        rows = sorted(self.section(name).items(), key=lambda row: (row[1]["order"], row[0]))
        return [(code, row["fields"]) for code, row in rows]


class Journal:
    """One person's history, read."""

    def __init__(self, history, naive=frozenset(), known_by=None, now=None, reads=None):
        self.history, self.naive = history, naive
        self.now = history["now"] if now is None else now
        self.versions = sorted((Version(plan) for plan in history["plans"]), key=lambda plan: plan.version)
        entries = [Entry(record) for record in history["records"]]
        self.note_definitions()
        self.store = history["store"]
        self.correct_times(entries)
        self.note_known(entries)
        if known_by is not None:
            entries = [entry for entry in entries if self.known_at(entry) <= known_by]
            # A pure function over plan and records: when a device was heard without a record is neither.
            self.last_heard = self.read_heard([], entries)
            entries = [entry for entry in entries if self.is_read(entry, *reads)]
        self.entries = self.in_fold_order(entries)
        self.by_ref = {entry.ref: entry for entry in self.entries}
        self.place = {entry.ref: place for place, entry in enumerate(self.entries)}
        self.join_corrections()
        self.read_roster()
        if known_by is None:
            self.last_heard = self.read_heard(history["heard"], entries)
        self.known_of = {}
        for entry in self.entries:
            self.known_of.setdefault(entry.ref[0], []).append(self.known_at(entry))

    def correct_times(self, entries):
        """Times are replaced once, by the store: of two about one record the earlier holds."""
        said = sorted((entry for entry in entries if entry.kind == "times" and entry.ref[0] == self.store),
                      key=lambda entry: entry.ref)
        shifted = set()
        at = {entry.ref: entry for entry in entries}
        for entry in said:
            body = entry.body
            for place in range(body["first"], body["last"] + 1):
                ref = (body["author"], body["epoch"], place)
                if ref in at and ref not in shifted:
                    shifted.add(ref)
                    at[ref].shift(body["add_ms"])

    def note_known(self, entries):
        self.came = {}
        for entry in entries:
            if entry.kind == "received" and entry.ref[0] == self.store:
                body = entry.body
                for place in range(body["first"], body["last"] + 1):
                    ref = (body["author"], body["epoch"], place)
                    self.came[ref] = min(body["at"], self.came.get(ref, body["at"]))

    def known_at(self, entry):
        """When the server knew of it. Nothing is known before it was recorded."""
        return max(self.came.get(entry.ref, entry.effective), entry.effective)

    def names(self, entry):
        body = entry.body
        if entry.kind == "observation" and body.get("corrects"):
            return ref_of(body["corrects"]["record"])
        if "about" in body and "record" in body["about"]["matched"]:
            return ref_of(body["about"]["matched"]["record"])
        return None

    def in_fold_order(self, entries):
        """By (effective time, stream, number), never before a record that they name."""
        here = {entry.ref for entry in entries}
        waiting, ready = {}, []
        for entry in entries:
            entry.place = max(entry.effective, names_absence(entry))
            name = self.names(entry)
            if name in here and name != entry.ref:
                waiting.setdefault(name, []).append(entry)
            else:
                ready.append((entry.place, entry.ref, entry))
        heapq.heapify(ready)
        order = []
        while ready:
            _, _, entry = heapq.heappop(ready)
            order.append(entry)
            for next_ in waiting.pop(entry.ref, []):
                # reading: one that names a later record is taken as at that one's time.
                next_.place = max(next_.place, entry.place)
                heapq.heappush(ready, (next_.place, next_.ref, next_))
        return order

    def join_corrections(self):
        """A correction supersedes; all of a chain are one observation, the last in the order of folds holds."""
        self.root_of, chains = {}, {}
        for entry in self.entries:
            if entry.kind != "observation":
                continue
            name = self.names(entry)
            # The name stays that of the first, also where that one is not here.
            root = self.root_of.get(name, name) if name else entry.ref
            self.root_of[entry.ref] = root
            chains.setdefault(root, []).append(entry)
        self.chains = chains
        self.holding = [chain[-1] for chain in chains.values()]
        self.of_kind = {}
        for entry in sorted(self.holding, key=lambda entry: entry.key):
            self.of_kind.setdefault(entry.body["kind"], []).append(entry)

    def root(self, ref):
        return self.root_of.get(ref, ref)

    def at_version(self, version):
        return next((plan for plan in reversed(self.versions) if plan.version <= version), None)

    def in_force(self, at):
        return next((plan for plan in reversed(self.versions) if plan.accepted <= at), None)

    def note_definitions(self):
        """Since when each version's trigger has had its condition: an edit of its words does not make it another."""
        before = None
        self.codes_on = {}
        for plan in self.versions:
            for code, trigger in plan.triggers.items():
                same = before and code in before.triggers and before.triggers[code].condition == trigger.condition
                trigger.since = before.triggers[code].since if same else plan.accepted
                for leaf in leaves(trigger.condition):
                    self.codes_on.setdefault(leaf_kind(leaf), set()).add(code)
            before = plan

    def at_home(self, at):
        plan = self.in_force(at)
        return plan is None or plan.status == "at_home"

    def at_home_all_the_time(self, from_, to):
        return self.at_home(from_) and all(
            plan.status == "at_home" for plan in self.versions if from_ < plan.accepted <= to)

    def homecomings(self):
        return [plan.accepted for before, plan in zip(self.versions, self.versions[1:])
                if before.status != "at_home" and plan.status == "at_home"]

    @staticmethod
    def is_read(entry, from_, to, planned_to):
        """Whether a week's summary reads it: nothing of days after the week, but for the roster."""
        if entry.kind == "visit_planned":
            return from_ <= entry.body["start"] < planned_to
        return from_ <= entry.effective and entry.observed < to

    @staticmethod
    def read_heard(devices, entries):
        heard = {}
        for one in devices:
            heard[one["staff"]] = max(one["at"], heard.get(one["staff"], one["at"]))
        for entry in entries:
            heard[entry.by] = max(entry.effective, heard.get(entry.by, entry.effective))
        return heard

    def silent(self, staff, at):
        return self.last_heard.get(staff, -(1 << 62)) < at

    def read_roster(self):
        self.roster = {}
        for entry in self.entries:
            if entry.kind == "visit_planned":
                self.roster[entry.body["visit"]] = {"cancelled": False, **entry.body}
