"""Escalations: runs of matches between closings (R4), with what was done and whether in time (R5)."""
import json

from journal import named, ref_of
from local_time import DAY, MINUTE, end_of_day
from offers import offers
from triggers import Triggers


def in_time(at, due, now):
    """One of the two facts of a deadline (R5)."""
    if at is not None:
        return "yes" if at <= due else "no"
    return "no" if now > due else "pending"


class Run:
    """An escalation in the making."""

    def __init__(self, definition, raised, about):
        self.definition, self.raised, self.about = definition, raised, about
        self.matches, self.attempts, self.responses, self.closings = [], [], [], []
        self.answered, self.dues = False, []


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
        run.answered = run.answered or (key in self.gone and self.gone[key].answered)
        if not run.answered:
            # reading: until somebody answers, a match that joins may ask for an earlier answer, never for a later one.
            run.dues.append(self.person.due(match["definition"], match["raised"]))

    def take_act(self, entry):
        """Attempts and answers join the escalation of the match that they name, wherever it stands. A closing ends what
        is raised by then; one of a match that is raised later ends nothing (reading).
        """
        run = self.named_by(entry)
        if entry.kind != "closing":
            self.acts.append(entry)
            run.answered = run.answered or entry.kind == "response"
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


class Escalations(Triggers):
    """Folds matches and acts into escalations."""

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
        answer_due = min(run.dues, default=self.due(trigger, raised))
        first = min(run.responses, key=lambda one: one.effective, default=None)
        over = bool(run.closings) or not run.matches
        state = ("overtaken" if not run.matches else "closed" if run.closings
                 else "answered" if first else "raised")
        promise = self.promise(run)
        deadline = promise["by"] if promise else answer_due
        done = in_time(first and first.effective, answer_due, self.now)
        known = done if "R5" in self.naive else in_time(first and self.known_at(first), answer_due, self.now)
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
            "offers": None if over else offers(self.in_force(self.now), trigger.contact, run.attempts, self.now,
                                               "R5" in self.naive),
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
                "in_time": in_time(kept, promise["by"], self.now)}
