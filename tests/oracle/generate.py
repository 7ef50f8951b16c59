"""Makes a person's history from a seed: a plan that changes, visits, and about 500 records by five devices.

The five clocks: right, three days fast, in 1970, running backwards, two minutes off. What a device writes are the
times that its clock shows, unless it has heard the server since it started; the store corrects most of them by
`times` records, and says by `received` records what came in late. The history is data that both sides read.
"""
import datetime
import json
import random
import sys
from zoneinfo import ZoneInfo

import oracle

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CLOCKS = ("right", "fast", "in_1970", "backwards", "two_minutes_off")
MONDAYS = (datetime.date(2026, 3, 16), datetime.date(2026, 10, 12), datetime.date(2027, 3, 15))
DAYS = 28
STORE = "ff" * 16
STORE_EPOCH = "0f" * 8
SITES = (None, "sacrum", "left_heel")
STRIKE = ("none", "under_25", "25_to_75", "over_75", "leaking")
EATEN = ("none", "quarter", "half", "three_quarters", "all")
LEVELS = ("independent", "prompting", "supervision", "help_of_one", "help_of_two", "not_possible")
MOODS = ("as_usual", "quieter", "tearful", "talks_less")


def local(day, minutes):
    """The moment at which the clock on the wall shows so many minutes since midnight, or the first one after."""
    naive = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)
    for _ in range(4):
        aware = naive.replace(tzinfo=LONDON)
        stamp = aware.timestamp()
        if datetime.datetime.fromtimestamp(stamp, LONDON).replace(tzinfo=None) == naive:
            return int(stamp * 1000)
        naive += datetime.timedelta(minutes=30)
    raise ValueError("no such local time")


class Device:
    def __init__(self, number, staff, clock):
        self.author = f"{number:02x}" * 16
        self.epoch = f"{number:02x}" * 8
        self.staff = staff
        self.clock = clock
        self.syncs = []

    def shows(self, true, start):
        """What its clock shows at a moment."""
        return {
            "right": true,
            "fast": true + 3 * DAY,
            "in_1970": true - start + 5 * HOUR,
            "backwards": start + 10 * DAY - (true - start),
            "two_minutes_off": true + 2 * MINUTE,
        }[self.clock]


