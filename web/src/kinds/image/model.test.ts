import { describe, expect, it } from 'vitest';
import {
  altText,
  cellAt,
  columnsThatFit,
  fileName,
  missingWords,
  neighbours,
  rowNote,
  sampleCount,
  seriesOf,
  spreadColumns,
  withCurrent,
} from './model';
import type { Shot } from './types';

const shot = (step: number, more: Partial<Shot> = {}): Shot => ({
  step,
  wallTime: 1000 + step,
  samples: 1,
  file: 'f',
  record: step * 10,
  superseded: false,
  ...more,
});
const series = (...steps: number[]) =>
  seriesOf(
    steps.map((step) => shot(step)),
    false,
  );
const range = (n: number, every = 1) => Array.from({ length: n }, (_, i) => i * every);

describe('columns of the film', () => {
  const chooseColumns = (steps: number[], current: number, count: number) =>
    withCurrent(spreadColumns(steps, count), steps, current);

  it('are all steps while they fit', () => {
    expect(chooseColumns([3, 5, 9], 5, 6)).toEqual([3, 5, 9]);
    expect(chooseColumns([], 0, 6)).toEqual([]);
  });

  it('always hold the first, the last and the current step, ascending, as many as asked for', () => {
    for (const total of [4, 7, 101]) {
      const steps = range(total, 240);
      for (const count of [3, 4, 6, 9]) {
        if (count >= total) continue;
        for (const current of steps) {
          const chosen = chooseColumns(steps, current, count);
          expect(chosen).toHaveLength(count);
          expect(chosen[0]).toBe(0);
          expect(chosen.at(-1)).toBe(steps.at(-1));
          expect(chosen).toContain(current);
          expect([...new Set(chosen)].sort((a, b) => a - b)).toEqual(chosen);
        }
      }
    }
  });

  it('lie closer at the beginning', () => {
    expect(spreadColumns(range(101), 6)).toEqual([0, 4, 16, 36, 64, 100]);
  });

  it('stay where they are while the step moves, but for the one that gives way', () => {
    expect(chooseColumns(range(101), 52, 6)).toEqual([0, 4, 16, 36, 52, 100]);
    expect(chooseColumns(range(101), 1, 6)).toEqual([0, 1, 16, 36, 64, 100]);
    expect(chooseColumns(range(101), 99, 6)).toEqual([0, 4, 16, 36, 99, 100]);
  });

  it('take the newest step at or before a current one at which nothing was logged', () => {
    expect(chooseColumns(range(101, 10), 505, 6)).toContain(500);
    expect(chooseColumns(range(101, 10), -5, 6)).toEqual([0, 40, 160, 360, 640, 1000]);
    expect(chooseColumns(range(101, 10), 99_999, 6)).toEqual([0, 40, 160, 360, 640, 1000]);
  });

  it('stay where they are while a run grows, all but the last, until they would crowd at the beginning', () => {
    let columns = spreadColumns(range(101), 6);
    let changes = 0;
    for (let total = 102; total <= 1010; total++) {
      const next = spreadColumns(range(total), 6, columns);
      expect(next.at(-1)).toBe(total - 1);
      expect(next.at(-2)).toBeGreaterThan(0.3 * total);
      if (next.slice(0, -1).join() !== columns.slice(0, -1).join()) changes++;
      columns = next;
    }
    expect(changes).toBeLessThanOrEqual(5);
  });

  it('are chosen anew when there are other steps, or room for another number', () => {
    const before = spreadColumns(range(101), 6);
    expect(spreadColumns(range(101, 7), 6, before)).toEqual(spreadColumns(range(101, 7), 6));
    expect(spreadColumns(range(101), 5, before)).toEqual(spreadColumns(range(101), 5));
  });

  it('fit the width, never fewer than three', () => {
    expect(columnsThatFit(772, 116, 8)).toBe(6);
    expect(columnsThatFit(300, 400, 8)).toBe(3);
    expect(columnsThatFit(0, 116, 8)).toBe(3);
  });
});

