"""One event file: what was read of it, up to which byte, and what was not, and why. The ledger's line."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import stat
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.batch import Batch, Damage
from sightline.format.event import SessionLog, SessionStatus
from sightline.format.kernel import Scanner
from sightline.kinds.hparams.decode import SessionEnd, decode_content
from sightline.kinds.hparams.message import Status
from sightline.store.damage_list import MAX_DAMAGE, DamageList
from sightline.store.directory_tree import readable
from sightline.store.naming import decode_metadata
from sightline.store.restart import SessionStart
from sightline.store.run_event import KEPT_FIELDS, RunEvent
from sightline.store.series_key import SeriesKey
from sightline.store.session_rows import SessionRows

if TYPE_CHECKING:
    from sightline.store.part import Part

__all__ = ["BLOCK_BYTES", "LONG_BYTES", "MAX_DAMAGE", "MAX_FALLS", "VERIFY_ALL", "EventFile"]

LONG_BYTES = 64 << 10
"""Payloads of so many bytes and without a scalar are verified when they are read: docs/design/0005-long-payloads.md."""
VERIFY_ALL = (1 << 64) - 1
BLOCK_BYTES = 32 << 20
"""Read at once: enough that Python's share does not show, little enough that progress moves and files take turns."""
HEAD_BYTES = 64
"""The first record says when the file was made; its bytes tell one file from another that took its name."""
MARKER_SUFFIX = ".profile-empty"
"""A profiler's file: it marks a directory as a run and holds nothing (TensorBoard's ``io_wrapper`` skips it)."""
SESSION_LOG = 7
"""Number of the field of ``Event``."""
MAX_FALLS = 64
"""Steps of a series that went back more often are out of order, not restarts."""

Look = Literal["same", "changed", "replaced", "gone"]


