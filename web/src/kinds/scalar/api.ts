/** Asking for series: a question as JSON, the answer as Arrow columns that go to the canvas as they are. */

import { tableFromIPC } from '@uwdata/flechette';
import { postArrow } from '../../lib/api';
import type { Line, Rows, SeriesMetadata, SeriesQuery } from './types';

/** The lines of the runs that have the tag. */
export async function askSeries(query: SeriesQuery, signal: AbortSignal): Promise<Line[]> {
  return decodeSeries(await postArrow('scalar/series', query, signal));
}

/** An Arrow IPC stream -> its lines. Columns of float64 and int32 are views of the answer, int64 becomes float64. */
export function decodeSeries(bytes: Uint8Array): Line[] {
  const table = tableFromIPC(bytes, { useBigInt: true });
  const text = table.schema.metadata?.get('sightline');
  if (text === undefined) throw new Error('The answer is no series: its schema has no metadata "sightline".');
  const metadata = JSON.parse(text) as SeriesMetadata;
  const columns = table.schema.fields.map((field, i) => [field.name, table.children[i]!.data] as const);
  // A line without rows may have no batch, depending on who wrote the stream.
  const batches = columns[0]?.[1].length ?? 0;
  const skipsEmpty = batches < metadata.lines.length;
  let next = 0;
  return metadata.lines.map((line) => {
    const at = skipsEmpty && line.rows === 0 ? -1 : next++;
    const column = (name: string): ArrayLike<number | bigint> => {
      const found = columns.find(([one]) => one === name);
      if (found === undefined) throw new Error(`The answer is no series: it has no column "${name}".`);
      return (found[1][at]?.values as ArrayLike<number | bigint> | undefined) ?? [];
    };
    const floats = (name: string) => typed(column(name), line.rows, Float64Array);
    const integers = (name: string) => typed(column(name), line.rows, Int32Array);
    const rows: Rows = {
      x: floats('x'),
      step: floats('step'),
      wallTime: floats('wall_time'),
      first: floats('first'),
      last: floats('last'),
      min: floats('min'),
      max: floats('max'),
      smooth: floats('smooth'),
      count: integers('count'),
      nanCount: integers('nan_count'),
      posinfCount: integers('posinf_count'),
      neginfCount: integers('neginf_count'),
    };
    return {
      run: line.run,
      superseded: line.superseded,
      rows,
      points: line.points,
      unplaced: line.points_unplaced,
      extent: line.x_low === null || line.x_high === null ? null : [line.x_low, line.x_high],
    };
  });
}

/** `length` elements as the wanted typed array: the same memory where the type is right already. */
function typed<T extends Float64Array | Int32Array>(
  values: ArrayLike<number | bigint>,
  length: number,
  Wanted: { new (length: number): T },
): T {
  if (values instanceof Wanted) return (values.length === length ? values : values.subarray(0, length)) as T;
  const out = new Wanted(length);
  for (let i = 0; i < length; i++) out[i] = Number(values[i]);
  return out;
}
