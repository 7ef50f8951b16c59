"""Runs the oracle and the product over the same histories, and compares what they say, field by field.

    python3 tests/oracle/agree.py --histories 200 --answers target/debug/alongside-oracle-answers

Prints each difference with the seed of its history, and how many histories each rule decided an answer of.
"""
import argparse
import json
import multiprocessing
import os
import subprocess
import sys

import generate
import oracle

# Of 200 histories each rule must decide an answer in at least so many.
DECIDED_OF_200 = 20
SHOWN_MAX = 40


def of_oracle(history, naive=frozenset()):
    """What the oracle says, in the form that is compared."""
    person = oracle.Person(history, naive)
    escalations = person.escalations()
    return {
        "escalations": [escalation(one) for one in escalations["list"]],
        "cannot_tell": escalations["cannot_tell"],
        "visits": [{key: visit[key] for key in ("id", "planned", "arrivals", "leavings", "state", "tells")}
                   for visit in person.visits()],
        "aligned": person.aligned(escalations),
        "weeks": [person.weekly(asked["at"], asked["known_by"]) for asked in history["weeks"]],
    }


def escalation(one):
    matches = [{key: match[key] for key in ("matched", "raised", "observed", "earlier_plan")}
               for match in one["matches"]]
    return {**one, "matches": matches}


def of_product(answers):
    """What the product says, in the same form."""
    list_ = zip(answers["escalations"]["list"], answers["overdue"])
    return {
        "escalations": [product_escalation(one, overdue) for one, overdue in list_],
        "cannot_tell": [{key: one[key] for key in ("trigger", "since", "due", "ring", "lapsed")}
                        for one in answers["escalations"]["cannot_tell"]],
        "visits": [product_visit(visit, tells) for visit, tells in zip(answers["visits"], answers["tells"])],
        "aligned": [product_segment(segment) for segment in answers["aligned"]["segments"]],
        "weeks": [product_week(week["summary"]) for week in answers["weeks"]],
    }


def product_escalation(one, overdue):
    keys = ("raised", "raised_by", "state", "answer_due", "due", "done_in_time", "known_in_time", "response_minutes",
            "promise", "offers")
    match = ("matched", "raised", "observed", "earlier_plan")
    return {
        "trigger": one["trigger"]["id"], **{key: one[key] for key in keys}, "overdue": overdue,
        "matches": [{key: found[key] for key in match} for found in one["matches"]],
        "attempts": [found["record"] for found in one["attempts"]],
        "responses": [found["record"] for found in one["responses"]],
        "closed": one["closed"] and one["closed"]["record"],
        "closed_again": [found["record"] for found in one["closed_again"]],
    }


def visit_state(state):
    if isinstance(state, str):
        return {"state": state}
    (name, more), = state.items()
    return {"state": name, **more}


def product_visit(visit, tells):
    return {"id": visit["id"], "planned": visit["planned"] and visit["planned"]["start"],
            "arrivals": [one["record"] for one in visit["arrivals"]],
            "leavings": [one["record"] for one in visit["leavings"]], "state": visit_state(visit["state"]),
            "tells": tells}


def product_segment(segment):
    trend = lambda one: {**{key: one[key] for key in ("kind", "field", "site", "way")},
                         "values": [{key: value[key] for key in ("record", "at", "value")} for value in one["values"]]}
    return {
        "opened_by": segment["opened_by"] and segment["opened_by"]["visit"], "from": segment["from"],
        "to": segment["to"], "asked": [trend(one) for one in segment["asked"]],
        "others": [trend(one) for one in segment["others"]],
        "gaps": [{"visit": gap["visit"], "at": gap["at"], "kind": gap["item"]["kind"], "field": gap["item"]["field"],
                  "reason": gap["reason"]} for gap in segment["gaps"]],
        "triggers": [(one["trigger"], one["raised"]) for one in segment["triggers"]],
        "visits": [(one["visit"], visit_state(one["state"])) for one in segment["visits"]],
        "visits_missed": segment["visits_missed"],
        "notes": [one["record"] for one in segment["notes"]],
        "absences": [one["record"] for one in segment["absences"]],
    }


