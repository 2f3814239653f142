"""The damaged places of one event file: those that reading finds, and those found later, when a value is read."""

from __future__ import annotations

import threading

from sightline.format.batch import Damage

__all__ = ["MAX_DAMAGE", "DamageList"]

MAX_DAMAGE = 1000
"""Places of one file that are listed; more are counted."""

_lock = threading.Lock()


class DamageList:
    """Any thread may add to it."""

    __slots__ = ("_last", "_later", "_listed", "_sorted", "count")

    def __init__(self) -> None:
        self.count = 0
        """Damaged places, also those that are not listed."""
        self._listed: dict[int, Damage] = {}
        self._sorted: tuple[Damage, ...] | None = ()
        self._last = -1
        self._later: frozenset[int] = frozenset()

    @property
    def listed(self) -> tuple[Damage, ...]:
        """In the order of their offsets, the first ``MAX_DAMAGE`` that were found."""
        with _lock:
            if self._sorted is None:
                self._sorted = tuple(sorted(self._listed.values(), key=lambda each: each.offset))
            return self._sorted

    def add(self, damage: Damage) -> bool:
        """Whether that is news. Of one offset the later word counts: the end of a lost stretch may be found later."""
        with _lock:
            known = self._listed.get(damage.offset)
            if known == damage:
                return False
            if known is None and damage.offset != self._last:
                self.count += 1
            self._last = damage.offset
            if known is not None or len(self._listed) < MAX_DAMAGE:
                self._listed[damage.offset] = damage
                self._sorted = None
            return True

    def add_later(self, damage: Damage) -> bool:
        """The same of what was found when a value was read. Where the list is full it may have been counted before."""
        with _lock:
            known = damage.offset in self._listed
            if not known and len(self._listed) >= MAX_DAMAGE:
                return False
            if not known:
                self._later |= {damage.offset}
        return self.add(damage)

    @property
    def scanned(self) -> list[Damage]:
        """Those of ``listed`` that were found while the file was scanned."""
        return [each for each in self.listed if each.offset not in self._later]

    def restore(self, damage: list[Damage], count: int) -> None:
        """What is known of a file that was not read yet."""
        self._listed = {each.offset: each for each in damage}
        self._sorted = None
        self.count = count
