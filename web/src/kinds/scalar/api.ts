/** Asking for series: a question as JSON, the answer as Arrow columns that go to the canvas nearly as they are. */

import { tableFromIPC } from '@uwdata/flechette';
import { postArrow } from '../../lib/api';
import type { GroupsMetadata, GroupsQuery, Line, Rows, SeriesMetadata, SeriesQuery } from './types';

/** The lines of the runs that have the tag. */
export async function askSeries(query: SeriesQuery, signal: AbortSignal): Promise<Line[]> {
  return decodeSeries(await postArrow('scalar/series', query, signal));
}

/** A line for each group that has any run with the tag. */
export async function askGroups(query: GroupsQuery, signal: AbortSignal): Promise<Line[]> {
  return decodeGroups(await postArrow('scalar/groups', query, signal));
}

/** One column: the lists of all lines, end to end. */
interface Lists {
  offsets: ArrayLike<number>;
  values: ArrayLike<number | bigint>;
}

/**
 * An Arrow IPC stream -> its lines. Each column has a list for each line; a list that says nothing is empty and stands for what
 * `docs/api.md` says. Every column becomes float64 (counts int32), because that is what is drawn.
 */
export function decodeSeries(bytes: Uint8Array): Line[] {
  const { metadata, lines } = decode<SeriesMetadata>(bytes);
  return metadata.lines.map((line, i) => ({
    ...lineOf(metadata, line, lines[i]!.rows),
    run: line.run,
    superseded: line.superseded,
  }));
}

/** The same of groups, whose rows have a band. */
export function decodeGroups(bytes: Uint8Array): Line[] {
  const { metadata, lines } = decode<GroupsMetadata>(bytes);
  return metadata.lines.map((line, i) => {
    const { rows, list } = lines[i]!;
    const nothing = new Float64Array(line.rows).fill(NaN);
    const runs = list('runs', Int32Array) ?? new Int32Array(line.rows);
    const band = {
      low: list('low', Float64Array) ?? nothing,
      high: list('high', Float64Array) ?? nothing,
      runs,
      runsMax: list('runs_max', Int32Array) ?? runs,
    };
    return {
      ...lineOf(metadata, line, { ...rows, ...band }),
      run: line.name,
      superseded: false,
      began: null,
      spread: {
        runs: line.runs,
        leftOut: line.points_left_out,
        interpolated: line.interpolated,
        stride: line.stride,
      },
    };
  });
}

type Metadata = SeriesMetadata | GroupsMetadata;
type Described = Metadata['lines'][number];
type List = <T extends Float64Array | Int32Array>(name: string, Typed: new (size: number) => T) => T | null;

function lineOf(metadata: Metadata, line: Described, rows: Rows): Omit<Line, 'run' | 'superseded'> {
  return {
    tag: metadata.tag,
    rows,
    detail: metadata.detail,
    points: line.points,
    unplaced: line.points_unplaced,
    extent: line.x_low === null || line.x_high === null ? null : [line.x_low, line.x_high],
    began: line.origin,
    restarts: 'restarts' in line ? line.restarts : [],
  };
}

function decode<T extends Metadata>(bytes: Uint8Array): { metadata: T; lines: { rows: Rows; list: List }[] } {
  const table = tableFromIPC(bytes, { useBigInt: true });
  const text = table.schema.metadata?.get('sightline');
  if (text === undefined) throw new Error('The answer is no series: its schema has no metadata "sightline".');
  const metadata = JSON.parse(text) as T;
  const columns = new Map<string, Lists>();
  table.schema.fields.forEach((field, i) => {
    const batch = table.children[i]!.data[0] as unknown as { offsets: Lists['offsets']; children: Lists[] } | undefined;
    if (batch) columns.set(field.name, { offsets: batch.offsets, values: batch.children[0]!.values });
  });

  const most = metadata.lines.reduce((size, line) => Math.max(size, line.rows), 0);
  const [zeros, ones] = [new Int32Array(most), new Int32Array(most).fill(1)];
  const held = new Map<string, Float64Array | Int32Array>();
  /** A line's list of a column as numbers; null where it is empty. */
  function list<T extends Float64Array | Int32Array>(name: string, line: number, Typed: new (size: number) => T) {
    const { rows, same } = metadata.lines[line]!;
    const from = same[name] ?? line;
    const key = `${name} ${from}`;
    let values = held.get(key) as T | undefined;
    if (values === undefined) {
      const column = columns.get(name);
      const [begin, end] = column ? [column.offsets[from]!, column.offsets[from + 1]!] : [0, 0];
      if (!column || begin === end) return null;
      values = new Typed(end - begin);
      for (let i = begin; i < end; i++) values[i - begin] = Number(column.values[i]);
      held.set(key, values);
    }
    return (values.length === rows ? values : values.subarray(0, rows)) as T;
  }

  const lines = metadata.lines.map((line: Described, i) => {
    const floats = (name: string) => list(name, i, Float64Array);
    const counts = (name: string) => list(name, i, Int32Array) ?? zeros.subarray(0, line.rows);
    const nothing = () => new Float64Array(line.rows).fill(NaN);
    const step = floats('step') ?? new Float64Array(0);
    const min = floats('min') ?? nothing();
    const max = floats('max') ?? min;
    const last = floats('last') ?? max;
    const [x, wallTime] = places(metadata, line.origin, step, floats('x'), floats('wall_time'));
    const rows: Rows = {
      x,
      step,
      wallTime: wallTime ?? nothing(),
      first: floats('first') ?? min,
      last,
      min,
      max,
      smooth: floats('smooth') ?? last,
      count: list('count', i, Int32Array) ?? ones.subarray(0, line.rows),
      nanCount: counts('nan_count'),
      posinfCount: counts('posinf_count'),
      neginfCount: counts('neginf_count'),
    };
    return { rows, list: ((name, Typed) => list(name, i, Typed)) as List };
  });
  return { metadata, lines };
}

/** `x` and the wall time, which are one and the same on an axis of time. Both travel as seconds since the line's first point. */
function places(
  { x: unit }: Metadata,
  origin: number | null,
  step: Float64Array,
  x: Float64Array | null,
  wallTime: Float64Array | null,
): [x: Float64Array, wallTime: Float64Array | null] {
  const onClock = (seconds: Float64Array | null) => seconds?.map((one) => one + (origin ?? NaN)) ?? null;
  if (unit === 'step') return [step, onClock(wallTime)];
  const there = x ?? new Float64Array(step.length).fill(NaN);
  if (unit === 'tag') return [there, onClock(wallTime)];
  const clock = onClock(there)!;
  return [unit === 'wall' ? clock : there, clock];
}
