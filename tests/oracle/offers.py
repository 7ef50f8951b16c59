"""Whom to call: contacts in their hours (R5), then the on-call, 111, and 999 if worse (D3)."""
import datetime
import functools
import json
import pathlib

from local_time import at_local, local, minutes

HOLIDAYS = pathlib.Path(__file__).parents[2] / "core/domain/catalogue/bank_holidays.json"
LAST = ["one_one_one", "nine_nine_nine_if_worse"]


@functools.cache
def bank_holidays(nation):
    return frozenset(json.loads(HOLIDAYS.read_text())["nations"][nation])


def is_open(contact, at, closed_interval):
    """R5: hours are half-open intervals."""
    if "hours" not in contact:
        return True
    hours = json.loads(contact["hours"])
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    now = local(at)
    holiday = hours.get("bank_holidays", "as_usual")
    holidays = bank_holidays(hours.get("nation", "england_and_wales"))
    if holiday == "all_day" and str(now.date()) in holidays:
        return True
    for span in hours["open"]:
        begin, end = minutes(span["from"]), minutes(span["to"])
        for day in (now.date() - datetime.timedelta(days=1), now.date()):
            if names[day.weekday()] not in span.get("days", names):
                continue
            if holiday == "closed" and str(day) in holidays:
                continue
            last = day if end > begin else day + datetime.timedelta(days=1)
            from_, to = at_local(day, begin), at_local(last, end)
            if from_ <= at < to or (closed_interval and at == to):
                return True
    return False


def offers(plan, role, attempts, at, naive):
    """All who can be called, the next of them, and whom to try again."""
    contacts = dict(plan.ordered("contacts")) if plan else {}
    asked = [code for code, contact in contacts.items() if contact["role"] == role]
    on_call = [code for code, contact in contacts.items() if contact["role"] == "on_call"]
    found = []
    for code in asked + list(contacts):
        contact = contacts[code]
        if not is_open(contact, at, naive):
            # Where a contact is closed, it means their out-of-hours, not tomorrow.
            code = contact.get("out_of_hours")
            if code not in contacts or not is_open(contacts[code], at, naive):
                continue
        if code not in found and code not in on_call:
            found.append(code)
    found += on_call
    answered = {}
    for attempt in attempts:
        answered[attempt.body["contact"]] = attempt.body["answered"]
    fresh = [code for code in found if answered.get(code, True)]
    named = lambda codes: [{"contact": code} for code in codes]
    # Where there is no signal, it is the telephone in the home.
    safety = [fields.get("telephone", "") for _, fields in plan.ordered("safety")] if plan else []
    return {"list": named(found) + LAST, "next": (named(fresh) + LAST)[0],
            "retry": [code for code in found if code not in fresh],
            "telephone": next((number for number in safety if number), "")}
