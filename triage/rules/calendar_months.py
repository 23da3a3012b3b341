"""A calendar month in hours per day with its total: what a version means, before and after it is saved."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from triage.rules.calendars import Calendar, Interval
from triage.rules.hours import worked_minutes


@dataclass(frozen=True)
class MonthDay:
    """One local day: its hours, and the name of what makes it differ from the plain week."""

    on_day: date
    hours: tuple[Interval, ...]
    note: str = ""
    is_holiday: bool = False

    @property
    def minutes(self) -> int:
        """Return the working minutes of the day."""
        return worked_minutes(self.hours)


@dataclass(frozen=True)
class Month:
    """One month; `weeks` has seven days each, None outside the month."""

    first_day: date
    days: tuple[MonthDay, ...]

    @property
    def minutes(self) -> int:
        """Return the working minutes of the month."""
        return sum(day.minutes for day in self.days)

    @property
    def working_days(self) -> int:
        """Return how many days have any working time."""
        return sum(bool(day.minutes) for day in self.days)

    @property
    def weeks(self) -> list[list[MonthDay | None]]:
        """Return the days by weeks from Monday to Sunday."""
        ahead = [None] * self.first_day.weekday()
        cells: list[MonthDay | None] = [*ahead, *self.days]
        cells += [None] * (-len(cells) % 7)
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]

    @property
    def before(self) -> date:
        """Return the first day of the month before."""
        return (self.first_day - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        """Return the first day of the next month."""
        return self.first_day + timedelta(days=len(self.days))


def month_of(calendar: Calendar, names: Mapping[date, str], day: date) -> Month:
    """Return the month of a day as one version of a calendar has it; `names` are those of its free days."""
    first = day.replace(day=1)
    count = monthrange(first.year, first.month)[1]
    return Month(first, tuple(_day(calendar, names, first + timedelta(days=n)) for n in range(count)))


def _day(calendar: Calendar, names: Mapping[date, str], day: date) -> MonthDay:
    if day in calendar.holidays:
        return MonthDay(day, (), names.get(day, "Libur"), is_holiday=True)
    season = next((s.name for s in calendar.seasons if s.starts_on <= day <= s.ends_on), "")
    return MonthDay(day, calendar.hours_on(day), season)
