"""Local days and times of Europe/London, and spans in milliseconds."""
import datetime
import functools
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


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