class Maker:
    """One history in the making. An event has the moment at which it truly was recorded, and truly was seen."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.first = self.random.choice(MONDAYS)
        self.start = local(self.first, 0)
        self.now = local(self.first + datetime.timedelta(days=DAYS), self.random.randrange(0, 20 * 60, 15))
        self.events = []
        self.visits = []
        self.make_devices()
        self.make_plans()

    def chance(self, p):
        return self.random.random() < p

    def day(self, number):
        return self.first + datetime.timedelta(days=number)

    # Devices

    def make_devices(self):
        clocks = list(CLOCKS)
        self.random.shuffle(clocks)
        staff = [f"a{n}" * 16 for n in range(5)]
        if self.chance(0.3):
            staff[2] = staff[0]
        self.devices = [Device(n + 1, staff[n], clocks[n]) for n in range(5)]
        self.carers, self.nurse, self.office = self.devices[:3], self.devices[3], self.devices[4]
        for device in self.devices:
            self.make_syncs(device)

    def make_syncs(self, device):
        at = self.start - 2 * DAY
        silent_from = self.now + 1
        if self.chance(0.5):
            silent_from = self.now - self.random.randrange(3 * HOUR, 12 * DAY)
        device.silent_from = silent_from
        while at < min(self.now, silent_from):
            device.syncs.append(at)
            long = self.chance(0.04)
            at += int(self.random.expovariate(1 / (40 * HOUR if long else 4 * HOUR))) + 1000

    # The plan

    def conditions(self):
        """Each kind of condition, with thresholds that a history of some weeks meets now and then."""
        pick, by = self.random.choice, self.random.randint
        strike = {"kind": "wound_dressed", "field": "strike_through", "op": "at_least", "value": pick(STRIKE[2:])}
        meals = {"kind": "meal", "field": "eaten", "op": "at_most", "value": pick(EATEN[:2])}
        colour = ["cloudy_cream", "green"]
        drunk = {"kind": "fluid", "field": "drink_ml", "op": "over", "value": 0}
        return {
            "strike": {"compare": strike},
            "pain_up": {"change": {"kind": "wound_dressed", "field": "pain_rest", "direction": "up",
                                   "by": by(2, 4), "within_hours": pick((24, 48, 72))}},
            "weight_down": {"change": {"kind": "weight", "field": "weight_kg", "direction": "down",
                                       "by": {"digits": pick((10, 15, 20)), "places": 1},
                                       "within_hours": pick((96, 168))}},
            "strike_up": {"change": {"kind": "wound_dressed", "field": "strike_through", "direction": "up",
                                     "by": by(1, 3), "within_hours": pick((24, 48))}},
            "meals": {"count": {"of": meals, "at_least": by(2, 3), "within_hours": pick((24, 48))}},
            "mood": {"run": {"of": {"kind": "mood", "field": "mood", "op": "is_not", "value": "as_usual"},
                             "times": by(2, 3)}},
            "wet": {"run": {"of": {"kind": "wound_dressed", "field": "dressing", "op": "is_one_of",
                                   "value": ["wet", "off"]}, "times": 2}},
            "no_drink": {"absence": {"kind": "fluid", "hours": by(3, 9), "between": pick(
                (["08:00", "22:00"], ["07:30", "20:00"], ["09:00", "18:30"])), **pick(({}, {"of": drunk}))}},
            "no_meal": {"absence": {"kind": "meal", "hours": pick((24, 30, 40))}},
            "night": {"absence": {"kind": "position", "hours": by(4, 7), "between": ["21:00", "07:00"]}},
            "smell_or_colour": {"any": [
                {"compare": {"kind": "wound_dressed", "field": "fluid_colour", "op": "is_one_of", "value": colour}},
                {"change": {"kind": "wound_dressed", "field": "smell", "direction": "up", "by": 1,
                            "within_hours": 48}}]},
            "fall": {"all": [
                {"compare": {"kind": "fall", "field": "head_hit", "op": "is_not", "value": "no"}},
                {"compare": {"kind": "fall", "field": "floor_min", "op": "over", "value": 5}}]},
            "pain_and_mood": {"all": [
                {"compare": {"kind": "pain", "field": "score", "op": "at_least", "value": by(4, 7)}},
                {"any": [
                    {"compare": {"kind": "mood", "field": "mood", "op": "is_not", "value": "as_usual"}},
                    {"compare": {"kind": "pain", "field": "grimace", "op": "is", "value": "yes"}}]}]},
            "drink_or_refused": {"any": [
                {"absence": {"kind": "fluid", "hours": by(5, 10), "between": ["08:00", "21:00"], "of": drunk}},
                {"compare": {"kind": "fluid", "field": "refused", "op": "is", "value": "yes"}}]},
        }

    def trigger(self, code, condition):
        fields = {
            "name": f"Trigger {code}",
            "condition": json.dumps(condition, separators=(",", ":")),
            "contact": self.random.choice(("district_nursing", "gp", "coordinator")),
            "urgency": self.random.choice((30, 60, 240, "same_day", "same_day", "next_visit")),
            "say": "Say what was seen",
        }
        return {"order": 0, "fields": fields}

    def contacts(self):
        nurses = json.dumps({"open": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "17:30"},
                                      {"days": ["sat", "sun"], "from": "09:00", "to": "12:00"}],
                             "bank_holidays": self.random.choice(("as_usual", "closed"))})
        night = json.dumps({"open": [{"from": "17:30", "to": "08:00"}], "bank_holidays": "all_day"})
        practice = json.dumps({"open": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:30",
                                         "to": "18:00"}], "bank_holidays": "closed",
                               **self.random.choice(({}, {"nation": "scotland"}, {"nation": "northern_ireland"}))})
        rows = [
            ("nurses", {"role": "district_nursing", "name": "Nurses", "hours": nurses, "out_of_hours": "night"}),
            ("night", {"role": "out_of_hours_nursing", "name": "Night nurses", "hours": night}),
            ("practice", {"role": "gp", "name": "Practice", "hours": practice}),
            ("office", {"role": "coordinator", "name": "Office", "staff": self.office.staff}),
            ("oncall", {"role": "on_call", "name": "On call"}),
        ]
        return {code: {"order": place, "fields": fields} for place, (code, fields) in enumerate(rows)}

    def goal(self, text, order):
        baseline = self.random.randint(2, 4)
        fields = {"text": text, "baseline": baseline, "target": self.random.randint(0, baseline)}
        if self.chance(0.2):
            del fields["baseline"]
        if self.chance(0.2):
            fields["starts_on"] = str(self.day(self.random.randint(0, 9)))
        return {"order": order, "fields": fields}

    def make_plans(self):
        all_conditions = self.conditions()
        codes = sorted(all_conditions)
        self.random.shuffle(codes)
        must = [code for code in ("pain_up", "meals", "no_drink") if self.chance(0.85)]
        now_in = list(dict.fromkeys(must + codes))[:7]
        asked = {"kind": "wound_dressed", "field": "pain_rest"}
        telephone = {"telephone": "01632 960001"} if self.seed % 2 else {}
        sections = {
            "safety": {"main": {"order": 0, "fields": {"preferred_name": "P", "status": "at_home", **telephone}}},
            "contacts": self.contacts(),
            "triggers": {code: self.trigger(code, all_conditions[code]) for code in now_in},
            "goals": {"g1": self.goal("Stairs", 0), "g2": self.goal("Tea", 1)},
            "asked": {"a1": {"order": 0, "fields": asked},
                      "a2": {"order": 1, "fields": {"kind": "meal", "field": "eaten"}}},
        }
        accepted = self.start + self.random.randrange(-2 * DAY, 2 * DAY)
        self.plans = [{"version": 1, "accepted": accepted, "sections": sections}]
        for _ in range(self.random.randint(2, 5)):
            self.edit_plan(all_conditions)
        for device in self.devices:
            device.lags = {plan["version"]: self.random.choice((0, 0, 1, 3)) * self.random.randrange(2 * DAY)
                           for plan in self.plans}

    def edit_plan(self, all_conditions):
        last = self.plans[-1]
        sections = json.loads(json.dumps(last["sections"]))
        triggers = sections["triggers"]
        for _ in range(self.random.randint(1, 3)):
            what = self.random.choice(("threshold", "threshold", "words", "retire", "add", "asked", "goal",
                                       "contacts", "urgency", "status"))
            code = self.random.choice(sorted(triggers)) if triggers else None
            if what == "threshold" and code:
                triggers[code]["fields"]["condition"] = json.dumps(self.conditions()[code], separators=(",", ":"))
            elif what == "words" and code:
                triggers[code]["fields"]["say"] = f"Say it in words {self.random.randint(1, 99)}"
            elif what == "urgency" and code:
                triggers[code]["fields"]["urgency"] = self.random.choice((15, 120, "same_day"))
            elif what == "retire" and code and len(triggers) > 3:
                del triggers[code]
            elif what == "add":
                code = self.random.choice(sorted(all_conditions))
                triggers.setdefault(code, self.trigger(code, all_conditions[code]))
            elif what == "asked":
                sections["asked"]["a3"] = {"order": 2, "fields": {"kind": "wound_dressed", "field": "strike_through"}}
                if self.chance(0.4):
                    sections["asked"].pop(self.random.choice(("a1", "a2")), None)
            elif what == "goal":
                sections["goals"].setdefault("g3", self.goal("Washing", 2))
            elif what == "contacts":
                sections["contacts"] = self.contacts()
            elif what == "status" and self.chance(0.5):
                fields = sections["safety"]["main"]["fields"]
                at_home = fields["status"] == "at_home"
                fields["status"] = self.random.choice(("in_hospital", "away")) if at_home else "at_home"
        accepted = last["accepted"] + self.random.randrange(HOUR, 9 * DAY)
        if sections["safety"]["main"]["fields"]["status"] != "at_home":
            accepted = last["accepted"] + self.random.randrange(HOUR, 3 * DAY)
        if accepted < self.now:
            self.plans.append({"version": last["version"] + self.random.randint(1, 2), "accepted": accepted,
                               "sections": sections})

    # Events

    def add(self, device, kind, body, true, seen=None, online=None):
        """An event of a device (none: the store)."""
        uid = len(self.events)
        seen = true if seen is None else min(seen, true)
        online = self.chance(0.45) if online is None else online
        event = {"uid": uid, "device": device, "kind": kind, "body": body, "true": true, "seen": seen,
                 "clocked": self.chance(0.45)}
        self.events.append(event)
        if device is not None and online and true + 4000 < min(self.now, device.silent_from):
            device.syncs.append(true + 4000)
        return uid

    def make_visits(self):
        minutes = (8 * 60 + 30, 17 * 60 + 30)
        for number in range(DAYS + 1):
            day = self.day(number)
            for minute in minutes:
                self.make_visit(day, minute, "care", self.random.choice(self.carers))
            if day.weekday() in (0, 3):
                self.make_visit(day, 11 * 60, "clinical", self.nurse)
            if self.chance(0.15):
                self.make_visit(day, 13 * 60, "care", self.random.choice(self.carers))

    def make_visit(self, day, minute, visit_kind, device):
        start = local(day, minute)
        visit = f"{len(self.visits) + 1:032x}"
        self.visits.append(visit)
        planned = {"visit": visit, "visit_kind": visit_kind, "start": start,
                   "window_end": start + self.random.choice((15, 30, 60)) * MINUTE, "staff": [device.staff]}
        second = self.random.choice(self.carers)
        if self.chance(0.07) and second.staff != device.staff:
            planned["staff"].append(second.staff)
        told = start - self.random.randrange(DAY, 8 * DAY)
        fate = self.random.random()
        on_roster = fate > 0.03
        if on_roster:
            self.add(None, "visit_planned", dict(planned), told)
        if self.chance(0.06) and on_roster:
            start += self.random.choice((-60, 30, 60)) * MINUTE
            planned = dict(planned, start=start, window_end=start + 30 * MINUTE)
            self.add(None, "visit_planned", planned, told + self.random.randrange(HOUR, DAY))
        if self.chance(0.03) and on_roster:
            self.add(None, "visit_planned", dict(planned, cancelled=True), start - HOUR)
            if self.chance(0.7):
                return
        if 0.03 < fate < 0.11:
            return
        self.hold_visit(visit, visit_kind, planned, device)

    def arrival(self, planned):
        """When someone comes: mostly in the window, sometimes at its very end, late, or long after."""
        start, end = planned["start"], planned["window_end"]
        way = self.random.random()
        if way < 0.03:
            return end
        if way < 0.05:
            return start + 2 * HOUR
        if way < 0.13:
            return end + self.random.randrange(1, 80) * MINUTE
        if way < 0.17:
            return start + 2 * HOUR + self.random.randrange(1, 100) * MINUTE
        return start + self.random.randrange(-10, 14) * MINUTE

    def hold_visit(self, visit, visit_kind, planned, device):
        at = self.arrival(planned)
        if at > self.now:
            return
        self.add(device, "visit_arrived", {"visit": visit, "visit_kind": visit_kind},
                 at + self.random.choice((0, 0, 0, 20)) * MINUTE, at)
        if self.chance(0.04):
            other = self.random.choice(self.devices)
            self.add(other, "visit_arrived", {"visit": visit, "visit_kind": visit_kind}, at + 7 * MINUTE)
        clinical = visit_kind == "clinical"
        for _ in range(self.random.randint(0, 2) if clinical else self.random.randint(2, 6)):
            self.observe(device, visit, at)
        if self.chance(0.7):
            self.add(device, "visit_left", {"visit": visit, "tasks": []}, at + 45 * MINUTE)

    def observe(self, device, visit, at):
        kind, site, fields, absent = self.observation(at)
        true = at + self.random.randrange(0, 40) * MINUTE
        true += self.random.choice((0, 0, 1)) * self.random.randrange(59_000)
        seen, how = true, "seen_now"
        if self.chance(0.1):
            how = self.random.choice(("told", "later_from_memory", "from_paper"))
            seen = true - self.random.choice((1, 4, 12, 24, 30, 48)) * HOUR
        body = {"visit": visit if self.chance(0.9) else None, "kind": kind, "catalogue_version": 2, "site": site,
                "fields": fields, "absent": absent, "how_known": how}
        if self.chance(0.05):
            body["note"] = f"Note {len(self.events)}"
        uid = self.add(device, "observation", body, true, seen)
        corrected = 0.09
        while self.chance(corrected):
            body, true, uid = self.correct(uid, body, true, seen)
            corrected = 0.3

    def correct(self, uid, body, true, seen):
        fields, absent = self.values(body["kind"], seen)
        true += self.random.choice((3 * MINUTE, 40 * MINUTE, 5 * HOUR, 26 * HOUR))
        seen = seen - self.random.choice((0, 0, 0, 2)) * HOUR
        corrected = dict(body, fields=fields, absent=absent, corrects={"record": {"$": uid}, "reason": "Wrong value"})
        device = self.random.choice(self.carers)
        new = self.add(device, "observation", corrected, true, seen)
        return corrected, true, (uid if self.chance(0.4) else new)

    def observation(self, at):
        kind = self.random.choices(
            ("wound_dressed", "meal", "fluid", "goal_progress", "mood", "weight", "pain", "fall", "position"),
            (26, 16, 16, 30, 8, 4, 6, 2, 5))[0]
        site = self.random.choice(SITES) if kind == "wound_dressed" else None
        return kind, site, *self.values(kind, at)

    def values(self, kind, at):
        """Fields, or the reason why there are none."""
        pick = self.random.choice
        if self.chance(0.06) and kind not in ("fall", "goal_progress"):
            reasons = ("not_due", "declined", "asleep", "not_observed")
            return {}, pick(reasons + (("not_offered",) if kind in ("meal", "fluid") else ()))
        if kind == "meal":
            if self.chance(0.12):
                return {}, pick(("declined", "not_offered", "not_due"))
            fields = {"eaten": self.random.choices(EATEN, (3, 3, 4, 4, 6))[0]}
            if self.chance(0.3):
                fields["offered"] = pick(("yes", "no"))
            return fields, None
        if kind == "goal_progress":
            week = (at - self.start) // (7 * DAY)
            middle = 3 - (week if self.seed % 3 == 0 else 0)
            spread = (-1, 0) if self.seed % 5 == 0 else (-2, -1, -1, 0, 0, 0, 0, 1, 1)
            level = min(5, max(0, middle + pick(spread)))
            return {"goal": pick(("g1", "g1", "g1", "g1", "g2", "g3")), "level": LEVELS[level]}, None
        return {
            "wound_dressed": lambda: self.wound(),
            "fluid": lambda: {"drink_ml": 0, "refused": "yes"} if self.chance(0.2) else {
                "drink_ml": pick((100, 150, 200))},
            "mood": lambda: {"mood": self.random.choices(MOODS, (5, 2, 1, 2))[0]},
            "weight": lambda: {"weight_kg": {"digits": 700 + self.random.randint(-20, 20), "places": 1}},
            "pain": lambda: {"score": self.random.randint(0, 9), "grimace": pick(("yes", "no"))},
            "fall": lambda: {"how_learned": "found", "head_hit": pick(("yes", "no", "unknown")),
                             **({"floor_min": pick((2, 5, 20))} if self.chance(0.8) else {})},
            "position": lambda: {},
        }[kind](), None

    def wound(self):
        fields = {"pain_rest": self.random.choices(range(10), (3, 5, 8, 8, 6, 3, 2, 1, 1, 1))[0],
                  "strike_through": self.random.choices(STRIKE, (5, 5, 2, 1, 1))[0],
                  "dressing": self.random.choices(("in_place", "wet", "off"), (7, 2, 1))[0],
                  "smell": self.random.choices(("none", "close_to", "in_room"), (6, 2, 1))[0],
                  "fluid_colour": self.random.choices(("clear_straw", "pink", "green"), (8, 3, 1))[0]}
        return {code: value for code, value in fields.items() if self.chance(0.8)}

    # What was done about triggers

    def follow_up(self):
        """Attempts, answers, promises and closings, about what the oracle finds met so far."""
        done = set()
        for _ in range(5):
            history, uids = self.history()
            for found in oracle.Person(history).escalations()["list"]:
                if not found["matches"]:
                    continue
                key = (found["trigger"], json.dumps(found["raised_by"]))
                if key not in done and not found["attempts"] and self.chance(0.95):
                    done.add(key)
                    self.act_on(found, uids)

    def act_on(self, found, uids):
        matched = self.random.choice(found["matches"])["matched"]
        from_ms = max(self.start, min(matched.get("absence", self.now), self.now))
        if self.chance(0.03):
            from_ms = max(self.start, from_ms - DAY)
        if "record" in matched:
            name = matched["record"]["author"], matched["record"]["number"]
            uid = uids.get(name, name[1] - 1)
            matched = {"record": {"$": uid}}
            from_ms = max(self.start, self.events[uid]["true"])
        about = {"trigger": found["trigger"], "matched": matched}
        at = from_ms + self.random.choice((2, 5, 20, 60, 300)) * MINUTE
        device = self.random.choice(self.carers)
        for _ in range(self.random.randint(0, 2)):
            body = {"about": about, "contact": self.random.choice(("nurses", "practice", "office")), "means": "phone",
                    "answered": self.chance(0.5)}
            self.add(device, "contact_attempt", body, at)
            at += self.random.choice((3, 10, 45)) * MINUTE
        if self.chance(0.65):
            self.answer(device, about, at)
        if self.chance(0.8):
            at += self.random.choice((10, 90, 600, 1500, 4000)) * MINUTE
            closer = self.random.choice((self.nurse, self.office, device))
            self.add(closer, "closing", {"about": about, "outcome": "Seen"}, at)
            if self.chance(0.12):
                self.add(self.random.choice(self.carers), "closing", {"about": about, "outcome": "Seen again"},
                         at + self.random.choice((-9, 30)) * MINUTE)

    def answer(self, device, about, at):
        body = {"about": about, "from": "Nurse", "said": "I will come"}
        if self.chance(0.5):
            by = at + self.random.choice((30, 120, 1440)) * MINUTE
            body["promise"] = {"by": by}
            if self.chance(0.85):
                body["promise"]["staff"] = self.random.choice((self.nurse, self.office)).staff
            way = self.random.random()
            came = by + self.random.choice((-20, 0, 15)) * MINUTE
            if way < 0.45:
                visit = f"{0x5000 + len(self.events):032x}"
                self.add(self.nurse, "visit_arrived", {"visit": visit, "visit_kind": "clinical"}, came)
            elif way < 0.6:
                self.add(self.nurse, "contact_attempt", {"about": about, "contact": "office", "means": "phone",
                                                         "answered": True}, came)
        self.add(device, "response", body, at)
        if self.chance(0.25):
            again = {"about": about, "from": self.random.choice(("Practice", "Nurse")), "said": "Noted"}
            self.add(self.random.choice((self.office, device)), "response", again,
                     at + self.random.choice((-5, 60)) * MINUTE)

    # The history as data

    def history(self):
        """The history, and which event each record is."""
        for device in self.devices:
            device.syncs.sort()
        numbered, names, uids, batches = [], {}, {}, []
        for device in self.devices:
            batches += self.number(device, numbered, names)
        written = [(event["true"], event) for event in self.events if event["device"] is None]
        written += batches
        store = self.store_records(written, names)
        records = [self.written(event, names) for event in numbered] + store
        uids = {name: uid for uid, name in names.items()}
        return self.whole(records), uids

    def number(self, device, numbered, names):
        """Numbers the device's events that have come in, and says what the store writes about each batch."""
        own = [event for event in self.events if event["device"] is device]
        own.sort(key=lambda event: (event["true"], event["uid"]))
        batches, number, batch, sync = [], 0, [], 0
        for event in own:
            while sync < len(device.syncs) and device.syncs[sync] < event["true"]:
                sync += 1
            if sync == len(device.syncs) or device.syncs[sync] > self.now:
                break
            number += 1
            names[event["uid"]] = (device.author, number)
            event["came"] = device.syncs[sync]
            event["recorded"] = device.shows(event["true"], self.start) if event["clocked"] else event["true"]
            before = device.syncs[sync - 1] if sync else self.start - 9 * DAY
            event["plan_seen"] = max((plan["version"] for plan in self.plans
                                      if plan["accepted"] + device.lags[plan["version"]] <= before), default=0)
            numbered.append(event)
            if batch and batch[-1]["came"] != event["came"]:
                batches += self.told(device, batch, number - len(batch))
                batch = []
            batch.append(event)
        if batch:
            batches += self.told(device, batch, number - len(batch) + 1)
        return batches

    def told(self, device, batch, first):
        """The `times` and `received` records about events that came in together."""
        came = batch[0]["came"]
        said, about = [], {"author": device.author, "epoch": device.epoch}
        dice = random.Random(f"{self.seed} {device.author} {came}")
        corrected = dice.random() > (0.5 if device.clock == "two_minutes_off" else 0.03)
        late = False
        for place, event in enumerate(batch):
            add = event["true"] - event["recorded"] if corrected else 0
            late = late or came - (event["recorded"] + add) > MINUTE
            if abs(add) < MINUTE:
                continue
            last = said[-1]["body"] if said else None
            if last and last["last"] == first + place - 1 and last["add_ms"] == add:
                last["last"] = first + place
            else:
                body = {**about, "first": first + place, "last": first + place, "add_ms": add}
                said.append({"kind": "times", "body": body})
        if said and dice.random() < 0.05:
            said.append({"kind": "times", "body": {**said[0]["body"], "add_ms": 12_345_678}})
        if late:
            body = {**about, "first": first, "last": first + len(batch) - 1, "at": came}
            said.append({"kind": "received", "body": body})
            if dice.random() < 0.05:
                said.append({"kind": "received", "body": {**body, "at": came + DAY}})
        return [(came, record) for record in said]

    def store_records(self, written, names):
        records = []
        written.sort(key=lambda one: one[0])
        for number, (at, one) in enumerate((one for one in written if one[0] <= self.now), start=1):
            if "uid" in one:
                names[one["uid"]] = (STORE, number)
            records.append({"author": STORE, "epoch": STORE_EPOCH, "number": number, "recorded": at, "observed": None,
                            "by": self.office.staff, "plan_seen": 0, "kind": one["kind"], "body": one["body"]})
        return records

    def written(self, event, names):
        device = event["device"]
        ago = event["true"] - event["seen"]
        return {"author": device.author, "epoch": device.epoch, "number": names[event["uid"]][1],
                "recorded": event["recorded"], "observed": event["recorded"] - ago if ago else None,
                "by": device.staff, "plan_seen": event["plan_seen"], "kind": event["kind"],
                "body": resolve(event["body"], names)}

    def whole(self, records):
        heard = [{"device": device.author, "staff": device.staff, "at": max(device.syncs)}
                 for device in self.devices if device.syncs]
        weeks = []
        for number in range(DAYS // 7 + 1):
            at = local(self.day(7 * number + 2), 0)
            end = local(self.day(7 * number + 7), 0)
            weeks += [{"at": at, "known_by": known_by} for known_by in (end, self.now) if known_by <= self.now]
        return {"seed": self.seed, "store": STORE, "now": self.now, "heard": heard, "plans": self.plans,
                "records": records, "weeks": weeks}


def resolve(value, names):
    """The value with the names of records in place of events. One that never came in has a name that nobody has."""
    if isinstance(value, dict):
        if "$" in value:
            author, number = names.get(value["$"], ("ee" * 16, 1 + value["$"]))
            epoch = STORE_EPOCH if author == STORE else author[:16]
            return {"author": author, "epoch": epoch, "number": number, "channel": "care"}
        return {key: resolve(inner, names) for key, inner in value.items()}
    return value


def history(seed):
    """The history of a seed."""
    maker = Maker(seed)
    maker.make_visits()
    maker.follow_up()
    return maker.history()[0]


if __name__ == "__main__":
    print(json.dumps(history(int(sys.argv[1]))))
