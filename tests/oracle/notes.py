"""Aligned notes: what was recorded between one clinical visit and the next, under what was asked for (D4)."""
from journal import named
from values import fields_of_kinds, number
from visits import Visits


class Notes(Visits):
    """Groups the records by clinical visit."""

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
