"""One event file being written: the only place that holds a descriptor.

An append is one ``write`` of a whole record on an ``O_APPEND`` descriptor, so what was appended survives the death of
the process, and readers see whole records. It never raises: trouble in the world (a full disk, a deleted directory)
is logged once, counted, and left behind as soon as it ends. A record that the system took only in part is finished
before anything else is written: a reader that already holds its first half must not see it replaced.

While nothing is out of order, scalars go through the kernel's ``Appender``, which needs no lock; whoever does anything
else to the file disarms it first. On slow storage records wait in a ``Backlog``.
"""

from __future__ import annotations

import errno
import os
from itertools import count
from threading import RLock
from time import monotonic, time
from weakref import WeakSet

from sightline.errors import ArgumentError, LogDirectoryError
from sightline.format.kernel import Appender, frame, timed_write
from sightline.writer.backlog import SLOW_SECONDS, Backlog

__all__ = ["EventFile"]

CHECK_SECONDS = 1.0
"""How often it is checked that the open file still is the one in the directory: one fstat."""
REMIND_SECONDS = 60.0
"""The least time between two warnings about the same file."""

_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ETIMEDOUT})
"""Errors on creating the first file that may go away: survived. Any other is the caller's to know at once."""
_GONE = frozenset({errno.EBADF, errno.ESTALE, errno.ENOENT, errno.ENODEV, errno.ENXIO})
"""Errors that say the descriptor will never work again."""

_CLOSED = -1
_numbers = count()


