"""Visits: kept, late, missed or unknown (R6)."""
from journal import Journal, named
from local_time import HOUR, MINUTE


class Visits(Journal):
    """Folds the roster, arrivals and leavings into visits."""

    def visits(self):
        arrivals, leavings = {}, {}
        for entry in self.entries:
            if entry.kind == "visit_arrived":
                arrivals.setdefault(entry.body["visit"], []).append(entry)
            if entry.kind == "visit_left":
                leavings.setdefault(entry.body["visit"], []).append(entry)
        found = []
        # reading: who only left, on no roster, has made no visit.
        for visit in set(self.roster) | set(arrivals):
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