class EventFile:
    """One generation of an event file: when the file is replaced, another object with another ``id`` takes its place.

    Only the thread that reads the run changes it, under the run's lock. Others may read single attributes at any time.
    """

    __slots__ = (
        "_damage",
        "_head",
        "_identity",
        "_seen",
        "_tail_end",
        "_tell_damage",
        "_truncated",
        "_verify_below",
        "accounted",
        "event_parts",
        "falls",
        "first_point_wall_time",
        "first_wall_time",
        "gone",
        "grows",
        "id",
        "item_parts",
        "last_step",
        "last_wall_time",
        "late",
        "location",
        "looks",
        "modified",
        "name",
        "points",
        "predecessor",
        "records",
        "replaces",
        "run",
        "run_events",
        "scalar_parts",
        "scanner",
        "seen_growing",
        "session_end",
        "session_starts",
        "size_bytes",
        "stopped",
        "tail",
        "trouble",
        "unverified",
        "unverified_bytes",
    )

    def __init__(
        self,
        run: str,
        path: str,
        replaces: EventFile | None = None,
        *,
        verify_below: int = LONG_BYTES,
        tell_damage: Callable[[], object] = lambda: None,
    ) -> None:
        """``tell_damage`` is called, from any thread, when damage was found while a value was read."""
        self.run = run
        """Name of its run."""
        self.location = path
        """Its path, as text."""
        self.name = os.path.basename(path)
        self.id = ""
        """Names these bytes; another file that takes the name gets another. Empty until the file was opened."""
        self.size_bytes = 0
        """When it was last looked at."""
        self.modified = 0.0
        """Its mtime, seconds since the Unix epoch."""
        self.records = 0
        """Whole, verified."""
        self.points = 0
        self.unverified = 0
        """Long records whose payload was not verified while reading, and the bytes of their payloads."""
        self.unverified_bytes = 0
        self.gone = False
        """Deleted or replaced; its points went with it."""
        self.first_wall_time: float | None = None
        self.last_wall_time: float | None = None
        """Smallest and largest finite wall time of its events."""
        self.first_point_wall_time: float | None = None
        """The same of its points: TensorFlow cuts the time of a file's first record to whole seconds."""
        self.last_step: int | None = None
        """The largest step of its points."""
        self.stopped = False
        """Its last record is a SessionLog STOP."""
        self.session_starts: tuple[SessionStart, ...] = ()
        self.session_end: tuple[float, str] | None = None
        """Wall time and status of the session end that hyperparameters come with, the last one."""
        self.run_events: tuple[RunEvent, ...] = ()
        self.grows = False
        """It was longer at the last look than at the one before: somebody writes to it."""
        self.looks = 0
        """How often it was found changed."""
        self.seen_growing: float | None = None
        """When it last grew while we looked, by our own clock."""
        self.accounted = (0, 0)
        """Size and bytes read as the progress counts them."""
        self._verify_below = verify_below
        self._tell_damage = tell_damage
        self.scanner = Scanner(verify_below)
        self.scalar_parts: dict[int, Part] = {}
        self.item_parts: dict[int, Part] = {}
        self.event_parts: dict[SeriesKey, Part] = {}
        self.falls: dict[int, list[int]] = {}
        """Number of a scalar series -> its rows at which the step is smaller than in the row before."""
        self.late: dict[int, array[int]] = {}
        """Number of a series whose metadata is in an earlier file: an item to the scanner of this one alone, and a
        scalar where a number lies in it. -> Those of its rows that hold none, ascending."""
        self.replaces: int = 0 if replaces is None else replaces.replaces + 1
        """How many files of this name it came after, as far as we saw."""
        self.predecessor: EventFile | None = None
        """The one whose points are shown until this one is read."""
        self._identity: tuple[int, int] | None = None
        self._head = b""
        self._seen: tuple[int, ...] = ()
        self.trouble = ""
        """Why it can't be read, in words."""
        self._damage = DamageList()
        self.tail: bytes | None = b""
        """The last bytes that were looked into when reading last ended, up to ``read_bytes`` or behind it; None when
        they could not be read again."""
        self._tail_end = 0
        self._truncated = False

    def __repr__(self) -> str:
        return f"<EventFile {self.location!r}, {self.read_bytes} of {self.size_bytes} bytes>"

    @property
    def path(self) -> Path:
        return Path(self.location)

    @property
    def shown_path(self) -> str:
        """Its path as text that any encoding takes: bytes that are no UTF-8 are backslash escapes."""
        return readable(self.location)

    @property
    def shown_name(self) -> str:
        """The last part of ``shown_path``."""
        return readable(self.name)

    @property
    def read_bytes(self) -> int:
        """The byte after the last whole record."""
        return self.scanner.offset

    @property
    def _looked_into(self) -> int:
        """The byte after the last one that says what there is: behind a damaged length all is searched for a record."""
        return self.size_bytes if self.scanner.ended else self.scanner.offset

    @property
    def unread_bytes(self) -> int:
        """Bytes that are to be looked at; those behind a wrong length, or in an unfinished record, were."""
        if self.gone or self.trouble or self._truncated or self.is_marker:
            return 0
        return max(0, self.size_bytes - self.scanner.offset)

    @property
    def is_marker(self) -> bool:
        return self.name.endswith(MARKER_SUFFIX)

    @property
    def note(self) -> str:
        """Anything worth knowing besides damage, in words; empty when there is nothing."""
        notes = []
        if self.replaces:
            notes.append("took the place of another file of this name")
        if self.gone:
            notes.append("deleted while it was followed; its points went with it")
        elif self.trouble:
            notes.append(self.trouble)
        elif self.is_marker:
            notes.append("marks this directory as a run; holds no events")
        elif self.size_bytes == 0:
            notes.append("empty")
        elif self.scanner.ended:
            notes.append(f"no record can be found after byte {self.read_bytes}")
        elif self._truncated and self.read_bytes < self.size_bytes:
            left = self.size_bytes - self.read_bytes
            last = "byte is" if left == 1 else f"{left:,} bytes are"
            notes.append(f"the last {last} an unfinished record: still being written, or cut")
        if self.damage_count > MAX_DAMAGE and not self.gone:
            notes.append(f"{self.damage_count:,} damaged places, of which {MAX_DAMAGE:,} are listed")
        if self.unverified and not self.gone:
            long = "1 long record" if self.unverified == 1 else f"{self.unverified:,} long records"
            verb, they = ("is", "it is") if self.unverified == 1 else ("are", "they are")
            notes.append(f"{long} ({self.unverified_bytes:,} bytes) {verb} verified when {they} read")
        return "; ".join(notes)

    def look(self) -> Look:
        """What happened to the file since it was last looked at; one ``stat``."""
        try:
            status = os.stat(self.location)
        except (FileNotFoundError, NotADirectoryError) as error:
            return self._fail(error) if os.path.islink(self.location) else "gone"
        except OSError as error:
            return self._fail(error)
        if not stat.S_ISREG(status.st_mode):
            return "gone"
        seen = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if seen == self._seen:
            return "same"
        identity = (status.st_dev, status.st_ino)
        if self._identity not in (None, identity) or status.st_size < self._looked_into:
            return "replaced"
        self._seen = seen
        self.modified = status.st_mtime
        self.grows = self.looks > 0 and status.st_size > self.size_bytes
        self.looks += 1
        self.size_bytes = status.st_size
        self._truncated = False
        return "changed"

    def continue_watch(self, former: EventFile) -> None:
        """Know what was seen of the same file by another object, which is not used any more. Not looked at yet."""
        self.replaces = former.replaces
        self.looks = former.looks
        self.size_bytes = former.size_bytes
        self.seen_growing = former.seen_growing

    def open(self) -> int | None:
        """A descriptor to read what is unread, None when that can't be done (the note says why).

        ``FileExistsError`` when another file has taken its place since it was looked at, or when what was read of it is
        not there any more: it was cut and written on.
        """
        try:
            descriptor = os.open(self.location, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            self._fail(error)
            return None
        try:
            status = os.fstat(descriptor)
            identity = (status.st_dev, status.st_ino)
            head = os.pread(descriptor, HEAD_BYTES, 0)
            tail = self.tail and os.pread(descriptor, len(self.tail), self._tail_end - len(self.tail))
        except OSError as error:
            os.close(descriptor)
            self._fail(error)
            return None
        if self._identity not in (None, identity) or head[: len(self._head)] != self._head or tail != self.tail:
            os.close(descriptor)
            raise FileExistsError(self.location)
        if self._identity is None:
            self._identify(identity, head)
        self._head = head
        self.trouble = ""
        return descriptor

    # What the index uses

    @property
    def seen(self) -> tuple[int, ...]:
        """What ``stat`` said when it was last looked at: device, inode, size, mtime and ctime in ns. Empty: unknown."""
        return self._seen

    @property
    def head(self) -> bytes:
        return self._head

    @property
    def truncated(self) -> bool:
        """What is left was looked at, and is no whole record."""
        return self._truncated

    def note_tail(self, descriptor: int) -> None:
        """Note the last bytes that were looked into, from the open file they were read from."""
        self._tail_end = self._looked_into
        start = max(0, self._tail_end - HEAD_BYTES)
        try:
            self.tail = os.pread(descriptor, self._tail_end - start, start)
        except OSError:
            self.tail = None

    def continues(self, seen: tuple[int, ...], head: bytes, tail: bytes, offset: int) -> bool:
        """Whether this file, which was looked at and not read, is what it was when ``seen``, or has only grown.

        A file with the same inode, size and times has the same bytes (the device is left out: network file systems and
        containers number theirs anew). When it grew, the first bytes and the last ones before ``offset`` must be as
        they were. Anything else, also a time that changed alone, is another file.
        """
        if len(self._seen) != len(seen) or self._seen[1] != seen[1] or self._seen[2] < seen[2]:
            return False
        if self._seen[2] == seen[2]:
            return self._seen[3:] == seen[3:]
        try:
            return self._holds(head, tail, offset)
        except OSError:
            return False

    def recognise(self, former: EventFile) -> None:
        """It comes after the file of this name that was read, when its bytes are not those. It was looked at."""
        other = self.size_bytes < former.read_bytes
        if former.id and not other:
            try:
                other = former.tail is None or not self._holds(former.head, former.tail, former._tail_end)
            except OSError:
                return  # it can't be read now, and nothing is known of it
        self.replaces += other

    def _holds(self, head: bytes, tail: bytes, offset: int) -> bool:
        """Whether these are its first bytes and the last ones before ``offset``."""
        descriptor = os.open(self.location, os.O_RDONLY | os.O_NONBLOCK)
        try:
            start = offset - len(tail)
            return os.pread(descriptor, len(head), 0) == head and os.pread(descriptor, len(tail), start) == tail
        finally:
            os.close(descriptor)

    def resume(self, scanner: Scanner, seen: tuple[int, ...], head: bytes, tail: bytes, truncated: bool) -> None:
        """Go on where reading had come to, with a scanner that stands there. ``continues`` said that it may."""
        self.scanner = scanner
        self.tail = tail
        self._tail_end = scanner.offset
        self._truncated = truncated and self._seen[2] == seen[2]
        if not self.is_marker:
            self._identify((self._seen[0], self._seen[1]), head)

    def _identify(self, identity: tuple[int, int], head: bytes) -> None:
        self._identity = identity
        key = repr((self.run, self.name, identity, head, self.replaces)).encode()
        self.id = hashlib.blake2b(key, digest_size=8).hexdigest()
        self._head = head

    @contextmanager
    def reopen(self) -> Iterator[int]:
        """A descriptor to read records by position. ``OSError`` when there is none, or another file has the name."""
        descriptor = os.open(self.location, os.O_RDONLY | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if (status.st_dev, status.st_ino) != self._identity:
                raise OSError(errno.ESTALE, "another file has taken its place", self.location)
            yield descriptor
        finally:
            os.close(descriptor)

    def scan(self, descriptor: int, max_bytes: int) -> Batch | None:
        """The next batch; None at the end, or when the system fails (the note says how)."""
        if 0 < self.size_bytes == self.scanner.offset:
            return None  # all that was there when it was looked at
        try:
            batch = self.scanner.scan_file(descriptor, max_bytes)
        except OSError as error:
            self._fail(error)
            return None
        # Whatever is left is no whole record, or was searched for one in vain.
        self._truncated = batch.truncated or self.scanner.ended
        self.size_bytes = max(self.size_bytes, self.scanner.offset)
        if batch.bytes_read == 0 and not batch.damage:
            self._truncated = True
            return None
        return batch

    @property
    def damage(self) -> tuple[Damage, ...]:
        """Damaged places in the order of their offsets, the first ``MAX_DAMAGE`` that were found."""
        return self._damage.listed

    @property
    def scanned_damage(self) -> list[Damage]:
        """Those of ``damage`` that whoever scans the file anew finds; the others were found when values were read."""
        return self._damage.scanned

    @property
    def damage_count(self) -> int:
        """Damaged places, also those that are not listed in ``damage``."""
        return self._damage.count

    def note_damage(self, damage: Damage) -> None:
        """Note what was found when a value was read, from any thread."""
        if self._damage.add_later(damage):
            self._tell_damage()

    def restore_damage(self, damage: list[Damage], count: int) -> None:
        """What is known of a file that was not read yet."""
        self._damage.restore(damage, count)

    def let_go(self) -> None:
        """It is deleted or replaced. What stays is its line in the ledger: it keeps neither its rows nor its run."""
        self.gone = True
        self.scalar_parts.clear()
        self.item_parts.clear()
        self.event_parts.clear()
        self._tell_damage = lambda: None

    def take_times(self, batch: Batch) -> None:
        """Note when things happened and how far steps went."""
        self.records += batch.records
        self.points += len(batch.step) + len(batch.item_step)
        self.unverified += batch.unverified
        self.unverified_bytes += batch.unverified_bytes
        for damage in batch.damage:
            self._damage.add(damage)
        for column in (batch.step, batch.item_step):
            if len(column):
                high = int(column.max())
                self.last_step = high if self.last_step is None else max(self.last_step, high)
        points = _finite_range(batch.wall_time, batch.item_wall_time)
        if points is not None:
            self.first_point_wall_time = _smaller(self.first_point_wall_time, points[0])
        everything = _finite_range(batch.wall_time, batch.item_wall_time, batch.event_wall_time)
        if everything is not None:
            self.first_wall_time = _smaller(self.first_wall_time, everything[0])
            if self.last_wall_time is None or everything[1] > self.last_wall_time:
                self.last_wall_time = everything[1]

    def take_sessions(self, batch: Batch, descriptor: int) -> None:
        """Note SessionLog START and STOP."""
        if batch.bytes_read:
            self.stopped = False
        starts = list(self.session_starts)
        for row in np.flatnonzero(batch.event_field == SESSION_LOG).tolist():
            record, payload = int(batch.event_record[row]), int(batch.event_payload[row])
            try:
                content = os.pread(descriptor, int(batch.event_length[row]), int(batch.event_offset[row]))
                status = SessionLog.FromString(content).status
                if status == SessionStatus.START:
                    rows = starts[0].rows if starts else SessionRows(self._verify_below)
                    rows.add(descriptor, record)
            except (OSError, MalformedMessage):
                continue  # the record was verified a moment ago: the file is being replaced, and the next look says so
            if status == SessionStatus.START:
                step, wall_time = int(batch.event_step[row]), float(batch.event_wall_time[row])
                starts.append(SessionStart(step, wall_time, len(starts), rows))
            elif status == SessionStatus.STOP:
                self.stopped = record + 12 + payload + 4 == self.scanner.offset
        self.session_starts = tuple(starts)

    def rows_before(self, start: SessionStart, part: Part) -> int:
        """Rows of one of its parts that lie before one of its STARTs."""
        others = self.late.get(part.number)
        if others is None:
            return start.rows_before(part.number, part.is_scalar)
        rows = start.rows_before(part.number, False)
        without_number = bisect_left(others, rows)
        return rows - without_number if part.is_scalar else without_number

    def take_session_end(self, metadata: bytes, wall_times: npt.NDArray[np.float64]) -> None:
        """Note the end of a session as hyperparameters tell it."""
        message = decode_metadata(metadata)
        try:
            end = None if message is None else decode_content(message.plugin_data.content)
        except MalformedMessage:
            return  # of another version; the value itself is listed, and reading it says so
        if isinstance(end, SessionEnd) and end.status != Status.RUNNING:
            self.session_end = (float(wall_times.max()), end.status.name.lower())

    def take_run_events(self, batch: Batch) -> tuple[RunEvent, ...]:
        """Note where graphs and run metadata lie; those of this batch."""
        rows = np.flatnonzero(np.isin(batch.event_field, KEPT_FIELDS))
        columns = (batch.event_step, batch.event_wall_time)
        positions = (batch.event_record, batch.event_payload, batch.event_offset, batch.event_length)
        found = tuple(
            RunEvent(int(field), int(step), float(wall_time), self, *map(int, position))
            for field, (step, wall_time), position in zip(
                batch.event_field[rows],
                zip(*(column[rows] for column in columns), strict=True),
                zip(*(column[rows] for column in positions), strict=True),
                strict=True,
            )
        )
        self.run_events += found
        return found

    def take_fall(self, number: int, row: int) -> None:
        """Note that the step of a scalar series went back in ``row``."""
        rows = self.falls.setdefault(number, [])
        if len(rows) <= MAX_FALLS:
            rows.append(row)

    def _fail(self, error: OSError) -> Look:
        """Keep the trouble for the ledger, and look again next time: permissions and mounts come back."""
        self.trouble = f"can't be read: {error.strerror or error}"
        if isinstance(error, FileNotFoundError) and os.path.islink(self.location):
            self.trouble = "a link to a file that is not there"
        self._seen = ()
        return "same"


def _finite_range(*columns: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    low, high = math.inf, -math.inf
    for column in columns:
        if not len(column):
            continue
        smallest, largest = float(column.min()), float(column.max())
        if not (math.isfinite(smallest) and math.isfinite(largest)):
            finite = column[np.isfinite(column)]
            if not len(finite):
                continue
            smallest, largest = float(finite.min()), float(finite.max())
        low, high = min(low, smallest), max(high, largest)
    return (low, high) if low <= high else None


def _smaller(known: float | None, value: float) -> float:
    return value if known is None else min(known, value)