class EventFile:
    """Appends records to ``events.out.tfevents.<seconds>.<host>.<process>.<number><suffix>`` in a directory.

    Creates both, and writes the file's first record. Thread-safe. After :meth:`close`, the next append begins a new
    file in the same directory. ``LogDirectoryError`` when something in the path is a file; the system's own
    ``OSError`` when the directory can't be written to, unless that may pass (disk full) or the file is ``tolerant``:
    one that is begun in the middle of training. ``backlog`` is where records wait on slow storage, shared by a
    writer's files; ``sync`` makes ``flush`` and ``close`` ask the disk (fsync). After a fork the child begins a file
    of its own.
    """

    def __init__(
        self,
        directory: str,
        filename_suffix: str = "",
        tolerant: bool = False,
        backlog: Backlog | None = None,
        sync: bool = False,
    ) -> None:
        if "/" in filename_suffix or os.sep in filename_suffix or "\0" in filename_suffix:
            raise ArgumentError(
                f"filename_suffix: got {filename_suffix!r}, want text that can be part of a file's name"
            )
        self.directory = directory
        self.path = ""
        """The file in use; empty before the first one and after :meth:`close`."""
        self.lost_records = 0
        """Records that could not be written and were given up."""
        self.trouble = ""
        """Why nothing can be written at the moment."""
        self._suffix = filename_suffix
        self._backlog = Backlog() if backlog is None else backlog
        self._sync = sync
        self._records = self._bytes = self._records_checked = 0
        self._appender = Appender()
        self._armed = False
        self.append_scalar = self._appender.append
        """``append_scalar(tag, value, step, wall_time)``: the kernel's, which may refuse (0) or have begun (-1)."""
        # Re-entrant: a signal handler may log while its own thread is inside append.
        self._lock = RLock()
        self._descriptor = _CLOSED
        self._identity = (0, 0)
        self._torn, self._torn_written = b"", 0
        """The file's last record and how much of it was written, while that is not all of it."""
        self._check_at = 0.0
        """Until then (monotonic clock) an append is a bare write. In the past while anything is out of order."""
        self._retry_at = 0.0
        """Until then no file is opened, because the last attempt failed."""
        self._trouble_was_told = False
        self._remind_at = 0.0
        _alive.add(self)
        try:
            self._begin()
        except OSError as error:
            if isinstance(error, (FileExistsError, NotADirectoryError)) and not tolerant:
                raise LogDirectoryError(f"log_dir: a file is in the way, want a directory: {error.filename}") from error
            if error.errno not in _PASSING and not tolerant:
                raise
            self._suffer(error)
        with self._lock:
            if self._torn:
                self._append_with_care(b"", 0)

    @property
    def records(self) -> int:
        """Records handed to the operating system, whole or begun."""
        return self._records + self._appender.counts[0]

    @property
    def size_bytes(self) -> int:
        """Bytes handed to the operating system."""
        return self._bytes + self._appender.counts[1]

    @property
    def scalar_counts(self) -> tuple[int, int, int]:
        """Records that went through ``append_scalar``, their bytes, and the nanoseconds they took."""
        return self._appender.counts

    def append(self, records: bytes, count: int = 1) -> None:
        """Hand whole records to the operating system, or on slow storage to the backlog."""
        if self._backlog.batching:
            self._appender.disarm()
            if self._backlog.put(self, records, count):
                return
        self.write(records, count)

    def finish_scalar(self) -> None:
        """``append_scalar`` has begun a record that the system took only in part."""
        with self._lock:
            self._appender.disarm()
            if not self._torn:
                self._torn, self._torn_written = self._appender.torn
            self._append_with_care(b"", 0)

    def write(self, records: bytes, count: int = 1) -> None:
        """Hand whole records to the operating system now."""
        with self._lock:
            if self._armed and not self._appender.armed and monotonic() < self._check_at:
                self._backlog.watch()  # its last write took long
            self._appender.disarm()
            self._armed = False
            if monotonic() >= self._check_at:
                self._append_with_care(records, count)
            else:
                try:
                    written = self._write(records)
                except OSError as error:
                    self.lost_records += count
                    self._suffer(error)
                    return
                self._records += count
                if written != len(records):
                    self._tear(records, count, written)
                    self._append_with_care(b"", 0)
            left = self._check_at - monotonic()
            if left > 0 and not self._backlog.batching and not self._backlog.watching:
                self._appender.arm(self._descriptor, left, SLOW_SECONDS)
                self._armed = True

    def lose(self, count: int, reason: str) -> None:
        """Records were given up before they came here."""
        self.lost_records += count
        self._complain(reason)

    def flush(self) -> None:
        """See that everything is in the operating system's hands, and with ``sync`` on the disk."""
        self._drain()
        with self._lock:
            if self._torn:
                self._append_with_care(b"", 0)
            if self._sync and self._descriptor != _CLOSED:
                try:
                    os.fsync(self._descriptor)
                except OSError as error:
                    self._suffer(error)

    def release(self) -> None:
        """Give the descriptor back; the next append opens the same file again."""
        with self._lock:
            self._close_descriptor()

    def close(self) -> None:
        """End the file with a session STOP, so that a finished run can be told from a stalled one."""
        self._drain()
        with self._lock:
            if not self.path:
                return
            self._appender.disarm()
            self._append_with_care(_stop_record(), 1)
            self._cut_torn()
            self.flush()
            self._close_descriptor()
            self.path = ""

    def _drain(self) -> None:
        if not self._backlog.drain():
            self._complain("the storage stalls")

    def _forked(self) -> None:
        """In a forked child: the file, and what is waiting to be written to it, are the parent's. Begin anew."""
        self._lock = RLock()
        self._appender.disarm()
        self._backlog.reset()
        self._torn, self._torn_written = b"", 0
        self._abandon()
        self.path, self._retry_at, self.trouble = "", 0.0, ""

    def _append_with_care(self, records: bytes, count: int) -> None:
        """Append while something is or may be out of order: a closed file, a check due, a torn record, trouble."""
        now = monotonic()
        try:
            if self._descriptor != _CLOSED:
                if self._is_ours():
                    self._records_checked = self.records
                else:
                    self.lost_records += self.records - self._records_checked  # they went with the file
                    self._abandon()
            if self._descriptor == _CLOSED:
                if now < self._retry_at:
                    self.lost_records += count
                    return
                self._open()
            self._finish_torn()
            if records:
                written = self._write(records)
                self._records += count
                if written != len(records):
                    self._tear(records, count, written)
                count = 0
                self._finish_torn()
        except OSError as error:
            # Records of which nothing was written are given up; one that was begun has to be finished.
            self.lost_records += count
            self._suffer(error)
            return
        self._check_at = now + CHECK_SECONDS
        if self.trouble:
            self.trouble = ""
            if self._trouble_was_told:
                _log(f"{self.path} can be written again; {self.lost_records} records were lost")

    def _write(self, data: bytes | memoryview) -> int:
        written, seconds = timed_write(self._descriptor, data)
        self._bytes += written
        slow = self._backlog.observe(seconds, written)
        if slow:
            _log(f"{self.directory}: {slow}")
        return written

    def _tear(self, records: bytes, count: int, written: int) -> None:
        """Only a part was written. The record in which it ends is kept to be finished; those after it are lost."""
        start, whole = 0, 0
        while True:
            end = start + 16 + int.from_bytes(records[start : start + 8], "little")
            if end > written:
                break
            start, whole = end, whole + 1
        if start == written:  # cut between two records
            lost = count - whole
        else:
            lost = count - whole - 1
            self._torn, self._torn_written = records[start:end], written - start
        self._records -= lost
        self.lost_records += lost
        self._check_at = 0.0

    def _finish_torn(self) -> None:
        while self._torn:
            self._torn_written += self._write(memoryview(self._torn)[self._torn_written :])
            if self._torn_written == len(self._torn):
                self._torn, self._torn_written = b"", 0

    def _cut_torn(self) -> None:
        """Before closing: cut off a record that could not be finished, so that the file ends in a whole one."""
        if self._torn_written and self._descriptor != _CLOSED:
            try:
                os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - self._torn_written)
            except OSError as error:
                self._suffer(error)
            self._records -= 1
            self.lost_records += 1
        self._torn, self._torn_written = b"", 0

    def _open(self) -> None:
        if self.path:
            try:
                self._hold(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC))
                return
            except FileNotFoundError:
                self._warn(f"{self.path} was deleted while it was being written; a new event file is begun")
        self._begin()

    def _begin(self) -> None:
        """Create the directory and a new file in it; its first record is the one to be finished next."""
        from socket import gethostname  # imported here: it costs a tenth of `import sightline`

        os.makedirs(self.directory, exist_ok=True)
        while True:
            now = time()
            # The name torch's writer gives. O_EXCL, because containers may share a host name and a process number.
            name = f"events.out.tfevents.{int(now):010d}.{gethostname()}.{os.getpid()}.{next(_numbers)}{self._suffix}"
            path = os.path.join(self.directory, name)
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
                break
            except FileExistsError:
                continue
        self._hold(descriptor)
        self.path = path
        self._torn, self._torn_written = _first_record(now), 0
        self._records += 1
        if self._sync:
            self._sync_directory()

    def _sync_directory(self) -> None:
        """A file is on the disk when its directory's entry is."""
        directory = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _hold(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        self._descriptor = descriptor
        self._identity = (status.st_dev, status.st_ino)
        self._records_checked = self.records

    def _is_ours(self) -> bool:
        """Whether the descriptor still leads to our file, and the file is still in some directory.

        Programs that become daemons close all descriptors, and the number may be somebody else's by now.
        """
        try:
            status = os.fstat(self._descriptor)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._identity and status.st_nlink > 0

    def _abandon(self) -> None:
        """Let go of a descriptor that is of no more use; it is closed only if it surely leads to our file."""
        try:
            status = os.fstat(self._descriptor)
            if (status.st_dev, status.st_ino) != self._identity:
                self._descriptor = _CLOSED
        except OSError:  # closed by somebody else
            self._descriptor = _CLOSED
        self._close_descriptor()

    def _close_descriptor(self) -> None:
        self._appender.disarm()
        descriptor, self._descriptor, self._check_at = self._descriptor, _CLOSED, 0.0
        if descriptor != _CLOSED:
            try:
                os.close(descriptor)
            except OSError as error:  # network file systems report a late failure here
                self._suffer(error)

    def _suffer(self, error: OSError) -> None:
        self._check_at = 0.0
        if error.errno in _GONE and self._descriptor != _CLOSED:
            self._abandon()
        if self._descriptor == _CLOSED:
            self._retry_at = monotonic() + CHECK_SECONDS
        self._complain(error.strerror or str(error))

    def _complain(self, reason: str) -> None:
        if reason != self.trouble:
            self.trouble = reason
            self._trouble_was_told = self._warn(
                f"can't write {self.path or self.directory}: {reason}. "
                "Training goes on; what is logged is lost, and counted, until this ends"
            )

    def _warn(self, message: str) -> bool:
        now = monotonic()
        if now < self._remind_at:
            return False
        self._remind_at = now + REMIND_SECONDS
        _log(message)
        return True


_alive: WeakSet[EventFile] = WeakSet()


def _after_fork() -> None:
    for file in list(_alive):
        file._forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _log(message: str) -> None:
    # Not warnings.warn: under -W error that would raise into somebody's training loop.
    import logging

    logging.getLogger("sightline").warning(message)


# The messages are described by tables that take time to build, and `import sightline` does not need them.


def _first_record(now: float) -> bytes:
    from sightline.format.event import FILE_VERSION, Event, SourceMetadata

    event = Event(wall_time=now, file_version=FILE_VERSION, source_metadata=SourceMetadata(writer="sightline"))
    return frame(event.SerializeToString())


def _stop_record() -> bytes:
    from sightline.format.event import Event, SessionLog, SessionStatus

    return frame(Event(wall_time=time(), session_log=SessionLog(status=SessionStatus.STOP)).SerializeToString())
