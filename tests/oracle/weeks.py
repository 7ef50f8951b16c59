"""The weekly summary, and the state of each goal (D5, R8)."""
import datetime

from journal import Journal, named
from local_time import at_local, monday


class Weeks(Journal):
    """Summarises weeks as they were known."""

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
                "last_week": last_week, "before": self.weeks_before(goal, first, week_1), "state": self.goal_state(goal, fields, first, week_1, levels, level, last_week)}

    def weeks_before(self, goal, first, week_1):
        """The trend: what each of the six weeks before had, from week 1 on."""
        # reading: how many weeks a trend holds is six, the length of reablement.
        weeks = [first - datetime.timedelta(days=7 * ago) for ago in (6, 5, 4, 3, 2, 1)]
        return [(day.isoformat(), len(self.levels(goal, day)), self.level(goal, day)) for day in weeks if day >= week_1]

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
        # reading: of all but progress a summary looks back eight weeks; it knows the roster up to a day after its week.
        eight_weeks, day_after = (self.week_from(first + datetime.timedelta(days=days)) for days in (-56, 8))
        then = {"known_by": known_by, "now": min(known_by, to)}
        known = type(self)(self.history, self.naive, reads=(eight_weeks, to, day_after), **then)
        progress = type(self)(self.history, self.naive, reads=(-(1 << 62), to, day_after), **then)
        plan = known.in_force(min(known_by, to - 1))
        if plan is None:
            return None
        visits = [visit for visit in known.visits()
                  if visit["kind"] == "care" and from_ <= (visit["planned"] or visit["at"]) < to]
        counts = {"kept": 0, "late": 0, "missed": 0, "unknown": 0, "not_come": 0, "unplanned": 0}
        for visit in visits:
            state = visit["state"]
            # reading: late is who came late; a visit that somebody could still come to had nobody come by Sunday 24:00.
            if state["state"] == "arrived":
                counts["late" if state["late"] else "kept"] += 1
            elif state["state"] in ("missed", "unknown", "unplanned"):
                counts[state["state"]] += 1
            elif state["state"] == "late" or state["state"] == "expected" and known_by >= to:
                counts["not_come"] += 1
        return {
            "plan": plan.version,
            "goals": progress.goals_of_week(at, plan),
            "visits": counts,
            "escalations": [(one["trigger"], one["raised"], one["response_minutes"], one["state"])
                            for one in known.escalations()["list"] if from_ <= one["raised"] < to],
            "falls": [named(entry.ref) for entry in known.of_kind.get("fall", []) if from_ <= entry.observed < to],
        }
