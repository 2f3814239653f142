"""One run: a directory that holds event files, and the series in them.

A run is read by one thread at a time. Its lock guards series, parts and files; it is taken before the log directory's
lock, never after it, and never while another run's lock is held.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from sightline.errors import MalformedMessage, UnknownName
from sightline.format.batch import Batch
from sightline.format.event import Value
from sightline.kinds.hparams.decode import SessionStart as HParamsStart
from sightline.kinds.hparams.decode import decode_hparams
from sightline.kinds.hparams.schema import EXPERIMENT_TAG, SESSION_END_TAG
from sightline.kinds.mesh.decode import group_meshes
from sightline.kinds.mesh.schema import Component
from sightline.store.event_file import BLOCK_BYTES, LONG_BYTES, VERIFY_ALL, EventFile
from sightline.store.intake import AnySeries, Intake
from sightline.store.item_series import ItemSeries
from sightline.store.logged import Logged, LoggedImage, LoggedText, logged_images, logged_texts
from sightline.store.logged_item import (
    LoggedAudio,
    LoggedHistogram,
    LoggedPrCurve,
    LoggedTensor,
    LoggedVideo,
    logged_audio,
    logged_histograms,
    logged_pr_curves,
    logged_tensors,
    logged_videos,
)
from sightline.store.logged_mesh import LoggedMeshes
from sightline.store.name import unknown_name
from sightline.store.part import Part
from sightline.store.restart import Restart, SessionStart
from sightline.store.restart_finder import find_restarts, parts_to_judge
from sightline.store.run_event import GRAPH_DEF, META_GRAPH_DEF, RunEvent
from sightline.store.run_state import RunState, judge_run, usual_interval
from sightline.store.scalar_series import ScalarColumns, ScalarSeries
from sightline.store.series_key import SeriesKey

if TYPE_CHECKING:
    from sightline.kinds.graph.message import GraphDef
    from sightline.store.embeddings import Embedding
    from sightline.store.index_file import Block, IndexedRun
    from sightline.store.logdir import LogDir
    from sightline.store.run_index import RunContent

__all__ = ["MAX_GONE", "Run"]

NO_START = (EXPERIMENT_TAG, SESSION_END_TAG)
"""Tags below which no hyperparameters are looked for."""
MAX_GONE = 20
"""Lines of the ledger that are kept for files that are not there any more."""


class Run:
    """Readers may use it from any thread at any time; what they get never changes under their hands."""

    def __init__(self, logdir: LogDir, name: str, now: Callable[[], float]) -> None:
        self.name = name
        """The directory's path below the log directory, parts joined with ``/``; ``.`` for the log directory itself."""
        self.version = 0
        """``LogDir.version`` at its last change."""
        self.lock = threading.RLock()
        self.files: Sequence[EventFile] = ()
        """In the order of their names, which is the order of reading; then those that are gone."""
        self.gone = False
        """Its directory, or all files in it, were deleted: the log directory does not have it any more."""
        self.session_starts: tuple[tuple[EventFile, SessionStart], ...] = ()
        self._logdir = logdir
        self._now = now
        self._unpacked: AnySeries = {}
        self._packed: tuple[RunContent, IndexedRun, list[EventFile]] | None = None
        """As the index gave it; nobody asked for its series yet."""
        self._metadata: dict[bytes, bytes] = {}
        self._restarts: tuple[int, tuple[Restart, ...]] = (-1, ())
        """As of a version; so is the usual interval."""
        self._usual_interval: tuple[int, float] = (-1, math.inf)

    def __repr__(self) -> str:
        return f"<Run {self.name!r}, {len(self._series)} series, {len(self.files)} files>"

    # What readers use

    @property
    def series(self) -> Mapping[SeriesKey, ScalarSeries | ItemSeries]:
        """By kind and tag, oldest first. A snapshot: series that appear later are in the next one."""
        return MappingProxyType(self._series)

    @property
    def first_wall_time(self) -> float | None:
        """Smallest finite wall time of its events, in seconds since the Unix epoch."""
        return min((file.first_wall_time for file in self._present if file.first_wall_time is not None), default=None)

    @property
    def last_wall_time(self) -> float | None:
        return max((file.last_wall_time for file in self._present if file.last_wall_time is not None), default=None)

    @property
    def last_step(self) -> int | None:
        """The largest step of its points."""
        return max((file.last_step for file in self._present if file.last_step is not None), default=None)

    @property
    def points(self) -> int:
        """Points of all its series, superseded ones included."""
        return sum(file.points for file in self._present)

    @property
    def state(self) -> RunState:
        """Live, finished or stale, as of now: docs/design/0003-run-state.md."""
        return judge_run(self._present, self._interval, self._now())

    def _interval(self) -> float:
        version, known = self._usual_interval
        if version != self.version:
            version = self.version  # taken before the points: what comes in between is looked at again
            known = usual_interval(self._series.values())
            self._usual_interval = (version, known)
        return known

    @property
    def restarts(self) -> Sequence[Restart]:
        """In the order of their wall times: docs/design/0002-restarts.md."""
        with self.lock:
            version, known = self._restarts
            if version != self.version:
                self.load(parts_to_judge(self._series.values()))
                known = find_restarts(self._series.values(), self.session_starts)
                self._restarts = (self.version, known)
            return known

    @property
    def events(self) -> Sequence[RunEvent]:
        """Graphs and run metadata that are events of their own, in the order of reading."""
        return [event for file in self._present for event in file.run_events]

    def tags(self) -> dict[str, list[str]]:
        """Kind -> its tags, oldest first: ``{"scalar": ["loss/train", ...], "image": [...]}``."""
        tags: dict[str, list[str]] = {}
        for key in self._series:
            tags.setdefault(key.kind, []).append(key.tag)
        return tags

    def scalars(self, tag: str) -> ScalarColumns:
        """Every point of a scalar: arrays ``step``, ``wall_time``, ``value``, ``superseded``, sorted by step."""
        series = self._find("scalar", tag)
        assert isinstance(series, ScalarSeries)
        return series.columns()

    def images(self, tag: str) -> Logged[LoggedImage]:
        """Every logged step of a picture; an element is read from disk when it is asked for."""
        return logged_images(self._find_items("image", tag))

    def texts(self, tag: str) -> Logged[LoggedText]:
        """Every logged step of a text; an element is read from disk when it is asked for."""
        return logged_texts(self._find_items("text", tag))

    def histograms(self, tag: str) -> Logged[LoggedHistogram]:
        """Every logged step of a histogram: ``left``, ``right`` and ``count`` of its buckets, ``min``, ``max`` ..."""
        return logged_histograms(self._find_items("histogram", tag))

    def pr_curves(self, tag: str) -> Logged[LoggedPrCurve]:
        """Every logged step of a precision-recall curve: ``threshold``, ``precision``, ``recall``, ``tp`` ..."""
        return logged_pr_curves(self._find_items("pr_curve", tag))

    def audio(self, tag: str) -> Logged[LoggedAudio]:
        """Every logged step of a sound: ``mime``, ``bytes``, ``sample_rate``; all its ``samples``."""
        return logged_audio(self._find_items("audio", tag))

    def videos(self, tag: str) -> Logged[LoggedVideo]:
        """Every logged step of a video: ``mime``, ``bytes``, ``width``, ``height``. A GIF is an image and a video."""
        found = self._series.get(SeriesKey("video", tag)) or self._series.get(SeriesKey("image", tag))
        return logged_videos(found if isinstance(found, ItemSeries) else self._find_items("video", tag))

    def tensors(self, tag: str) -> Logged[LoggedTensor]:
        """Every logged step of an array, ``array``; also of what is written as a tensor but is of another kind."""
        found = self._series.get(SeriesKey("tensor", tag))
        if found is None:
            others = [series for key, series in self._series.items() if key.tag == tag]
            found = next((series for series in others if isinstance(series, ItemSeries)), None)
        return logged_tensors(found if isinstance(found, ItemSeries) else self._find_items("tensor", tag))

    def meshes(self, name: str) -> LoggedMeshes:
        """Every logged step of a mesh: ``vertices``, ``faces``, ``colors``. ``name`` as given to ``add_mesh``."""
        tags = {key.tag: series for key, series in self._series.items() if key.kind == "mesh"}
        groups = group_meshes({tag: series.metadata for tag, series in tags.items()})
        group = groups.get(name) or next((each for each in groups.values() if name in each.values()), {})
        parts = {component: tags[tag] for component, tag in group.items()}
        items = {component: series for component, series in parts.items() if isinstance(series, ItemSeries)}
        if Component.VERTEX not in items:
            raise unknown_name(f"mesh with vertices in run {self.name!r} is called", name, groups)
        return LoggedMeshes(name, items)

    @property
    def hparams(self) -> dict[str, bool | float | str]:
        """Hyperparameters that the run was started with; empty when none were logged. Later ones come on top."""
        found: dict[str, bool | float | str] = {}
        for key, series in self._series.items():
            if key.kind == "hparams" and key.tag not in NO_START and isinstance(series, ItemSeries):
                # The metadata of a tag is that of its first value: an only one needs neither rows nor file.
                columns = None if len(series) == 1 else series.columns()
                for row in range(1 if columns is None else len(columns)):
                    try:
                        value = Value() if columns is None else series.read(row, columns)
                        told = decode_hparams(value, series.metadata)
                    except MalformedMessage:
                        continue  # of another version, or of an experiment that says nothing
                    if isinstance(told, HParamsStart):
                        found |= told.hparams
        return found

    @property
    def embeddings(self) -> tuple[Embedding, ...]:
        """Those of the projector's configuration in the run's directory; see ``LogDir.embeddings`` for all.

        ``MalformedMessage`` when the configuration is damaged, ``OSError`` when it can't be read.
        """
        from sightline.store.embeddings import read_embeddings

        directories = dict.fromkeys(os.path.dirname(file.location) for file in self._present)
        return tuple(embedding for directory in directories for embedding in read_embeddings(directory))

    def graph(self) -> GraphDef | None:
        """The last graph that was logged, or else the one in the last meta graph; None when there is none."""
        from sightline.kinds.graph.message import GraphDef, MetaGraphDef

        events = self.events
        for event in reversed(events):
            if event.field == GRAPH_DEF:
                return GraphDef.FromString(event.read())
        for event in reversed(events):
            if event.field == META_GRAPH_DEF:
                return MetaGraphDef.FromString(event.read()).graph_def
        return None

    def _find_items(self, kind: str, tag: str) -> ItemSeries:
        series = self._find(kind, tag)
        assert isinstance(series, ItemSeries)
        return series

    def _find(self, kind: str, tag: str) -> ScalarSeries | ItemSeries:
        series = self._series.get(SeriesKey(kind, tag))
        if series is None:
            other = [key.kind for key in self._series if key.tag == tag]
            error = unknown_name(f"{kind} in run {self.name!r} has the tag", tag, self.tags().get(kind, []))
            raise UnknownName(f"{error}; this tag is of kind {', '.join(other)}") if other else error
        return series

    @property
    def _series(self) -> AnySeries:
        if self._packed is not None:
            self._unpack()
        return self._unpacked

    @_series.setter
    def _series(self, series: AnySeries) -> None:
        self._unpacked = series

    @property
    def _present(self) -> list[EventFile]:
        """The files whose points it has."""
        return [file.predecessor or file for file in self.files if not file.gone]

    # What the log directory's refresh uses

    def set_files(self, paths: Iterable[str]) -> bool:
        """Take note of the event files that are there now; whether that changed anything."""
        with self.lock:
            present = {file.location: file for file in self.files if not file.gone}
            wanted = sorted(paths)
            if list(present) == wanted:
                return False
            gone = [file for file in self.files if file.gone]
            for path in set(present) - set(wanted):
                for file in (present[path].predecessor, present[path]):
                    if file is not None:
                        self._release(file)
                gone.append(present[path])
            files = [present.get(path) or self._new_file(path) for path in wanted]
            names = {file.name for file in files}
            self.files = (*files, *[file for file in gone if file.name not in names][-MAX_GONE:])
            self._series = {key: series for key, series in self._series.items() if series.parts}
            if set(present) - set(wanted):
                self._judge_metadata()
            return True

    def leave(self) -> Sequence[EventFile]:
        """The log directory does not have it any more. Readers keep the series that they have, and their rows.

        Its files, for the ledger: they keep neither rows nor the run.
        """
        with self.lock:
            self.gone = True
            for each in self.files:
                for file in (each.predecessor, each):
                    if file is not None:
                        file.let_go()
                        self._logdir.account(file)
                each.predecessor = None
            return self.files

    def _new_file(self, path: str, replaces: EventFile | None = None) -> EventFile:
        verify_below = VERIFY_ALL if self._logdir.verify else LONG_BYTES
        return EventFile(self.name, path, replaces, verify_below=verify_below, tell_damage=self._tell_damage)

    def _tell_damage(self) -> None:
        self._logdir.note_growth(self, structure=False)  # a line of the ledger changed

    def to_index(self) -> tuple[bytes, list[Block]] | None:
        """What the index keeps of it: content and rows; None when it is better read again. While nothing is read."""
        from sightline.store.run_index import encode_run

        with self.lock:
            restarts = self.restarts
            _ = self.state  # works out the usual interval of a run that spoke lately
            version, interval = self._usual_interval
            known = interval if version == self.version else None
            return encode_run(self._present, self._series, self._metadata, restarts, known)

    def from_index(self, indexed: IndexedRun) -> bool:
        """Take over what the index knows; false when the files are not what they were. They were not read yet."""
        from sightline.store.run_index import decode_run, is_content_of, restore_files, restore_restarts

        known = decode_run(indexed.content)
        with self.lock:
            files = self._present
            for file in files:
                file.look()
                self._logdir.account(file)
            if known is None or not is_content_of(known, files) or not restore_files(known, files):
                return False
            self._packed = (known, indexed, files)
            self._metadata = known.metadata
            self.session_starts = tuple((file, start) for file in files for start in file.session_starts)
            for file in files:
                self._logdir.account(file)
            self._logdir.note_growth(self, structure=True)
            self._restarts = (self.version, restore_restarts(known))
            if known.usual_interval is not None:
                self._usual_interval = (self.version, known.usual_interval)
            return True

    def _unpack(self) -> None:
        """Make the series that the index knows, when the first one is asked for."""
        from sightline.store.run_index import restore_series

        with self.lock:
            if self._packed is not None:
                known, indexed, files = self._packed
                self._unpacked = restore_series(known, indexed.blocks(), files, self)
                self._packed = None

    def load(self, parts: Iterable[Part]) -> None:
        """Have the rows of these parts. Under the lock.

        When the index does not have them any more, the run is read anew: then series have other parts, and what they
        hold is what its files hold now.
        """
        if not all(part.load() for part in parts):
            self._read_anew()

    def _read_anew(self) -> None:
        """Read all of it from the event files, as if it had just been found. Under the lock.

        Readers see it as it was until that is done. Whoever reads one of its files at this moment reads in vain.
        """
        if self.gone:
            for held in self._series.values():
                held.forget()
            self._series = {}
            return
        former = [file for file in self.files if not file.gone]
        files = []
        for file in former:
            fresh = self._new_file(file.location)
            fresh.continue_watch(file)
            if fresh.look() != "gone":
                fresh.recognise(file)
                files.append(fresh)
        anew = Run(self._logdir, self.name, self._now)
        anew.files = tuple(files)
        for file in anew.files:
            if not file.is_marker:
                anew.read(file, sys.maxsize)
        names = {file.name for file in anew.files}
        series: AnySeries = {}
        for key, one in anew._series.items():
            known = self._series.get(key)
            if known is not None and type(known) is type(one):
                known.become(one)
                one = known
            one.move_to(self)
            series[key] = one
        for key, known in self._series.items():
            if series.get(key) is not known:
                known.forget()
        for file in former:
            for each in (file.predecessor, file):
                if each is not None:
                    each.gone = True
                    self._logdir.account(each)
        for file in anew.files:
            self._logdir.account(file)
        gone = [file for file in self.files if file.gone and file.name not in names]
        self.files = (*anew.files, *gone[-MAX_GONE:])
        self._series = series
        self._metadata = anew._metadata
        self.session_starts = anew.session_starts
        self._logdir.note_growth(self, structure=True)
        self._logdir.distrust_index()

    def replace(self, file: EventFile) -> EventFile:
        """Another file has taken the place of this one: its successor, whose points come in place of this one's."""
        with self.lock:
            if file.gone:  # the run was read anew
                return next((other for other in self.files if other.location == file.location), file)
            known = next((other for other in self.files if other.predecessor is file), None)
            return known or self._succeed(file, self._new_file(file.location, file))

    def _succeed(self, file: EventFile, successor: EventFile) -> EventFile:
        """Until the successor is read, the points of ``file`` are shown. Under the lock."""
        successor.predecessor = file.predecessor or file
        file.predecessor = None
        self.files = tuple(successor if other is file else other for other in self.files)
        return successor

    def read(self, file: EventFile, max_bytes: int) -> int:
        """Read what is unread of a file, at most about ``max_bytes``; how many bytes were taken.

        ``FileExistsError`` when another file has taken its place.
        """
        descriptor = file.open()
        taken = 0
        try:
            while descriptor is not None and taken < max_bytes and not file.gone:
                batch = file.scan(descriptor, BLOCK_BYTES)
                if batch is None:
                    break
                taken += batch.bytes_read
                self._commit(file, batch, descriptor)
                if batch.truncated:
                    break
            if descriptor is not None and (taken or file.scanner.ended):
                file.note_tail(descriptor)
        finally:
            if descriptor is not None:
                os.close(descriptor)
        if file.predecessor is not None:  # it has nothing to show in its place
            with self.lock:
                if file.gone or not self._take_over(file):
                    return taken
                self._series = {key: series for key, series in self._series.items() if series.parts}
                self._logdir.note_growth(self, structure=True)
        return taken

    def _take_over(self, file: EventFile) -> bool:
        """The points of the one before it go, if there is one. Under the lock; series may be left empty."""
        predecessor, file.predecessor = file.predecessor, None
        if predecessor is None:
            return False
        self._release(predecessor)
        self._judge_metadata()
        return True

    def _release(self, file: EventFile) -> None:
        """Drop the points of a file. Under the lock; series may be left empty."""
        for series in self._series.values():
            series.drop(file)
        file.let_go()
        self._logdir.account(file)
        self.session_starts = tuple(pair for pair in self.session_starts if pair[0] is not file)

    def _judge_metadata(self) -> None:
        """A file went: read those again whose values are something else without its metadata. Under the lock."""
        metadata: dict[bytes, bytes] = {}
        present = [file for file in self.files if not file.gone]
        for file in present:
            for tag, _, said in (file.predecessor or file).scanner.series:
                if said:
                    metadata.setdefault(tag, said)
        changed = {tag for tag, said in self._metadata.items() if metadata.get(tag) != said}
        self._metadata = metadata
        for file in present if changed else ():
            if file.predecessor is None and any(tag in changed for tag, _, _ in file.scanner.series):
                successor = self._succeed(file, self._new_file(file.location))
                successor.replaces = file.replaces

    def _commit(self, file: EventFile, batch: Batch, descriptor: int) -> None:
        """Add one batch to the series: all of it at once, as readers see it."""
        with self.lock:
            if file.gone:
                return  # the run was read anew in the meantime, and this file with it
            known = self._series.keys()
            replaced = self._take_over(file)
            intake = Intake(self, self._series, self._metadata, file, descriptor)
            intake.add_scalars(batch)
            intake.add_items(batch)
            file.take_times(batch)
            if len(batch.event_field) or file.stopped:
                sessions = len(file.session_starts)
                file.take_sessions(batch, descriptor)
                intake.add_run_events(file.take_run_events(batch))
                self.session_starts += tuple((file, start) for start in file.session_starts[sessions:])
            if intake.fresh or replaced:
                kept = {key: series for key, series in self._series.items() if series.parts}
                oldest_first = sorted(intake.fresh.items(), key=lambda item: item[1].parts[0].number)
                self._series = {**kept, **dict(oldest_first)}
            if file.grows:
                file.seen_growing = self._now()
            self._logdir.note_growth(self, structure=self._series.keys() != known)
