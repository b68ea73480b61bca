"""Writes the values of one CRM's export: ids, words, moments and numbers, as text."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from yardstick.demo.catalogue import PRICE_LIST
from yardstick.demo.chance import Whole
from yardstick.demo.columns import CRM, DAY_MINUTES, NONE
from yardstick.demo.dialects import DIALECTS, EX_EMPLOYEE_ID
from yardstick.demo.records import EX_EMPLOYEE, TableName
from yardstick.demo.view import View

Column = list[str]

#: Dates lie this many days after the world at most: what is expected, and what is due.
DAYS_BEYOND = 1000
_CLOCKS = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(DAY_MINUTES)]


class Pen:
    """Writes in the way of one system."""

    def __init__(self, view: View, system: int) -> None:
        self.dialect = DIALECTS[system]
        self._view, self._system = view, system
        world = view.world
        days = [world.date_of(day) for day in range(world.days + DAYS_BEYOND)]
        zone = ZoneInfo(world.settings.time_zone)
        self._days = [day.strftime("%d.%m.%Y" if self.dialect.is_german else "%Y-%m-%d") for day in days]
        # Nobody enters anything at night, when clocks are changed.
        self._offsets = [f"{datetime.combine(day, time(12), zone):%z}" for day in days]

    def ids(self, table: TableName, rows: Whole) -> Column:
        """The ids of a table's records; nothing for NONE."""
        written = self.dialect.ids[table]
        numbers = np.append(self._view.records.numbers[table], NONE)[rows]
        return [written % number if number != NONE else "" for number in numbers.tolist()]

    def people(self, sellers: Whole) -> Column:
        """The people's ids in this system; nothing for NONE."""
        ids = {row: self.person(row) or "" for row in np.unique(sellers).tolist()}
        return [ids[row] for row in sellers.tolist()]

    def person(self, seller: int) -> str | None:
        """A person's id in this system."""
        if seller == EX_EMPLOYEE:
            return EX_EMPLOYEE_ID
        return None if seller == NONE else self._view.world.sellers[seller].ids[self._system]

    def products(self, products: Whole) -> Column:
        """The codes of products."""
        codes = [self.product(product) for product in range(len(PRICE_LIST))]
        return [codes[product] for product in products.tolist()]

    def product(self, product: int) -> str:
        """The code of a product, which the smaller CRM writes in its own way."""
        code = PRICE_LIST[product].code
        return code if self._system == CRM else f"nl-{code.replace('-', '').lower()}"

    def words(self, field: str, codes: Whole) -> Column:
        """What the system calls each of the codes; nothing for NONE."""
        words = (*self.dialect.words[field], "")
        return [words[code] for code in codes.tolist()]

    def stages(self, stages: Whole) -> Column:
        """The system's names of stages."""
        return [self.dialect.stages[stage] for stage in stages.tolist()]

    def days(self, days: Whole) -> Column:
        """Days; nothing for NONE."""
        return [self._days[day] if day != NONE else "" for day in days.tolist()]

    def moments(self, moments: Whole) -> Column:
        """Points in time, in local time or with its offset; nothing for NONE."""
        days, minutes = (part.tolist() for part in np.divmod(moments, DAY_MINUTES))
        if self.dialect.is_german:
            return [
                f"{self._days[day]} {_CLOCKS[minute]}" if day >= 0 else ""
                for day, minute in zip(days, minutes, strict=True)
            ]
        return [
            f"{self._days[day]}T{_CLOCKS[minute]}:00{self._offsets[day]}" if day >= 0 else ""
            for day, minute in zip(days, minutes, strict=True)
        ]

    def hundredths(self, values: Whole, nothing: int | None = None) -> Column:
        """Money from cents, shares from percent: 12 345,60 or 12345.60; nothing for `nothing`."""
        write = _german if self.dialect.is_german else _english
        return ["" if value == nothing else write(value) for value in values.tolist()]

    def whole(self, values: Whole) -> Column:
        """Whole numbers; nothing for NONE."""
        return [str(value) if value != NONE else "" for value in values.tolist()]


def _german(value: int) -> str:
    whole, hundredths = divmod(abs(value), 100)
    return f"{'-' * (value < 0)}{whole:,}".replace(",", " ") + f",{hundredths:02d}"


def _english(value: int) -> str:
    whole, hundredths = divmod(abs(value), 100)
    return f"{'-' * (value < 0)}{whole}.{hundredths:02d}"