def product_week(week):
    if week is None:
        return None
    return {
        "plan": week["plan"],
        "goals": [{"goal": goal["goal"]["id"], "levels": [(one["record"], one["level"]) for one in goal["levels"]],
                   "level": goal["level"], "last_week": goal["last_week"], "state": goal["state"],
                   "before": [(one["week"], one["records"], one["level"]) for one in goal["before"]]}
                  for goal in week["goals"]],
        "visits": week["visits"],
        "escalations": [(one["trigger"], one["raised"], one["minutes_to_answer"], one["state"])
                        for one in week["escalations"]],
        "falls": week["falls"],
    }


def differences(ours, theirs, place=""):
    """(place, oracle's, product's) of each leaf that differs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [found for key in sorted(set(ours) | set(theirs), key=str)
                for found in differences(ours.get(key), theirs.get(key), f"{place}.{key}")]
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)) and len(ours) == len(theirs):
        return [found for index, (one, other) in enumerate(zip(ours, theirs))
                for found in differences(one, other, f"{place}[{index}]")]
    return [] if ours == theirs else [(place, ours, theirs)]


def normal(value):
    return json.loads(json.dumps(value, sort_keys=True))


def decided(history):
    """The rules without which an answer would be another."""
    with_all = {part: normal(part(oracle.Person(history))) for part in set(DECIDES.values())}
    return [rule for rule, part in DECIDES.items()
            if normal(part(oracle.Person(history, frozenset([rule])))) != with_all[part]]


def goals_of_weeks(person):
    weeks = {asked["at"] for asked in person.history["weeks"]}
    return [person.goals_of_week(at, person.versions[-1]) for at in sorted(weeks)]


# Which answers each rule is looked for in.
DECIDES = {
    **dict.fromkeys(("R1", "R2", "R3", "R4", "R5", "R7"), lambda person: [
        escalation(one) for one in person.escalations()["list"]]),
    "R6": oracle.Person.visits,
    "R8": goals_of_weeks,
}


def work(seed):
    history = generate.history(seed)
    full = normal(of_oracle(history))
    return seed, json.dumps(history), full, decided(history) if COUNTED else []


COUNTED = True


def made(seeds):
    with multiprocessing.Pool(min(os.cpu_count() or 1, len(seeds))) as pool:
        yield from pool.imap(work, seeds)


def asked(program, lines):
    """The product's answers, one a history."""
    done = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{program}: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--histories", type=int, default=200)
    options.add_argument("--from", dest="first", type=int, default=1, help="the first seed")
    options.add_argument("--answers", required=True, help="the program alongside-oracle-answers")
    options.add_argument("--uncounted", action="store_true", help="do not count what each rule decided")
    given = options.parse_args()
    global COUNTED
    COUNTED = not given.uncounted
    results = list(made(range(given.first, given.first + given.histories)))
    answers = asked(given.answers, [line for _, line, _, _ in results])
    agreed, shown, counts = 0, 0, dict.fromkeys(oracle.RULES, 0)
    for (seed, _, full, rules), answer in zip(results, answers, strict=True):
        found = differences(full, normal(of_product(answer)))
        agreed += not found
        for rule in rules:
            counts[rule] += 1
        for place, ours, theirs in found:
            shown += 1
            if shown <= SHOWN_MAX:
                print(f"seed {seed}{place}: oracle {json.dumps(ours)[:600]}, product {json.dumps(theirs)[:600]}")
    least = DECIDED_OF_200 * given.histories // 200
    enough = given.uncounted or all(count >= least for count in counts.values())
    print(f"agreement {agreed} of {given.histories}")
    if not given.uncounted:
        print("decided: " + " ".join(f"{rule} {count}" for rule, count in counts.items()) + f" (at least {least})")
    return 0 if agreed == given.histories and enough else 1


if __name__ == "__main__":
    sys.exit(main())
