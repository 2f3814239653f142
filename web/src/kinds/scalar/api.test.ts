import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnFromArray, float64, int32, list, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { decodeGroups, decodeSeries } from './api';
import type { Rows, SeriesMetadata } from './types';

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

describe("the server's answer about groups", () => {
  const from = fixture('scalar_groups');
  const lines = decodeGroups(bytes(from));

  it('has every group, with its runs and what took no part', () =>
    expect(lines.map((line) => [line.run, line.spread, line.superseded])).toEqual([
      ['both', { runs: ['a/one', 'two'], leftOut: 3, interpolated: expect.any(Number) as number, stride: 1 }, false],
      ['one', { runs: ['a/one'], leftOut: 3, interpolated: 0, stride: 1 }, false],
    ]));

  it('has every figure of every column, of bands too', () => {
    const columns = { ...NAMES, low: 'low', high: 'high', runs: 'runs', runsMax: 'runs_max' };
    lines.forEach((line, i) => {
      for (const [ours, theirs] of Object.entries(columns)) {
        const wanted = from.batches[i]![theirs]!.map(figure);
        expect([...line.rows[ours as keyof Rows]!], `${line.run} ${theirs}`).toEqual(wanted);
      }
    });
  });
});

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
  const told = {
    run: 'a',
    superseded: false,
    rows: 2,
    points: 9,
    points_in_range: 9,
    points_unplaced: 0,
    x_low: 0,
    x_high: 1,
    origin: 100,
    same: {},
  };
  const answer = (columns: Record<string, number[][]>, metadata: object) => {
    const table = tableFromColumns(
      Object.fromEntries(
        Object.entries(columns).map(([name, lists]) => [
          name,
          columnFromArray(lists, list(name.endsWith('count') || name === 'step' ? int32() : float64())),
        ]),
      ),
    );
    table.schema.metadata = new Map([['sightline', JSON.stringify({ x: 'step', detail: true, ...metadata })]]);
    return tableToIPC(table, { format: 'stream' })!;
  };

  it('has each column in its own place', () => {
    const names = Object.values(NAMES).filter((name) => name !== 'x');
    const columns = Object.fromEntries(
      names.map((name, i) => [
        name,
        [[i, i + 0.5].map((n) => (name === 'step' || name.endsWith('count') ? Math.floor(n) : n))],
      ]),
    );
    const { rows } = decodeSeries(answer(columns, { lines: [told] }))[0]!;
    for (const [ours, theirs] of Object.entries(NAMES)) {
      if (theirs === 'x') continue;
      const origin = theirs === 'wall_time' ? 100 : 0;
      expect([...rows[ours as keyof typeof NAMES]], theirs).toEqual(columns[theirs]![0]!.map((n) => n + origin));
    }
    expect([...rows.x]).toEqual([...rows.step]);
  });

  it('that leaves out what says nothing is whole again', () => {
    const lines = [told, { ...told, run: 'b', rows: 1, same: { step: 0 } }];
    const [a, b] = decodeSeries(answer({ step: [[3, 4], []], min: [[1, 2], [5]] }, { lines })).map((line) => line.rows);
    for (const column of [a!.max, a!.first, a!.last, a!.smooth]) expect([...column]).toEqual([1, 2]);
    expect([...a!.count, ...a!.nanCount]).toEqual([1, 1, 0, 0]);
    expect([...b!.step]).toEqual([3]);
    expect([...b!.max]).toEqual([5]);
    expect(b!.count.length).toBe(1);
    expect([...b!.wallTime]).toEqual([NaN]);
  });

  it('on an axis of time has the clock too', () => {
    const columns = { step: [[3, 4]], x: [[0, 5]], min: [[1, 2]] };
    const [wall] = decodeSeries(answer(columns, { x: 'wall', lines: [told] }));
    expect([...wall!.rows.x, ...wall!.rows.wallTime]).toEqual([100, 105, 100, 105]);
    const [relative] = decodeSeries(answer(columns, { x: 'relative', lines: [told] }));
    expect([...relative!.rows.x, ...relative!.rows.wallTime]).toEqual([0, 5, 100, 105]);
  });

  it('whose line has no rows gives an empty line', () => {
    const empty = { ...told, rows: 0, points: 0, x_low: null, x_high: null, origin: null };
    const [line] = decodeSeries(answer({ step: [[]], min: [[]] }, { lines: [empty] }));
    expect(line!.rows.x.length).toBe(0);
    expect(line!.extent).toBeNull();
  });

  it('that is something else is an error that says so', () => {
    const table = tableFromColumns({ x: columnFromArray([1], float64()) });
    expect(() => decodeSeries(tableToIPC(table, { format: 'stream' })!)).toThrow('no metadata "sightline"');
  });
});
