"""The rules of care R1 to R8, from their words alone: escalations, visits, aligned notes and weekly summaries of one
history. It shares no code with the product, reads only the catalogue's data, and takes its time: everything is looked
up anew from plain lists.

`naive` names rules to leave out. An answer that then differs was decided by that rule.
"""
import bisect
import datetime
import functools
import heapq
import json
import pathlib
from fractions import Fraction
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
DATA = pathlib.Path(__file__).parents[2] / "core/domain/catalogue"
RULES = ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8")


@functools.cache
def fields_of_kinds():
    kinds = json.loads((DATA / "catalogue.json").read_text())["kinds"]
    return {kind["code"]: {field["code"]: field for field in kind["fields"]} for kind in kinds}


@functools.cache
def bank_holidays():
    return frozenset(json.loads((DATA / "bank_holidays.json").read_text())["days"])


# The local calendar


def local(at):
    return datetime.datetime.fromtimestamp(at // 1000, LONDON)


@functools.cache
def at_local(day, minute):
    """When the clock on the wall shows `minute` on `day`; in the hour that spring skips, the first moment after it."""
    wanted = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minute)
    while True:
        stamp = wanted.replace(tzinfo=LONDON).timestamp()
        if datetime.datetime.fromtimestamp(stamp, LONDON).replace(tzinfo=None) == wanted:
            return int(stamp * 1000)
        wanted += datetime.timedelta(minutes=30)


def minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def end_of_day(at):
    """23:59:59 of the local day."""
    return at_local(local(at).date() + datetime.timedelta(days=1), 0) - 1000


def monday(at):
    day = local(at).date()
    return day - datetime.timedelta(days=day.weekday())


def is_open(hours, at, closed_interval=False):
    """R5: hours are half-open."""
    if hours is None:
        return True
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    now = local(at)
    holiday = hours.get("bank_holidays", "as_usual")
    if holiday == "all_day" and str(now.date()) in bank_holidays():
        return True
    for span in hours["open"]:
        begin, end = minutes(span["from"]), minutes(span["to"])
        for day in (now.date() - datetime.timedelta(days=1), now.date()):
            if names[day.weekday()] not in span.get("days", names):
                continue
            if holiday == "closed" and str(day) in bank_holidays():
                continue
            last = day if end > begin else day + datetime.timedelta(days=1)
            from_, to = at_local(day, begin), at_local(last, end)
            if from_ <= at < to or (closed_interval and at == to):
                return True
    return False


# Values


