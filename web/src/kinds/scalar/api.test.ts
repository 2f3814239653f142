import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnFromArray, float64, int32, int64, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { decodeSeries } from './api';
import type { SeriesMetadata } from './types';

/** An answer as the server gave it, and what must be found in it: written by the server's own tests. */
interface Fixture {
  arrow: string;
  metadata: SeriesMetadata;
  batches: Record<string, (number | string)[]>[];
}

const fixture = (name: string): Fixture =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../../tests/api', `${name}.json`), 'utf8')) as Fixture;
const bytes = (from: Fixture) => new Uint8Array(Buffer.from(from.arrow, 'base64'));

/** JSON has no word for these. */
const WORDS: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
const figure = (value: number | string) => (typeof value === 'string' ? WORDS[value]! : value);

const NAMES = {
  step: 'step',
  wallTime: 'wall_time',
  x: 'x',
  first: 'first',
  last: 'last',
  min: 'min',
  max: 'max',
  smooth: 'smooth',
  count: 'count',
  nanCount: 'nan_count',
  posinfCount: 'posinf_count',
  neginfCount: 'neginf_count',
} as const;

describe.each(['scalar_series', 'scalar_series_zoomed'])("the server's answer %s", (name) => {
  const from = fixture(name);
  const lines = decodeSeries(bytes(from));

  it('has every line, with its run and its points', () =>
    expect(lines.map((line) => [line.run, line.superseded, line.points, line.rows.x.length])).toEqual(
      from.metadata.lines.map((line) => [line.run, line.superseded, line.points, line.rows]),
    ));

  it('has every figure of every column', () =>
    lines.forEach((line, i) => {
      for (const [ours, theirs] of Object.entries(NAMES)) {
        const wanted = from.batches[i]![theirs]!.map(figure);
        expect([...line.rows[ours as keyof typeof NAMES]], `${line.run} ${theirs}`).toEqual(wanted);
      }
    }));

  it('is typed arrays', () =>
    lines.forEach((line) => {
      expect(line.rows.x).toBeInstanceOf(Float64Array);
      expect(line.rows.step).toBeInstanceOf(Float64Array);
      expect(line.rows.count).toBeInstanceOf(Int32Array);
    }));
});

describe('an answer', () => {
  it('has each column in its own place', () => {
    const names = Object.values(NAMES);
    const line = {
      run: 'a',
      superseded: false,
      rows: 1,
      points: 9,
      points_in_range: 9,
      points_unplaced: 0,
      x_low: 0,
      x_high: 1,
    };
    const columns = Object.fromEntries(
      names.map((name, i) => [
        name,
        name === 'step'
          ? columnFromArray([BigInt(i)], int64())
          : columnFromArray([i], name.endsWith('count') ? int32() : float64()),
      ]),
    );
    const table = tableFromColumns(columns);
    table.schema.metadata = new Map([['sightline', JSON.stringify({ lines: [line] })]]);
    const { rows } = decodeSeries(tableToIPC(table, { format: 'stream' })!)[0]!;
    expect(Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, values[0]]))).toEqual(
      Object.fromEntries(Object.keys(NAMES).map((name, i) => [name, i])),
    );
  });

  it('whose line has no rows gives an empty line', () => {
    const metadata: SeriesMetadata = {
      tag: 't',
      x: 'step',
      low: null,
      high: null,
      width: 800,
      lines: [
        {
          run: 'a',
          superseded: false,
          rows: 0,
          points: 0,
          points_in_range: 0,
          points_unplaced: 0,
          x_low: null,
          x_high: null,
        },
      ],
    };
    const columns = Object.fromEntries(
      Object.values(NAMES).map((name) => [
        name,
        columnFromArray([], name === 'step' ? int64() : name.endsWith('count') ? int32() : float64()),
      ]),
    );
    const table = tableFromColumns(columns);
    table.schema.metadata = new Map([['sightline', JSON.stringify(metadata)]]);
    const [line] = decodeSeries(tableToIPC(table, { format: 'stream' })!);
    expect(line!.rows.x.length).toBe(0);
    expect(line!.extent).toBeNull();
  });

  it('that is something else is an error that says so', () => {
    const table = tableFromColumns({ x: columnFromArray([1], float64()) });
    expect(() => decodeSeries(tableToIPC(table, { format: 'stream' })!)).toThrow('no metadata "sightline"');
  });
});
