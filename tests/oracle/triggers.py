"""What meets a trigger: conditions (R1, R7), by which plan (R3), and absences (R2)."""
import datetime

from journal import Journal
from local_time import DAY, HOUR, at_local, local, minutes
from values import compares, fields_of_kinds, leaf_kind, leaves, number


class Triggers(Journal):
    """Judges observations, and their absence."""

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

    def lapse(self, code, done, since, due, is_opening, within, cannot_tell):
        """Nobody could tell when it was due; records that came in later show that it was done."""
        if "R2" in self.naive or any(self.known_at(one) <= due for one in within):
            return
        first = [one for one in done if one.observed == since]
        if first and not is_opening and all(self.known_at(one) > due for one in first):
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
        end = self.now if until is None else min(until - 1, self.now)
        done = [entry for entry in self.of_kind.get(what["kind"], []) if self.has_value(entry)
                and ("of" not in what or self.meets(what["of"], entry))]
        for opens, closes in self.windows(what, exists, end):
            over = set()
            begins = [max(opens, exists)] + [at for at in self.homecomings() + [one.observed for one in done]
                                             if max(opens, exists) < at < closes]
            for since, due in self.stretches(sorted(set(begins)), what, min(closes, end), from_):
                if not self.at_home_all_the_time(since, due):
                    continue
                within = [one for one in done if since < one.observed <= due]
                if within:
                    # The record begins another stretch: the one before is over at its first due time.
                    if since not in over:
                        over.add(since)
                        self.lapse(code, done, since, due, since == opens, within, cannot_tell)
                    continue
                ring = [] if "R2" in self.naive else [
                    staff for staff in self.rostered(since, due) if self.silent(staff, since)]
                if ring:
                    cannot_tell.append({"trigger": code, "since": since, "due": due, "ring": ring, "lapsed": None})
                else:
                    matches.append({"trigger": code, "matched": {"absence": due}, "raised": due, "observed": due,
                                    "earlier_plan": False, "definition": self.in_force(due).triggers[code]})
