"""A log directory: the runs below it, found, read and kept up to date.

Locks, in the order in which they are taken: ``_refreshing`` (one refresh at a time), a run's ``lock``, ``_lock``
(version, progress, what changed). Readers take none of them for more than a moment, and wait for a file only when they
are the first to ask for rows that the index keeps (``Run.load``).
"""

from __future__ import annotations

import gc
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from re import Pattern
from types import MappingProxyType
from typing import TYPE_CHECKING

from sightline.errors import LogDirectoryError
from sightline.store.changes import Changes
from sightline.store.directory_tree import DirectoryTree, readable
from sightline.store.event_file import BLOCK_BYTES, EventFile
from sightline.store.index import GROWTH, Index
from sightline.store.index_file import DescribedRun
from sightline.store.name import Names
from sightline.store.progress import Progress
from sightline.store.run import MAX_GONE, Run
from sightline.store.source import AnyPath, EventFileSource, find_missing, find_places, find_source, list_places

if TYPE_CHECKING:
    from sightline.store.embeddings import Embedding
    from sightline.store.notebook import Notebook
    from sightline.store.scalar_table import ScalarTable
    from sightline.store.trash import Trash

__all__ = ["LogDir", "open_logdir"]

THREADS = max(2, min(8, os.cpu_count() or 2))
SMALL_BYTES = 4 << 20
"""Less than this is read without starting threads: what live runs write between two looks."""
GROWTH_AT_END = 0.01
"""The index is written once more when whoever followed the log directory ends."""
TELL_SECONDS = 0.1
"""How often a long refresh tells what it has read so far."""

Queue = deque[tuple[Run, deque[EventFile]]]
Listener = Callable[[Changes], None]