describe('a cell', () => {
  it('shows the picture of its very step', () => {
    expect(cellAt(series(0, 10, 20), 10, 0, false, false)).toMatchObject({
      kind: 'shot',
      shot: { step: 10 },
      index: 1,
      exact: true,
    });
  });

  it('shows the newest before it otherwise, and knows that it is not exact', () => {
    expect(cellAt(series(0, 10, 20), 19, 0, false, false)).toMatchObject({
      kind: 'shot',
      shot: { step: 10 },
      exact: false,
    });
  });

  it('never pretends that a run went on: past the last image it is empty and says why', () => {
    const ended = cellAt(series(0, 19_680), 24_000, 0, false, false);
    expect(ended).toEqual({ kind: 'missing', why: { kind: 'ended', last: 19_680 } });
    expect(ended.kind === 'missing' && missingWords(ended.why)).toBe('no image after 19,680');
    const ahead = cellAt(series(0, 19_680), 24_000, 0, true, false);
    expect(ahead.kind === 'missing' && missingWords(ahead.why)).toBe('not there yet');
  });

  it('holds the last image where asked to, as under the glass', () => {
    expect(cellAt(series(0, 19_680), 24_000, 0, false, true)).toMatchObject({
      kind: 'shot',
      shot: { step: 19_680 },
      exact: false,
    });
  });

  it('says when the first image comes later', () => {
    const cell = cellAt(series(1200), 0, 0, true, true);
    expect(cell.kind === 'missing' && missingWords(cell.why)).toBe('no image before 1,200');
  });

  it('says how many samples there are when fewer than asked for', () => {
    const two = seriesOf([shot(0, { samples: 2 })], false);
    expect(cellAt(two, 0, 1, false, false).kind).toBe('shot');
    const third = cellAt(two, 0, 2, false, false);
    expect(third.kind === 'missing' && missingWords(third.why)).toBe('only 2 samples');
    const nothing = cellAt(seriesOf([shot(0, { samples: 0 })], false), 0, 0, false, false);
    expect(nothing.kind === 'missing' && missingWords(nothing.why)).toBe('nothing that can be shown');
  });

  it('is loading until the steps are known, and empty when there are none', () => {
    expect(cellAt(undefined, 0, 0, false, false)).toEqual({ kind: 'loading' });
    expect(cellAt(series(), 0, 0, false, false)).toEqual({ kind: 'missing', why: { kind: 'none' } });
    expect(cellAt(series(), 0, 0, true, false)).toEqual({ kind: 'missing', why: { kind: 'ahead' } });
  });
});

describe('a series', () => {
  const restarted = [
    shot(0),
    shot(10, { record: 1, superseded: true }),
    shot(10, { record: 2 }),
    shot(20, { superseded: true }),
  ];

  it('leaves out what a restart has overtaken, and counts it', () => {
    const shown = seriesOf(restarted, false);
    expect(Array.from(shown.steps)).toEqual([0, 10]);
    expect(shown.overtaken).toBe(2);
  });

  it('has every shot when asked for them, and still shows the one that stands', () => {
    const shown = seriesOf(restarted, true);
    expect(Array.from(shown.steps)).toEqual([0, 10, 20]);
    expect(shown.shots[1]!.map((s) => s.record)).toEqual([1, 2]);
    expect(cellAt(shown, 10, 0, false, false)).toMatchObject({ shot: { record: 2 } });
    expect(cellAt(shown, 20, 0, false, false)).toMatchObject({ shot: { superseded: true } });
  });

  it('keeps every shot of a step that was logged twice, and shows the newer', () => {
    const twice = seriesOf([shot(5, { record: 1 }), shot(5, { record: 2 })], false);
    expect(twice.shots[0]).toHaveLength(2);
    expect(cellAt(twice, 5, 0, false, false)).toMatchObject({ shot: { record: 2 } });
  });

  it('knows the most samples of any step', () => {
    expect(sampleCount([seriesOf([shot(0, { samples: 4 }), shot(1)], false), series(0)])).toBe(4);
    expect(sampleCount([])).toBe(1);
  });

  it('fetches ahead what the next moves may show, forward first, within its ends', () => {
    expect(neighbours(series(0, 1, 2, 3), 1, 2).map((s) => s.step)).toEqual([2, 0, 3]);
    expect(neighbours(series(0), 0, 2)).toEqual([]);
  });
});

it('a row says how far its run has come where that is not the end of the film', () => {
  expect(rowNote(series(0, 21_120), 24_000, true)).toBe('live, last image at 21,120');
  expect(rowNote(series(0, 19_680), 24_000, false)).toBe('last image at 19,680');
  expect(rowNote(series(0, 24_000), 24_000, false)).toBe('');
  expect(rowNote(undefined, 24_000, true)).toBe('');
});

it('a picture is called by its run, tag and step, and by its sample where there are several', () => {
  expect(altText('gan', 'out/z', shot(12_400), 0)).toBe('gan, out/z, step 12400');
  expect(altText('gan', 'out/z', shot(1, { samples: 4 }), 1)).toBe('gan, out/z, step 1, sample 2 of 4');
});

it('a saved picture has a name that no file system refuses and no folder can be left with', () => {
  expect(fileName('a/b', 'out/z', shot(7), 0, 'png')).toBe('a-b_out-z_step-7.png');
  expect(fileName('.', '../../x', shot(7), 0, 'png')).toBe('x_step-7.png');
  expect(fileName('run', '<script>', shot(7, { samples: 3 }), 2, 'gif')).toBe('run_script_step-7_sample-2.gif');
  expect(fileName('训练', '图', shot(7), 0, 'png')).toBe('训练_图_step-7.png');
});
