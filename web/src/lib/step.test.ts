import { describe, expect, test } from 'vitest';
import { groupTouching, lastIndexAt, lowerBound, nearestIndex, parseStep, stepAway, unionSteps } from './step';

const STEPS = [0, 10, 20, 20, 40];

test('a step is typed with or without what parts its digits', () => {
  expect(['12,000', ' 12 000', '1e3', '−5', '7.6'].map(parseStep)).toEqual([12000, 12000, 1000, -5, 8]);
  expect(['', ' ', 'x', '1-2', 'Infinity'].map(parseStep)).toEqual([null, null, null, null, null]);
});

describe('nearestIndex', () => {
  test('is the closer neighbour, the earlier on a tie', () => {
    expect([-5, 4, 5, 6, 33, 99].map((x) => nearestIndex(STEPS, x))).toEqual([0, 0, 0, 1, 4, 4]);
  });
  test('of nothing is -1', () => {
    expect(nearestIndex([], 3)).toBe(-1);
  });
});

test('lastIndexAt is the state at a step: the last one logged there or before', () => {
  expect([-1, 0, 15, 20, 39, 41].map((x) => lastIndexAt(STEPS, x))).toEqual([-1, 0, 1, 3, 3, 4]);
});

test('lowerBound agrees with a linear search', () => {
  for (let x = -1; x <= 41; x++) {
    const found = STEPS.findIndex((step) => step >= x);
    expect(lowerBound(STEPS, x)).toBe(found === -1 ? STEPS.length : found);
  }
});

describe('stepAway', () => {
  const steps = [0, 10, 20, 40];
  test('goes to the neighbours of a step', () => {
    expect([stepAway(steps, 10, 1), stepAway(steps, 10, -1)]).toEqual([20, 0]);
  });
  test('from between two steps goes to the one on that side', () => {
    expect([stepAway(steps, 15, 1), stepAway(steps, 15, -1)]).toEqual([20, 10]);
  });
  test('stops at the ends', () => {
    expect([stepAway(steps, 40, 10), stepAway(steps, 0, -10), stepAway([], 0, 1)]).toEqual([40, 0, null]);
  });
});

test('a union holds each step once, ascending', () => {
  expect(Array.from(unionSteps([[0, 5, 10], new Float64Array([5, 7]), []]))).toEqual([0, 5, 7, 10]);
});

test('marks that would touch are grouped, chains included', () => {
  expect(groupTouching([0, 3, 6, 30], 5)).toEqual([[0, 1, 2], [3]]);
});