def number(value, field):
    """A number that can be compared: the number itself, or the rank of a code."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, dict):
        return Fraction(value["digits"], 10 ** value["places"])
    for code in field["type"].get("codes", []):
        if code["code"] == value and "rank" in code:
            return Fraction(code["rank"])
    return None


def compares(op, value, operand, field):
    equal = lambda other: value == other or (
        number(value, field) is not None and number(value, field) == number(other, field))
    if op == "is":
        return equal(operand)
    if op == "is_not":
        return not equal(operand)
    if op == "is_one_of":
        return any(equal(one) for one in operand)
    left, right = number(value, field), number(operand, field)
    if left is None or right is None:
        return False
    return {"at_least": left >= right, "at_most": left <= right, "over": left > right, "under": left < right}[op]


def leaves(condition):
    for name in ("any", "all"):
        if name in condition:
            return [leaf for inner in condition[name] for leaf in leaves(inner)]
    return [condition]


def leaf_kind(leaf):
    (name, what), = leaf.items()
    return what["of"]["kind"] if name in ("count", "run") else what["kind"]


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
    return (value["author"], value["epoch"], value["number"])


def named(ref):
    return {"author": ref[0], "epoch": ref[1], "number": ref[2], "channel": "care"}


class Trigger:
    """One definition of a trigger, in one version of the plan."""

    def __init__(self, code, fields):
        self.id, self.fields = code, fields
        self.condition = json.loads(fields["condition"])
        self.contact, self.urgency = fields["contact"], fields["urgency"]


class Version:
    def __init__(self, plan):
        self.version, self.accepted, self.sections = plan["version"], plan["accepted"], plan["sections"]
        self.triggers = {code: Trigger(code, entry["fields"]) for code, entry in self.section("triggers").items()}
        self.status = self.section("safety").get("main", {"fields": {}})["fields"].get("status", "at_home")

    def section(self, name):
        return self.sections.get(name, {})

    def ordered(self, name):
        rows = sorted(self.section(name).items(), key=lambda row: (row[1]["order"], row[0]))
        return [(code, row["fields"]) for code, row in rows]


class Person:
    """Everything that is known of one person, and what the rules say of it."""

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
            entries = [entry for entry in entries if self.known_at(entry) <= known_by
                       and reads[0] <= (entry.body["start"] if entry.kind == "visit_planned" else entry.effective)
                       and (entry.kind != "visit_planned" or entry.body["start"] < reads[1])]
        self.entries = self.in_fold_order(entries)
        self.by_ref = {entry.ref: entry for entry in self.entries}
        self.place = {entry.ref: place for place, entry in enumerate(self.entries)}
        self.join_corrections()
        self.read_roster()
        self.last_heard = self.read_heard()
        self.known_of = {}
        for entry in self.entries:
            self.known_of.setdefault(entry.ref[0], []).append(self.known_at(entry))

    # Times, knowledge and order (design: views)

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

    # Observations and corrections (D2)

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

    def value(self, entry, kind, field):
        """The value as conditions read it. R7: a declined meal was eaten 0; what was not offered has no value."""
        if entry.body["kind"] != kind:
            return None
        rule, fields = fields_of_kinds()[kind][field], entry.body["fields"]
        if "R7" not in self.naive:
            unless = rule.get("not_when")
            if unless and fields.get(unless["field"]) == unless["is"]:
                return None
            if entry.body.get("absent") == "declined" and "declined_is" in rule:
                return rule["declined_is"]
        return fields.get(field)

    def measure(self, entry, kind, field):
        return number(self.value(entry, kind, field), fields_of_kinds()[kind][field])

    def meets(self, compare, entry):
        value = self.value(entry, compare["kind"], compare["field"])
        field = fields_of_kinds()[compare["kind"]][compare["field"]]
        return value is not None and compares(compare["op"], value, compare["value"], field)

    def earlier(self, entry, kind, from_):
        """Observations of a kind before this one by observed time, from a moment on."""
        return [one for one in self.of_kind.get(kind, [])
                if one.observed >= from_ and one.key < entry.key and one.ref != entry.ref
                and self.root(one.ref) != self.root(entry.ref)]

    # Conditions (D3)

    def judge(self, condition, entry, raised_before, in_all=False):
        """Whether the observation meets the condition. It must itself meet a part of it (reading)."""
        if not in_all and "all" in condition and not any(
                leaf_kind(leaf) == entry.body["kind"] and self.judge(leaf, entry, raised_before)
                for leaf in leaves(condition)):
            return False
        if "any" in condition:
            return any(self.judge(inner, entry, raised_before, in_all) for inner in condition["any"])
        if "all" in condition:
            return all(self.judge(inner, entry, raised_before, True) for inner in condition["all"])
        kind = leaf_kind(condition)
        if entry.body["kind"] != kind:
            if not in_all:
                return False
            # "all of" over several kinds: the latest of the other kind within a day.
            before = self.earlier(entry, kind, entry.observed - DAY)
            if not before:
                return False
            entry = before[-1]
        (name, what), = condition.items()
        return getattr(self, f"judge_{name}")(what, entry, raised_before)

    def judge_compare(self, what, entry, _):
        return self.meets(what, entry)

    def judge_absence(self, what, entry, _):
        return False

    def judge_change(self, what, entry, raised_before):
        """R1."""
        kind, field = what["kind"], what["field"]
        value = self.measure(entry, kind, field)
        if value is None:
            return False
        by = number(what["by"], {"type": {}})
        window = self.earlier(entry, kind, entry.observed - what["within_hours"] * HOUR)
        base = [one for one in window if self.measure(one, kind, field) is not None]
        if "R1" in self.naive:
            base = base[-1:]
        else:
            base = [one for one in base if one.site == entry.site]
            if raised_before is not None:
                old = [one for one in base if one.key <= raised_before]
                base = old[-1:] + [one for one in base if one.key > raised_before]
        values = [self.measure(one, kind, field) for one in base]
        if not values:
            return False
        return value - min(values) >= by if what["direction"] == "up" else max(values) - value >= by

    def judge_count(self, what, entry, _):
        if not self.meets(what["of"], entry):
            return False
        window = self.earlier(entry, what["of"]["kind"], entry.observed - what["within_hours"] * HOUR)
        return 1 + sum(self.meets(what["of"], one) for one in window) >= what["at_least"]

    def judge_run(self, what, entry, _):
        of = what["of"]
        if not self.meets(of, entry):
            return False
        before = [one for one in self.earlier(entry, of["kind"], entry.observed - 31 * DAY)
                  if one.site == entry.site and self.value(one, of["kind"], of["field"]) is not None]
        last = before[len(before) - (what["times"] - 1):] if len(before) >= what["times"] - 1 else None
        return last is not None and all(self.meets(of, one) for one in last)

    # Which plan (R3)

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

    def definitions(self, entry):
        """(trigger, earlier plan) that the observation is judged by, per trigger in this order."""
        seen, force = self.at_version(entry.plan_seen), self.in_force(entry.observed)
        if "R3" in self.naive:
            plan = self.in_force(entry.effective)
            return [(code, trigger, False) for code, trigger in sorted(plan.triggers.items())] if plan else []
        found = []
        for code in sorted(self.codes_on.get(entry.body["kind"], ())):
            own = seen.triggers.get(code) if seen else None
            if own and own.since <= entry.observed:
                found.append((code, own, False))
            then = force.triggers.get(code) if force else None
            if then is None or (own and own.condition == then.condition):
                continue
            newer = seen is None or force.version > seen.version
            # reading: where the carer's plan holds a condition that is younger than what she saw, that of then counts.
            if newer or (own and own.since > entry.observed):
                found.append((code, then, newer))
        return found

    # Absence (R2)

    def at_home(self, at):
        plan = self.in_force(at)
        return plan is None or plan.status == "at_home"

    def at_home_all_the_time(self, from_, to):
        return self.at_home(from_) and all(
            plan.status == "at_home" for plan in self.versions if from_ < plan.accepted <= to)

    def homecomings(self):
        return [plan.accepted for before, plan in zip(self.versions, self.versions[1:])
                if before.status != "at_home" and plan.status == "at_home"]

    def read_heard(self):
        heard = {}
        for one in self.history["heard"]:
            heard[one["staff"]] = max(one["at"], heard.get(one["staff"], one["at"]))
        for entry in self.entries:
            heard[entry.by] = max(entry.effective, heard.get(entry.by, entry.effective))
        return heard

    def silent(self, staff, at):
        return self.last_heard.get(staff, -(1 << 62)) < at

    def has_value(self, entry):
        return entry.body.get("absent") is None

    def rostered(self, from_, to):
        """Staff of the planned visits whose windows touch the time (reading)."""
        return sorted({staff for visit in self.roster.values() if not visit["cancelled"]
                       and from_ <= visit["window_end"] and visit["start"] < to for staff in visit["staff"]})

    def absence_matches(self):
        matches, cannot_tell = [], []
        for code in sorted({code for plan in self.versions for code in plan.triggers}):
            exists, before = None, None
            for from_, until, trigger in self.periods(code):
                exists = exists if before == from_ else from_
                before = until
                for leaf in leaves(trigger.condition):
                    if "absence" in leaf:
                        self.absences_of(code, leaf["absence"], (exists, from_, until), matches, cannot_tell)
        return matches, cannot_tell

    def periods(self, code):
        """The times in which the trigger had one condition: (from, until, definition)."""
        found = []
        for place, plan in enumerate(self.versions):
            until = self.versions[place + 1].accepted if place + 1 < len(self.versions) else None
            trigger = plan.triggers.get(code)
            if trigger is None:
                continue
            if found and found[-1][1] == plan.accepted and found[-1][2].condition == trigger.condition:
                found[-1] = (found[-1][0], until, found[-1][2])
            else:
                found.append((plan.accepted, until, trigger))
        return found

    def windows(self, what, from_, to):
        if "between" not in what or "R2" in self.naive:
            return [(from_, to + 1)]
        opens, closes = (minutes(text) for text in what["between"])
        day, found = local(from_).date() - datetime.timedelta(days=1), []
        while at_local(day, 0) <= to:
            last = day if closes > opens else day + datetime.timedelta(days=1)
            found.append((at_local(day, opens), at_local(last, closes)))
            day += datetime.timedelta(days=1)
        return found

    def lapse(self, code, done, since, due, within, cannot_tell):
        """Nobody could tell when it was due; records that came in later show that it was done."""
        if "R2" in self.naive or any(self.known_at(one) <= due for one in within):
            return
        first = [one for one in done if one.observed == since]
        if first and all(self.known_at(one) > due for one in first):
            return
        # reading: silent is the device that recorded it; one that came in meanwhile would have brought it.
        if not any(self.came_in(one.ref[0], since, due) for one in within):
            cannot_tell.append({"trigger": code, "since": since, "due": due, "ring": sorted({one.by for one in within}),
                                "lapsed": min(self.known_at(one) for one in within)})

    def came_in(self, device, from_, to):
        """Whether anything of a device came in then."""
        return any(from_ <= at <= to for at in self.known_of.get(device, []))

    def stretches(self, begins, what, to, from_):
        """(since, due) of each; without a daily window again after each further stretch (decision 0009)."""
        for since in begins:
            # reading: a condition that was changed is asked at once about a stretch that began before.
            due = max(since + what["hours"] * HOUR, from_)
            while due <= to:
                yield since, due
                if "between" in what:
                    break
                due += what["hours"] * HOUR

    def absences_of(self, code, what, span, matches, cannot_tell):
        exists, from_, until = span
        end = self.now if until is None else min(until, self.now)
        done = [entry for entry in self.of_kind.get(what["kind"], []) if self.has_value(entry)]
        for opens, closes in self.windows(what, exists, end):
            begins = [max(opens, exists)] + [at for at in self.homecomings() + [one.observed for one in done]
                                             if max(opens, exists) < at < closes]
            for since, due in self.stretches(sorted(set(begins)), what, min(closes, end), from_):
                if not self.at_home_all_the_time(since, due):
                    continue
                within = [one for one in done if since < one.observed <= due]
                if within:
                    self.lapse(code, done, since, due, within, cannot_tell)
                    continue
                ring = [] if "R2" in self.naive else [
                    staff for staff in self.rostered(since, due) if self.silent(staff, since)]
                if ring:
                    cannot_tell.append({"trigger": code, "since": since, "due": due, "ring": ring, "lapsed": None})
                else:
                    matches.append({"trigger": code, "due": due, "matched": {"absence": due}, "raised": due, "observed": due,
                                    "earlier_plan": False, "definition": self.in_force(due).triggers[code]})

    # Escalations (R4, R5)

    def escalations(self):
        fold = Fold(self)
        absences, cannot_tell = self.absence_matches()
        absences.sort(key=lambda match: (match["raised"], match["trigger"]))
        for entry in self.entries:
            while absences and absences[0]["raised"] <= entry.place:
                fold.take_match(absences.pop(0))
            fold.take(entry)
        for match in absences:
            fold.take_match(match)
        fold.join_acts()
        runs = [self.shown(run) for run in fold.runs]
        runs.sort(key=lambda run: (run["raised"], run["trigger"]))
        cannot_tell.sort(key=lambda one: (one["due"], one["trigger"]))
        return {"list": runs, "cannot_tell": cannot_tell}

    def due(self, trigger, raised):
        """R5."""
        urgency = trigger.urgency
        if urgency == "next_visit":
            starts = [visit["start"] for visit in self.roster.values()
                      if not visit["cancelled"] and visit["start"] > raised]
            return min(starts) if starts else end_of_day(raised)
        if urgency == "same_day":
            return raised + DAY if "R5" in self.naive else end_of_day(raised)
        return raised + urgency * MINUTE

    def shown(self, run):
        raised, trigger = run.raised, run.definition
        answer_due = self.due(trigger, raised)
        first = min(run.responses, key=lambda one: one.effective, default=None)
        over = bool(run.closings) or not run.matches
        state = ("overtaken" if not run.matches else "closed" if run.closings
                 else "answered" if first else "raised")
        promise = self.promise(run)
        deadline = promise["by"] if promise else answer_due
        done = in_time(first and first.effective, answer_due, over, self.now)
        known = done if "R5" in self.naive else in_time(first and self.known_at(first), answer_due, over, self.now)
        return {
            "trigger": trigger.id, "raised": raised,
            "raised_by": run.matches[0]["matched"] if run.matches else run.about,
            "matches": run.matches, "attempts": [named(one.ref) for one in run.attempts],
            "responses": [named(one.ref) for one in run.responses], "promise": promise,
            "closed": named(run.closings[0].ref) if run.closings else None,
            "closed_again": [named(one.ref) for one in run.closings[1:]],
            "state": state, "answer_due": answer_due, "due": deadline,
            "done_in_time": done, "known_in_time": known,
            "response_minutes": max(0, first.effective - raised) // MINUTE if first else None,
            "overdue": self.overdue(run, first, promise, answer_due),
        }

    def overdue(self, run, first, promise, answer_due):
        if run.closings or not run.matches:
            return False
        if promise:
            return promise["kept"] is None and self.now > promise["by"]
        return first is None and self.now > answer_due

    def promise(self, run):
        """R5: done when the promised person arrives or rings, not when the escalation is closed."""
        made = [one for one in run.responses if one.body.get("promise")]
        if not made or "R5" in self.naive:
            return None
        last = made[-1]
        promise = last.body["promise"]
        staff = promise.get("staff")
        # reading: rings is "answers again" about this escalation (decision 0009).
        kept = [entry.observed for entry in self.entries
                if entry.kind == "visit_arrived" and entry.observed >= last.effective
                and (entry.by == staff if staff else entry.body["visit_kind"] == "clinical")]
        kept += [one.effective for one in run.responses if one.effective > last.effective
                 and (one.body["from"] == last.body["from"] or (staff and one.by == staff))]
        kept = min(kept, default=None)
        return {"staff": staff, "by": promise["by"], "made": last.effective, "kept": kept,
                "in_time": in_time(kept, promise["by"], False, self.now)}

    # Visits (R6)

    def read_roster(self):
        self.roster = {}
        for entry in self.entries:
            if entry.kind == "visit_planned":
                self.roster[entry.body["visit"]] = {"cancelled": False, **entry.body}

    def visits(self):
        arrivals, leavings = {}, {}
        for entry in self.entries:
            if entry.kind == "visit_arrived":
                arrivals.setdefault(entry.body["visit"], []).append(entry)
            if entry.kind == "visit_left":
                leavings.setdefault(entry.body["visit"], []).append(entry)
        found = []
        for visit in set(self.roster) | set(arrivals) | set(leavings):
            came = sorted(arrivals.get(visit, []), key=lambda entry: entry.key)
            left = sorted(leavings.get(visit, []), key=lambda entry: entry.key)
            found += self.visit(visit, self.roster.get(visit), came, left)
        found.sort(key=lambda one: (one["at"], one["id"], one["planned"] is None))
        return found

    def missed_at(self, planned):
        # reading: the next planned visit of the same kind, care or clinical (decision 0009).
        starts = [other["start"] for other in self.roster.values() if not other["cancelled"]
                  and other["visit_kind"] == planned["visit_kind"] and other["start"] > planned["start"]]
        return min([planned["start"] + 2 * HOUR] + starts)

    def visit(self, visit, planned, came, left):
        made = lambda planned_, came_, left_, state, **more: {
            "id": visit, "planned": planned_ and planned_["start"], "arrivals": [named(one.ref) for one in came_],
            "leavings": [named(one.ref) for one in left_], "state": {"state": state, **more},
            "kind": planned["visit_kind"] if planned else came[0].body["visit_kind"] if came else "care",
            "at": came_[0].observed if came_ else planned_["start"] if planned_ else left_[0].observed,
            "tells": self.tells(state, more), "came": came_ and came_[0].observed,
            "stays": [(one.by, one.observed, self.left_at(one, left_)) for one in came_]}
        if planned is None:
            return [made(None, came, left, "unplanned")]
        if "R6" in self.naive:
            return [made(planned, came, left, "arrived" if came else "expected", **({"late": False} if came else {}))]
        window_end, missed_at = planned["window_end"], self.missed_at(planned)
        if came and came[0].observed <= missed_at:
            return [made(planned, came, left, "arrived", late=came[0].observed > window_end)]
        if came:
            return self.visit(visit, planned, [], []) + [made(None, came, left, "unplanned")]
        # reading: a visit taken off the roster to which somebody came in time has been made.
        if planned["cancelled"]:
            return [made(planned, [], left, "cancelled")]
        if not self.at_home(planned["start"]):
            return [made(planned, [], left, "paused")]
        if self.now <= window_end:
            return [made(planned, [], left, "expected")]
        tell_at = window_end + 30 * MINUTE
        # reading: the devices must have been heard up to the moment in question (decision 0009).
        if any(self.silent(staff, window_end if self.now < missed_at else missed_at) for staff in planned["staff"]):
            return [made(planned, [], left, "unknown", tell_at=tell_at)]
        if self.now < missed_at:
            return [made(planned, [], left, "late", tell_at=tell_at)]
        return [made(planned, [], left, "missed", at=missed_at)]

    def left_at(self, came, left):
        """When somebody left; who has not said so, stays until they arrive again (reading)."""
        left = [one.observed for one in left if one.by == came.by]
        again = [one.observed - 1 for one in self.entries
                 if one.kind == "visit_arrived" and one.by == came.by and one.observed > came.observed]
        return min(left + again, default=1 << 62)

    def tells(self, state, more):
        if state in ("late", "unknown"):
            return self.now >= more["tell_at"]
        return state == "missed"

    # Aligned notes (D4)

    def aligned(self, escalations):
        visits = self.visits()
        begun = {}
        for visit in sorted(visits, key=lambda visit: visit["id"]):
            if visit["kind"] == "clinical" and visit["arrivals"]:
                begun.setdefault(visit["came"], visit)
        bounds = [(None, None)] + sorted(begun.items())
        segments = []
        for place, (from_, visit) in enumerate(bounds):
            to = bounds[place + 1][0] if place + 1 < len(bounds) else None
            within = lambda at, from_=from_, to=to: (from_ is None or at >= from_) and (to is None or at < to)
            asked = self.asked_in(from_, self.now if to is None else to)
            segment = self.segment(within, visits, escalations, asked)
            if visit is None and not self.says_anything(segment):
                continue
            segment.update({"opened_by": visit and visit["id"], "from": from_, "to": to})
            segments.append(segment)
        return segments

    def says_anything(self, segment):
        return any(trend["values"] for trend in segment["asked"]) or any(
            segment[part] for part in ("others", "triggers", "visits", "notes", "absences"))

    def asked_in(self, from_, to):
        """What was asked for at any time of the segment, in the order of the newest plan that asks for it (reading)."""
        plans = [plan for plan in self.versions if plan.accepted < to and plan.accepted <= self.now
                 and (from_ is None or plan.accepted >= from_)]
        if from_ is not None and self.in_force(from_):
            plans.insert(0, self.in_force(from_))
        return list(dict.fromkeys(item for plan in reversed(plans) for item in self.asked_by(plan)))

    def asked_by(self, plan):
        return [(fields["kind"], fields["field"]) for _, fields in plan.ordered("asked")] if plan else []

    def segment(self, within, visits, escalations, asked):
        seen = sorted((entry for entry in self.holding if within(entry.observed)), key=lambda entry: entry.key)
        trends = {}
        for entry in seen:
            for field, value in entry.body["fields"].items():
                trends.setdefault((entry.body["kind"], field, entry.site or ""), []).append((entry, value))
        shown = lambda key, values: {
            "kind": key[0], "field": key[1], "site": key[2] or None,
            "values": [{"record": named(entry.ref), "at": entry.observed, "value": value} for entry, value in values],
            "way": self.way(key, values)}
        of_asked = []
        for kind, field in asked:
            keys = sorted(key for key in trends if key[:2] == (kind, field)) or [(kind, field, "")]
            of_asked += [shown(key, trends.get(key, [])) for key in keys]
        here = [visit for visit in visits
                if visit["kind"] == "care" and within(visit["at"]) and visit["at"] <= self.now]
        return {
            "asked": of_asked,
            "others": [shown(key, values) for key, values in sorted(trends.items()) if key[:2] not in asked],
            "gaps": [gap for visit in here for gap in self.gaps(visit)],
            "triggers": [(one["trigger"], one["raised"]) for one in escalations["list"]
                         if within(one["matches"][0]["observed"] if one["matches"] else one["raised"])],
            "visits": [(visit["id"], visit["state"]) for visit in here],
            "visits_missed": sum(visit["state"]["state"] == "missed" for visit in here),
            "notes": [named(entry.ref) for entry in seen if entry.body.get("note") or entry.body.get("quoted")],
            "absences": [named(entry.ref) for entry in seen if entry.body.get("absent")],
        }

    def way(self, key, values):
        if not values:
            return "not_recorded"
        if len(values) == 1:
            return "once"
        field = fields_of_kinds()[key[0]][key[1]]
        first, last = values[0][1], values[-1][1]
        left, right = number(first, field), number(last, field)
        if left is not None and right is not None:
            return "same" if left == right else "up" if left < right else "down"
        return "same" if first == last else "different"

    def gaps(self, visit):
        """What was asked for at a care visit that somebody made, and not recorded at it."""
        if not visit["arrivals"]:
            return []
        at = visit["came"]
        found = []
        for kind, field in self.asked_by(self.in_force(at)):
            here = [entry for entry in self.holding if entry.body["kind"] == kind and self.is_at(entry, visit)]
            if any(field in entry.body["fields"] for entry in here):
                continue
            reasons = [entry.body["absent"] for entry in sorted(here, key=lambda entry: entry.key)
                       if entry.body.get("absent")]
            found.append({"visit": visit["id"], "at": at, "kind": kind, "field": field,
                          "reason": reasons[0] if reasons else None})
        return found

    def is_at(self, entry, visit):
        """Made at the visit: it says so, or it says nothing and was seen by who was there, while they were."""
        if entry.body.get("visit"):
            return entry.body["visit"] == visit["id"]
        return any(staff == entry.by and from_ <= entry.observed <= to for staff, from_, to in visit["stays"])

    # Weekly summaries (D5, R8)

    def week_from(self, first):
        if "R8" in self.naive:
            return int(datetime.datetime.combine(first, datetime.time(), datetime.timezone.utc).timestamp() * 1000)
        return at_local(first, 0)

    def levels(self, goal, first):
        """The levels of a goal in the week that begins on `first`, by observed time."""
        from_, to = self.week_from(first), self.week_from(first + datetime.timedelta(days=7))
        found = []
        for entry in self.of_kind.get("goal_progress", []):
            level = self.measure(entry, "goal_progress", "level")
            if level is not None and entry.body["fields"].get("goal") == goal and from_ <= entry.observed < to:
                found.append((entry, int(level)))
        return found

    def level(self, goal, first):
        """The week's median, ties to the worse; fewer than 3 records have none."""
        levels = sorted(level for _, level in self.levels(goal, first))
        if "R8" in self.naive:
            return levels[(len(levels) - 1) // 2] if levels else None
        return levels[len(levels) // 2] if len(levels) >= 3 else None

    def compared_with(self, goal, fields, first, week_1):
        """The latest week up to the one that begins on `first` that has a level, else the baseline."""
        while first >= week_1:
            level = self.level(goal, first)
            if level is not None:
                return level
            first -= datetime.timedelta(days=7)
        return fields.get("baseline")

    def goal_week(self, goal, fields, first, week_1):
        week = datetime.timedelta(days=7)
        levels = self.levels(goal, first)
        level = self.level(goal, first)
        last_week = self.compared_with(goal, fields, first - week, week_1)
        return {"goal": goal, "levels": [(named(entry.ref), level_) for entry, level_ in levels], "level": level,
                "last_week": last_week, "state": self.goal_state(goal, fields, first, week_1, levels, level, last_week)}

    def goal_state(self, goal, fields, first, week_1, levels, level, last_week):
        week = datetime.timedelta(days=7)
        if len(levels) < 3:
            return "too_few"
        target = fields.get("target")
        if target is not None and len(levels) >= 6 and all(one <= target for _, one in levels):
            return "achieved"
        if last_week is not None and level != last_week:
            return "improving" if level < last_week else "declining"
        before = fields.get("baseline") if first == week_1 + week else self.compared_with(
            goal, fields, first - 2 * week, week_1)
        records = len(levels) + len(self.levels(goal, first - week))
        if first > week_1 and before is not None and level >= before and records >= 8:
            return "stalled"
        return "steady"

    def week_1(self, goal):
        """The week in which work on the goal began."""
        since = next(plan for plan in self.versions if goal in plan.section("goals"))
        starts = [plan.section("goals")[goal]["fields"].get("starts_on") for plan in self.versions[::-1]
                  if goal in plan.section("goals")][0]
        if starts:
            day = datetime.date.fromisoformat(starts)
            return day - datetime.timedelta(days=day.weekday())
        return monday(since.accepted)

    def goals_of_week(self, at, plan):
        """Of the goals that are worked on by then."""
        return [self.goal_week(goal, fields, monday(at), self.week_1(goal))
                for goal, fields in plan.ordered("goals") if self.week_1(goal) <= monday(at)]

    def weekly(self, at, known_by):
        """The summary of the week that holds the moment, as it was known by then."""
        first = monday(at)
        from_, to = self.week_from(first), self.week_from(first + datetime.timedelta(days=7))
        # reading: a summary looks back six weeks, and knows the roster up to a day after its week.
        reads = [self.week_from(first + datetime.timedelta(days=days)) for days in (-42, 8)]
        known = Person(self.history, self.naive, known_by=known_by, now=min(known_by, to), reads=reads)
        plan = known.in_force(min(known_by, to - 1))
        if plan is None:
            return None
        visits = [visit for visit in known.visits()
                  if visit["kind"] == "care" and from_ <= (visit["planned"] or visit["at"]) < to]
        counts = {"kept": 0, "late": 0, "missed": 0, "unknown": 0, "unplanned": 0}
        for visit in visits:
            state = visit["state"]
            name = state["state"] if state["state"] != "arrived" else "late" if state["late"] else "kept"
            if name in counts:
                counts[name] += 1
        return {
            "plan": plan.version,
            "goals": known.goals_of_week(at, plan),
            "visits": counts,
            "escalations": [(one["trigger"], one["raised"], one["response_minutes"], one["state"])
                            for one in known.escalations()["list"] if from_ <= one["raised"] < to],
            "falls": [named(entry.ref) for entry in known.of_kind.get("fall", []) if from_ <= entry.observed < to],
        }


def names_absence(entry):
    """The instant of the absence that it names: an act is not folded before it."""
    return entry.body.get("about", {"matched": {}})["matched"].get("absence", entry.effective)


def in_time(at, due, over, now):
    """One of the two facts of a deadline (R5)."""
    if at is not None:
        return "yes" if at <= due else "no"
    return "no" if over or now > due else "pending"


class Run:
    def __init__(self, definition, raised, about):
        self.definition, self.raised, self.about = definition, raised, about
        self.matches, self.attempts, self.responses, self.closings = [], [], [], []


class Fold:
    """Goes through the records in their order: matches, and what was done about them."""

    def __init__(self, person):
        self.person = person
        self.runs, self.acts, self.open, self.of_match, self.gone, self.raised_before = [], [], {}, {}, {}, {}

    def take(self, entry):
        if entry.kind == "observation":
            self.take_observation(entry)
        elif entry.kind in ("contact_attempt", "response", "closing"):
            self.take_act(entry)

    def take_observation(self, entry):
        """A chain of corrections is one observation. It matches if it does as it holds, and is raised by the first of
        the chain that meets the trigger: nobody could know of it before.
        """
        person = self.person
        holding = person.chains[person.root(entry.ref)][-1]
        met = set()
        for code, trigger, earlier_plan in person.definitions(entry):
            base = self.raised_before.get(code)
            # reading: what holds is judged by the definitions of the record that it corrects.
            if code not in met and all(person.judge(trigger.condition, one, base) for one in {entry, holding}):
                met.add(code)
                self.take_match({"trigger": code, "matched": {"record": named(person.root(entry.ref))},
                                 "raised": entry.place, "observed": entry.observed,
                                 "earlier_plan": earlier_plan, "definition": trigger, "entry": entry})

    def take_match(self, match):
        code = match["trigger"]
        key = (code, json.dumps(match["matched"]))
        if key in self.of_match:
            return
        run = self.open.get(code)
        if run is None or "R4" in self.person.naive:
            run = Run(match["definition"], match["raised"], match["matched"])
            self.runs.append(run)
            self.open[code] = run
        self.of_match[key] = run
        run.matches.append(match)

    def take_act(self, entry):
        """Attempts and answers join the escalation of the match that they name, wherever it stands. A closing ends what
        is raised by then; one of a match that is raised later ends nothing (reading).
        """
        run = self.named_by(entry)
        if entry.kind != "closing":
            self.acts.append(entry)
            return
        run.closings.append(entry)
        code = entry.body["about"]["trigger"]
        if self.open.get(code) is run:
            del self.open[code]
        if run.matches and "entry" in run.matches[0] and len(run.closings) == 1:
            key = run.matches[0]["entry"].key
            self.raised_before[code] = max(key, self.raised_before.get(code, key))

    def join_acts(self):
        for entry in sorted(self.acts, key=lambda entry: self.person.place[entry.ref]):
            run = self.named_by(entry)
            (run.attempts if entry.kind == "contact_attempt" else run.responses).append(entry)
        self.runs = [run for run in self.runs if run.matches or run.attempts or run.responses or run.closings]

    def named_by(self, entry):
        about = entry.body["about"]
        matched = about["matched"]
        if "record" in matched:
            matched = {"record": named(self.person.root(ref_of(matched["record"])))}
        key = (about["trigger"], json.dumps(matched))
        if key in self.of_match:
            return self.of_match[key]
        if key not in self.gone:
            self.gone[key] = self.overtaken(about["trigger"], matched, entry)
        return self.gone[key]

    def overtaken(self, code, matched, act):
        """Somebody acted on a match that holds no more: it is shown."""
        person = self.person
        if "record" in matched:
            entry = person.by_ref.get(ref_of(matched["record"]))
            raised = (entry or act).effective
        else:
            raised = matched["absence"]
        plan = person.in_force(raised)
        definition = plan.triggers.get(code) if plan else None
        if definition is None:
            definition = next(plan.triggers[code] for plan in reversed(person.versions) if code in plan.triggers)
        run = Run(definition, raised, matched)
        self.runs.append(run)
        return run
