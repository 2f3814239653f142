import { expect, test } from 'vitest';
import {
  groupMarks,
  findingMarks,
  marksOf,
  rankOf,
  sentence,
  verdictOf,
  verdictWords,
  wordsOf,
  worstOf,
  type Finding,
} from './health';

const finding = (what: Finding['what'], severity: Finding['severity'], step: number, tag = 'loss'): Finding => ({
  what,
  severity,
  step,
  tag,
  wall_time: 1000,
  magnitude: 1,
  words: `has ${what} at step ${step}`,
});
const NAN = finding('nan', 'bad', 8140);
const SPIKE = finding('spike', 'warn', 300);
const PLATEAU = finding('plateau', 'note', 500);
const STALL = finding('stall', 'note', 100, '');

test('a run is called by its worst, and how often it has that', () => {
  expect(verdictOf([])).toBeNull();
  expect(verdictOf([PLATEAU, SPIKE, NAN])).toEqual({ what: 'nan', severity: 'bad', word: 'NaN', places: 1 });
  const spikes = [SPIKE, finding('spike', 'warn', 700), finding('spike', 'warn', 700, 'loss/total'), PLATEAU];
  expect(verdictOf(spikes)).toMatchObject({ word: 'spike', places: 2 });
  // A NaN before any figure is a note: a spike is worse.
  expect(verdictOf([finding('nan', 'note', 0), SPIKE])?.what).toBe('spike');
});

test('sorting puts the worst first: by severity, then by what it is, then by how often', () => {
  const runs = {
    well: [],
    flat: [PLATEAU],
    waiting: [finding('nan', 'note', 0)],
    once: [SPIKE],
    twice: [SPIKE, finding('spike', 'warn', 700)],
    diverged: [finding('divergence', 'bad', 5)],
    nan: [NAN],
  };
  const ranks = Object.values(runs).map((found) => rankOf(found) ?? -1);
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(new Set(ranks).size).toBe(ranks.length);
});

test('of a group the worst run is shown, and none where nothing is lit', () => {
  const found: Record<string, Finding[]> = { a: [PLATEAU], b: [SPIKE], c: [NAN], d: [] };
  expect(worstOf(['a', 'b', 'c', 'd'], (run) => found[run]!)).toBe('c');
  expect(worstOf(['a', 'd'], (run) => found[run]!)).toBeUndefined();
});

test('a filter finds whatever was found, and ok where nothing is lit', () => {
  expect(wordsOf([PLATEAU, SPIKE, SPIKE, NAN])).toEqual(['nan', 'spike', 'plateau']);
  expect(wordsOf([PLATEAU])).toEqual(['ok', 'plateau']);
  expect(wordsOf([])).toEqual(['ok']);
});

test('the subject of a sentence is the tag, or nothing where it is of the run', () => {
  expect(sentence(NAN)).toBe('loss has nan at step 8140');
  expect(sentence(STALL)).toBe('Has stall at step 100');
  expect(verdictWords([])).toBe('');
  expect(verdictWords([SPIKE])).toBe('spike: loss has spike at step 300');
  expect(verdictWords([SPIKE, NAN])).toBe('NaN, 2 findings: loss has nan at step 8140');
});

test('the rail has one mark for each step and kind, and none for notes', () => {
  const marks = findingMarks(
    [
      { run: 'a', findings: [NAN, PLATEAU, STALL, finding('nan', 'warn', 8140, 'acc')], restarts: [4000] },
      { run: 'b', findings: [SPIKE, finding('nan', 'bad', 8140)], restarts: [4000, 6000] },
    ],
    (run) => run.toUpperCase(),
  );
  expect(marks.map(({ step, label, tone }) => [step, label, tone])).toEqual([
    [8140, 'NaN', 'bad'],
    [300, '▲', 'warn'],
    [4000, '↺', 'quiet'],
    [6000, '↺', 'quiet'],
  ]);
  expect(marks.map((mark) => mark.title)).toEqual([
    'loss has nan at step 8140 (A), and 2 more there',
    'loss has spike at step 300 (B)',
    'A was restarted at 4,000, and 1 other run',
    'B was restarted at 6,000',
  ]);
});

test('a chart marks what it does not mark by itself: no NaN, no notes, no other run', () => {
  const found = [NAN, SPIKE, PLATEAU, finding('stopped', 'warn', 900)].map((one) => ({ run: 'a', finding: one }));
  expect(marksOf('a', [...found, { run: 'b', finding: SPIKE }])).toEqual([
    { what: 'spike', step: 300, words: 'spike at 300' },
    { what: 'stopped', step: 900, words: 'stopped at 900' },
  ]);
});

test('the marks of a group are those of its runs by name, what is not finite among them, one for each step and kind', () => {
  const found = [
    { run: 'a', finding: finding('spike', 'warn', 300) },
    { run: 'b', finding: finding('spike', 'warn', 300) },
    { run: 'b', finding: finding('nan', 'bad', 120) },
    { run: 'a', finding: finding('stopped', 'warn', 900) },
    { run: 'a', finding: finding('plateau', 'note', 500) },
    { run: 'elsewhere', finding: finding('nan', 'bad', 7) },
  ];
  expect(groupMarks(['a', 'b', 'c'], found, (run) => `seed ${run}`)).toEqual([
    { what: 'nan', step: 120, words: 'NaN at 120 in seed b' },
    { what: 'spike', step: 300, words: 'spike at 300 in 2 runs' },
  ]);
});