class LogDir:
    """Runs and their series. Thread-safe: readers see a consistent snapshot while ``refresh`` goes on elsewhere.

    ``path`` is a directory, several, ``name:path``, a pattern or an event file: see ``source.py``, also for the errors.
    A directory that does not exist yet has no runs; they appear with it. With ``verify`` every checksum is verified
    while reading; otherwise those of long payloads are verified when the values are read. With ``cache`` an index in
    the user's cache directory makes the next opening immediate. With ``sidecar`` notes lie beside the logs. Runs can be
    deleted with ``allow_delete`` only.
    """

    def __init__(
        self,
        path: AnyPath | Sequence[AnyPath],
        *,
        verify: bool = False,
        cache: bool = False,
        sidecar: bool = False,
        allow_delete: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        places = list_places(path)
        self.path = Path(places[0]) if places else Path()
        """The first of the places it was made from."""
        self.title = " ".join([readable(os.fspath(place)) for place in places])
        """What the user called it; bytes that are no UTF-8 are backslash escapes, here and wherever paths are shown."""
        self._tree = find_source(places)
        self.root = self._tree.root if isinstance(self._tree, DirectoryTree) else None
        """The directory, absolute: the process may change its working directory later. None when it is not just one."""
        self.is_event_file = isinstance(self._tree, EventFileSource)
        self.places = find_places(self._tree)
        """The directories that runs are looked for in."""
        self.verify = verify
        self._sidecar = sidecar
        self._allow_delete = allow_delete
        self._index: Index | None = None
        if cache and not verify:
            self._index = Index([os.path.abspath(place) for place in places], self._tree.roots)
        self._restored = False
        self._saving = threading.Lock()
        self._unsaved = 0
        self._now = now
        self._runs = Names[Run]("run")
        self._paths: dict[str, tuple[str, ...]] = {}
        self._runs_at: dict[str, set[str]] = {}
        self._gone_files: tuple[EventFile, ...] = ()
        self._refreshing = threading.Lock()
        self._lock = threading.Lock()
        self._version = 0
        self._files = 0
        self._bytes_total = 0
        self._bytes_read = 0
        self._done = False
        self._told = 0.0
        self.look_seconds = 0.0
        """Processor time that the last refresh or poll took to find out what to read."""
        self._grown: set[str] = set()
        self._structure = False
        self._existed = self.exists

    def __repr__(self) -> str:
        return f"<LogDir {str(self.path)!r}, {len(self._runs)} runs>"

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version

    @property
    def runs(self) -> Mapping[str, Run]:
        """By name, in natural order: ``run2`` before ``run10``. A snapshot; ``UnknownName`` for a name it has not."""
        return MappingProxyType(self._runs)

    @property
    def embeddings(self) -> dict[str, tuple[Embedding, ...]]:
        """Of every directory that has some, by the name that a run there would have: no event file is needed. In the
        order of ``runs``.

        The configurations are read when this is asked for. A damaged one is left out, with a warning.
        """
        from sightline.store.embeddings import find_embeddings

        return dict(sorted(find_embeddings(self._tree.folders()).items(), key=lambda item: natural_key(item[0])))

    @property
    def progress(self) -> Progress:
        """How far reading has come."""
        with self._lock:
            return self._snapshot()

    @property
    def exists(self) -> bool:
        """Whether any of the places it was made from is there."""
        return bool(self._runs) or not self.missing

    @property
    def missing(self) -> list[str]:
        """Those of the places it was made from that are not there: absolute paths, patterns that match nothing."""
        return [readable(path) for path in find_missing(self._tree)]

    @property
    def problems(self) -> Mapping[str, str]:
        """Directories that can't be listed -> why."""
        return MappingProxyType(dict(self._tree.problems))

    @property
    def gone_files(self) -> Sequence[EventFile]:
        """Of runs that went while they were followed: the last of them, in the order in which they went."""
        return self._gone_files

    @property
    def index_problem(self) -> str:
        """Why no index is read or kept, in a sentence; empty when all is well, or none is wanted."""
        return "" if self._index is None else self._index.problem

    @cached_property
    def notes(self) -> Notebook:
        """What a person says of its runs."""
        from sightline.store.notebook import Notebook

        return Notebook(self.places, beside_logs=self._sidecar)

    @cached_property
    def trash(self) -> Trash | None:
        """Where deleted runs go; None when none may be deleted."""
        from sightline.store.trash import Trash

        return Trash(self) if self._allow_delete else None

    def refresh(self, tell: Listener | None = None, stop: threading.Event | None = None) -> Changes:
        """Find what is new, read what grew, forget what is gone; what changed since the last refresh.

        ``tell`` is called every now and then during a long refresh, with what changed since it was last called; the
        changes that are returned are then those since its last call. Once ``stop`` is set it returns soon; the next
        refresh goes on from there. Trouble with a file goes into the ledger.
        """
        with self._refreshing:
            began = time.thread_time()
            stop = stop or threading.Event()
            looked_at: set[EventFile] = set()
            self._discover()
            self.look_seconds = time.thread_time() - began
            if self._index is not None and not self._restored:
                self._restored = True
                with ThreadPoolExecutor(THREADS, thread_name_prefix="sightline-index") as threads, without_collector():
                    for run in self._index.restore(self._runs, threads, stop):
                        looked_at.update(run.files)
                        self._tell(tell)
            files = [file for run in self._runs.values() for file in run.files if not file.gone]
            self._read(files, tell, stop, looked_at)
            changes = self._take_changes()
        self._save_soon()
        return changes

    def poll(
        self, files: Iterable[EventFile], tell: Listener | None = None, stop: threading.Event | None = None
    ) -> Changes:
        """Like ``refresh`` for these files only, without looking for new ones: cheap, for those that grow."""
        with self._refreshing:
            self.look_seconds = 0.0
            self._read([file for file in files if not file.gone], tell, stop or threading.Event())
            changes = self._take_changes()
        self._save_soon()
        return changes

    def save_index(self) -> None:
        """Write the index now, if there is one and something worth it was read since it was written."""
        if self._index is not None and self._done:
            self._save(self._index, GROWTH_AT_END)

    def _save_soon(self) -> None:
        """In a thread of its own, when it is time; the process does not end before it is written."""
        index = self._index
        if index is None or not self._done or not index.is_worth_writing(self._unsaved, self._bytes_read):
            return
        if not self._saving.locked():
            with suppress(RuntimeError):  # the interpreter is ending: no thread can be started any more
                threading.Thread(target=self._save, args=(index,), name="sightline-index").start()

    def _save(self, index: Index, growth: float = GROWTH) -> None:
        with self._saving:
            with self._lock:
                unsaved = self._unsaved
                if not index.is_worth_writing(unsaved, self._bytes_read, growth):
                    return
            index.write(self._described_runs())
            with self._lock:
                self._unsaved -= unsaved  # also when it failed: tried again after as much growth

    def _described_runs(self) -> Iterator[DescribedRun]:
        for name, run in self._runs.items():
            with self._refreshing:  # a run at a time, so that following goes on
                described = run.to_index() if self._runs.get(name) is run else None  # it may have gone in between
            if described is not None:
                yield DescribedRun(name, *described)

    def follow(self) -> Generator[Changes, None, None]:
        """What changes, as it happens: ``for changes in logdir.follow(): changes.runs``. Ends when it is closed.

        It reads in a thread of its own; what changes while the caller is busy comes as one.
        """
        from sightline.store.following import follow

        return follow(self)

    def scalars(self, run: str | Pattern[str] = "*", tag: str | Pattern[str] = "*") -> ScalarTable:
        """The points of every run and tag that match, as one table: ``logdir.scalars(tag="loss/*").to_pandas()``.

        Text is a shell pattern (``*`` matches ``/`` too; a name that is there as it stands is meant as it stands), a
        compiled regular expression is searched for.
        """
        from sightline.store.scalar_table import ScalarTable

        return ScalarTable.of(self, run, tag)

    def distrust_index(self) -> None:
        """A run's: rows that the index should have can't be had from it. Nothing of it counts as saved any more."""
        with self._lock:
            self._unsaved = max(self._unsaved, self._bytes_read)
        if self._index is not None:
            self._index.discard()

    def note_growth(self, run: Run, *, structure: bool) -> None:
        """A run's: its points changed. It holds its own lock."""
        with self._lock:
            if run.gone:
                return  # somebody holds on to it; another may have its name by now
            self._version += 1
            run.version = self._version
            self._grown.add(run.name)
            self._structure |= structure

    @property
    def directories(self) -> int:
        """How many directories there are below it, itself included, as of the last refresh."""
        return self._tree.directories

    @property
    def watched(self) -> list[str]:
        """What the system may be asked to tell of: directories, with all below them, and files."""
        return self._tree.watched

    def find_files(self, path: str) -> list[EventFile]:
        """The event files at an absolute path: one for each run that has it, none when it is not known."""
        if not self._runs_at:
            for name, paths in self._paths.items():
                for each in paths:
                    self._runs_at.setdefault(os.path.dirname(each), set()).add(name)
        runs = [self._runs.get(name) for name in self._runs_at.get(os.path.dirname(path), ())]
        files = [file for run in runs if run is not None for file in run.files]
        return [file for file in files if file.location == path and not file.gone]

    def seconds_since_modified(self, file: EventFile) -> float:
        """By this machine's clock."""
        return self._now() - file.modified

    def account(self, file: EventFile) -> None:
        """Bring the progress up to date with one file."""
        size = 0 if file.gone else file.size_bytes
        read = size - (0 if file.gone else file.unread_bytes)
        with self._lock:
            self._bytes_total += size - file.accounted[0]
            self._bytes_read += read - file.accounted[1]
            file.accounted = (size, read)

    def _discover(self) -> None:
        found = self._tree.walk()
        exists = bool(found) or not self.missing
        if exists != self._existed:
            self._existed = exists
            with self._lock:
                self._version += 1
                self._structure = True
        if found == self._paths:
            return
        runs = {name: run for name, run in self._runs.items() if name in found}
        for name, paths in found.items():
            run = runs.get(name)
            if run is None:
                run = runs[name] = Run(self, name, self._now)
            if run.set_files(paths):
                self.note_growth(run, structure=True)
        gone = [name for name in self._runs if name not in runs]
        gone_files = [*self._gone_files, *[file for name in gone for file in self._runs[name].leave()]]
        if gone_files:
            present = {path for paths in found.values() for path in paths}
            kept = [file for file in gone_files if file.location not in present]
            self._gone_files = tuple(kept[-MAX_GONE:])
        self._paths = found
        self._runs_at = {}
        with self._lock:
            self._runs = Names("run", sorted(runs.items(), key=lambda item: natural_key(item[0])))
            self._files = sum(map(len, found.values()))
            if gone:
                self._version += 1
                self._structure = True
                self._grown.difference_update(gone)

    def _read(
        self,
        files: Iterable[EventFile],
        tell: Listener | None,
        stop: threading.Event,
        looked_at: AbstractSet[EventFile] = frozenset(),
    ) -> None:
        """Read whatever is unread of these files; those in ``looked_at`` were looked at a moment ago."""
        began = time.thread_time()
        unread: dict[str, list[EventFile]] = {}
        unread_bytes = 0
        for file in files:
            trouble = file.trouble
            look = "same" if file in looked_at else file.look()
            if file.trouble != trouble:
                self.note_growth(self._runs[file.run], structure=False)  # a line of the ledger changed
            if look == "replaced":
                file = self._runs[file.run].replace(file)
                look = file.look()
            if look == "changed":
                self.account(file)
            # One that changed and is no longer than before may have been written over: opening it finds out.
            unread_here = file.unread_bytes or (look == "changed" and not file.is_marker)
            if look != "gone" and (unread_here or file.trouble or not (file.id or file.is_marker)):
                unread.setdefault(file.run, []).append(file)
                unread_bytes += file.unread_bytes
        self.look_seconds += time.thread_time() - began
        if unread_bytes > SMALL_BYTES:
            self._done = False
        # Newest first: that is what the user came to see. Runs take turns, a block each.
        newest_first = sorted(unread.items(), key=lambda item: max(file.modified for file in item[1]), reverse=True)
        queue = deque((self._runs[name], deque(run_files)) for name, run_files in newest_first)
        if unread_bytes <= SMALL_BYTES or len(queue) == 1:
            self._work(queue, tell, stop)
        else:
            self._work_in_threads(queue, tell, stop)
        self._done = not queue

    def _work_in_threads(self, queue: Queue, tell: Listener | None, stop: threading.Event) -> None:
        with ThreadPoolExecutor(THREADS, thread_name_prefix="sightline-reader") as threads:
            workers = [threads.submit(self._work, queue, None, stop) for _ in range(THREADS)]
            while wait(workers, timeout=TELL_SECONDS).not_done:
                self._tell(tell)
            for worker in workers:
                worker.result()

    def _work(self, queue: Queue, tell: Listener | None, stop: threading.Event) -> None:
        """Take runs from the queue, read a block's worth of each, and put back those with more."""
        while not stop.is_set():
            try:
                run, files = queue.popleft()
            except IndexError:
                return
            left = BLOCK_BYTES
            while files and left > 0:
                left -= self._read_file(run, files, left)
            if files:
                queue.append((run, files))
            self._tell(tell)

    def _read_file(self, run: Run, files: deque[EventFile], max_bytes: int) -> int:
        """Read on in the first of some files; take it off when it is done."""
        file = files.popleft()
        trouble = file.trouble
        taken = 0
        try:
            taken = run.read(file, max_bytes)
        except FileExistsError:
            file = run.replace(file)
            if file.look() == "changed":
                files.appendleft(file)
        else:
            if file.unread_bytes:
                files.appendleft(file)
        self.account(file)
        with self._lock:
            self._unsaved += taken
        if file.trouble != trouble:
            self.note_growth(run, structure=False)  # a line of the ledger changed
        return taken

    def _tell(self, tell: Listener | None) -> None:
        now = time.monotonic()
        if tell is not None and now - self._told >= TELL_SECONDS:
            self._told = now
            tell(self._take_changes())

    def _take_changes(self) -> Changes:
        with self._lock:
            changes = Changes(frozenset(self._grown), self._structure, self._snapshot(), self._version)
            self._grown.clear()
            self._structure = False
            return changes

    def _snapshot(self) -> Progress:
        return Progress(self._files, self._bytes_total, self._bytes_read, self._done)


@contextmanager
def without_collector() -> Iterator[None]:
    """Python's garbage collector waits: among thousands of objects that are made to stay it finds nothing, and looking
    for it takes a quarter of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def open_logdir(path: AnyPath | Sequence[AnyPath], *, cache: bool = True) -> LogDir:
    """The log directory at ``path``, read: ``open_logdir("runs").runs["a"].scalars("loss").value``.

    ``path`` may also be a list of directories, ``"name:path"``, a pattern such as ``"runs/2026-*"``, or one event file.
    ``refresh()`` reads what was written since, ``follow()`` goes on. ``LogDirectoryError`` when it is not there.
    Without ``cache`` no index is used or written.
    """
    logdir = LogDir(path, cache=cache)
    missing = logdir.missing
    if missing:
        raise LogDirectoryError(f"there is no such directory or event file: {', '.join(missing)}")
    logdir.refresh()
    return logdir


_NUMBER = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?!\.?[0-9])(?:[eE][+-]?[0-9]+)?|[0-9]+(?:[eE][+-]?[0-9]+)?)")


def natural_key(name: str) -> tuple[object, ...]:
    """Sorts ``run2`` before ``run10``, ``lr0.0003`` before ``lr0.001``, and ``.`` first.

    Decimals and exponents are read as TensorBoard's lists read them, but ``1.10`` within ``layer.1.10`` or ``v1.10.0``
    is two numbers.
    Names are anybody's: ``int`` refuses more than 4,300 digits, and what is too large for a float still has an order.
    """
    texts = _NUMBER.split(name)
    digits = {index: texts[index].lstrip("0") for index in range(1, len(texts), 2)}
    return (
        name != ".",
        *[
            (0, float(text), len(digits[index]), digits[index], text) if index in digits else (1, text)
            for index, text in enumerate(texts)
            if text
        ],
    )
