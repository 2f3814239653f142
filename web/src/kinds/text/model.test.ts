import { describe, expect, it } from 'vitest';
import {
  findAll,
  indexesAt,
  isCurrent,
  newestFirst,
  noTextWords,
  sameSteps,
  seriesOf,
  splitSuffix,
  windowsOf,
  WINDOW,
} from './model';
import type { TextEntry, TextStep } from './types';

const at = (step: number, more: Partial<TextStep> = {}): TextStep => ({
  step,
  wallTime: 1000 + step,
  superseded: false,
  ...more,
});
const series = (...steps: number[]) =>
  seriesOf(
    steps.map((step) => at(step)),
    false,
  );
const entries = (steps: readonly TextStep[], first = 0): TextEntry[] =>
  steps.map((step, i) => ({ ...step, index: first + i, html: '<p>x</p>', error: '' }));

describe('the text at a step', () => {
  it('is the one of that step, or the newest before it', () => {
    expect(indexesAt(series(0, 10, 20), 10)).toEqual([1]);
    expect(indexesAt(series(0, 10, 20), 19)).toEqual([1]);
    expect(indexesAt(series(0, 10, 20), 9999)).toEqual([2]);
  });

  it('is every text of a step that was logged more than once', () => {
    expect(indexesAt(series(0, 10, 10, 20), 15)).toEqual([1, 2]);
  });

  it('is none before the first, which the card says', () => {
    expect(indexesAt(series(1200), 1199)).toEqual([]);
    expect(noTextWords(series(1200))).toBe('no text before 1,200');
    expect(noTextWords(series())).toBe('no text yet');
  });

  it('is not one that a restart has overtaken, unless asked for; indexes are those of the whole answer', () => {
    const all = [at(0), at(10, { superseded: true }), at(5)].sort((a, b) => a.step - b.step);
    expect(indexesAt(seriesOf(all, false), 10)).toEqual([1]);
    expect(indexesAt(seriesOf(all, true), 10)).toEqual([2]);
    expect(seriesOf(all, false).overtaken).toBe(1);
  });
});

it('every text is listed newest first, as many as asked for', () => {
  expect(newestFirst(series(0, 1, 2, 3), 3)).toEqual([3, 2, 1]);
  expect(newestFirst(series(0, 1), 50)).toEqual([1, 0]);
});

describe('windows', () => {
  it('are asked for once each, the one that is needed first at the front', () => {
    expect(windowsOf([2 * WINDOW, 2 * WINDOW - 1, WINDOW, 0])).toEqual([2, 1, 0]);
    expect(windowsOf([])).toEqual([]);
  });

  it('are asked for again when their run has grown into them', () => {
    const steps = [at(0), at(1), at(2)];
    expect(isCurrent(entries(steps), 0, steps)).toBe(true);
    expect(isCurrent(entries(steps.slice(0, 2)), 0, steps)).toBe(false);
  });

  it('are asked for again when a late event has moved what they hold', () => {
    const before = [at(0), at(2)];
    expect(isCurrent(entries(before), 0, [at(0), at(1)])).toBe(false);
    expect(isCurrent(entries(before), 0, [at(0), at(2, { wallTime: 7 })])).toBe(false);
  });

  it('that are full stay as they are, however far the run goes on', () => {
    const steps = Array.from({ length: 3 * WINDOW }, (_, i) => at(i));
    expect(isCurrent(entries(steps.slice(WINDOW, 2 * WINDOW), WINDOW), 1, steps)).toBe(true);
    expect(isCurrent(entries(steps.slice(WINDOW, 2 * WINDOW), WINDOW), 1, [...steps, at(999)])).toBe(true);
  });
});

it('two answers are the same only when every step is', () => {
  expect(sameSteps([at(0), at(1)], [at(0), at(1)])).toBe(true);
  expect(sameSteps([at(0)], [at(0), at(1)])).toBe(false);
  expect(sameSteps([at(0)], [at(0, { superseded: true })])).toBe(false);
});

it("torch's suffix is told apart from the tag, unless it is the whole tag", () => {
  expect(splitSuffix('notes/text_summary')).toEqual({ name: 'notes', suffix: '/text_summary' });
  expect(splitSuffix('notes')).toEqual({ name: 'notes', suffix: '' });
  expect(splitSuffix('/text_summary')).toEqual({ name: '/text_summary', suffix: '' });
});

it('a search finds every place, in any case, and never beside a letter whose capital is longer', () => {
  expect(findAll('Loss and LOSS', 'loss')).toEqual([
    [0, 4],
    [9, 13],
  ]);
  expect(findAll('aaaa', 'aa')).toEqual([
    [0, 2],
    [2, 4],
  ]);
  expect(findAll('İİx', 'x')).toEqual([[2, 3]]);
  expect(findAll('abc', '')).toEqual([]);
});
