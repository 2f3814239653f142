"""One event file being written: the only place that holds a descriptor.

An append is one ``write`` of a whole record on an ``O_APPEND`` descriptor, so what was appended survives the death of
the process, and readers see whole records. It never raises: trouble in the world (a full disk, a deleted directory)
is logged once, counted, and left behind as soon as it ends. A record that the system took only in part is finished
before anything else is written: a reader that already holds its first half must not see it replaced.
"""

from __future__ import annotations

import errno
import os
from itertools import count
from threading import RLock
from time import monotonic, time

from sightline.errors import ArgumentError, LogDirectoryError
from sightline.format.event import FILE_VERSION, Event, SessionLog, SessionStatus, SourceMetadata
from sightline.format.kernel import frame

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
    one that is begun in the middle of training.
    """

    def __init__(self, directory: str, filename_suffix: str = "", tolerant: bool = False) -> None:
        if "/" in filename_suffix or os.sep in filename_suffix or "\0" in filename_suffix:
            raise ArgumentError(
                f"filename_suffix: got {filename_suffix!r}, want text that can be part of a file's name"
            )
        self.directory = directory
        self.path = ""
        """The file in use; empty before the first one and after :meth:`close`."""
        self.lost_records = 0
        """Records that could not be written and were given up."""
        self._suffix = filename_suffix
        # Re-entrant: a signal handler may log while its own thread is inside append.
        self._lock = RLock()
        self._descriptor = _CLOSED
        self._identity = (0, 0)
        self._process = os.getpid()
        self._torn, self._torn_written = b"", 0
        """The file's last record and how much of it was written, while that is not all of it."""
        self._check_at = 0.0
        """Until then (monotonic clock) an append is a bare write. In the past while anything is out of order."""
        self._retry_at = 0.0
        """Until then no file is opened, because the last attempt failed."""
        self._trouble, self._trouble_was_told = "", False
        self._remind_at = 0.0
        try:
            self._begin()
        except OSError as error:
            if isinstance(error, (FileExistsError, NotADirectoryError)) and not tolerant:
                raise LogDirectoryError(f"log_dir: a file is in the way, want a directory: {error.filename}") from error
            if error.errno not in _PASSING and not tolerant:
                raise
            self._suffer(error)
        self.flush()

    def append(self, record: bytes) -> None:
        """Hand one whole record to the operating system."""
        with self._lock:
            if monotonic() >= self._check_at:
                self._append_with_care(record)
                return
            try:
                written = os.write(self._descriptor, record)
            except OSError as error:
                self.lost_records += 1
                self._suffer(error)
                return
            if written != len(record):
                self._torn, self._torn_written, self._check_at = record, written, 0.0
                self._append_with_care(b"")

    def flush(self) -> None:
        """Finish a record that was written in part, if the system lets us; everything else is written already."""
        with self._lock:
            if self._torn:
                self._append_with_care(b"")

    def release(self) -> None:
        """Give the descriptor back; the next append opens the same file again."""
        with self._lock:
            self._close_descriptor()

    def close(self) -> None:
        """End the file with a session STOP, so that a finished run can be told from a stalled one."""
        with self._lock:
            if not self.path:
                return
            # A forked child inherits this object, but the file is the parent's to end.
            if self._process == os.getpid():
                self._append_with_care(_stop_record())
                self._cut_torn()
            self._close_descriptor()
            self.path = ""

    def _append_with_care(self, record: bytes) -> None:
        """Append while something is or may be out of order: a closed file, a check due, a torn record, trouble."""
        now = monotonic()
        try:
            if self._descriptor != _CLOSED and not self._is_ours():
                self._abandon()
            if self._descriptor == _CLOSED:
                if now < self._retry_at:
                    self.lost_records += bool(record)
                    return
                self._open()
            self._finish_torn()
            if record:
                self._torn = record
                self._finish_torn()
        except OSError as error:
            # A record of which nothing was written is given up; one that was begun has to be finished.
            if record and (self._torn is not record or not self._torn_written):
                self.lost_records += 1
            if self._torn is record and not self._torn_written:
                self._torn = b""
            self._suffer(error)
            return
        self._check_at = now + CHECK_SECONDS
        if self._trouble:
            self._trouble = ""
            if self._trouble_was_told:
                _log(f"{self.path} can be written again; {self.lost_records} records were lost")

    def _finish_torn(self) -> None:
        while self._torn:
            self._torn_written += os.write(self._descriptor, self._torn[self._torn_written :])
            if self._torn_written == len(self._torn):
                self._torn, self._torn_written = b"", 0

    def _cut_torn(self) -> None:
        """Before closing: cut off a record that could not be finished, so that the file ends in a whole one."""
        if self._torn_written and self._descriptor != _CLOSED:
            try:
                os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - self._torn_written)
            except OSError as error:
                self._suffer(error)
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
        self._process = os.getpid()
        self._torn, self._torn_written = _first_record(now), 0

    def _hold(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        self._descriptor = descriptor
        self._identity = (status.st_dev, status.st_ino)

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
        reason = error.strerror or str(error)
        if reason != self._trouble:
            self._trouble = reason
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


def _log(message: str) -> None:
    # Not warnings.warn: under -W error that would raise into somebody's training loop.
    import logging

    logging.getLogger("sightline").warning(message)


def _first_record(now: float) -> bytes:
    event = Event(wall_time=now, file_version=FILE_VERSION, source_metadata=SourceMetadata(writer="sightline"))
    return frame(event.SerializeToString())


def _stop_record() -> bytes:
    return frame(Event(wall_time=time(), session_log=SessionLog(status=SessionStatus.STOP)).SerializeToString())
