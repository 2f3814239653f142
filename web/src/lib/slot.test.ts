import { expect, test } from 'vitest';
import { assignDashes, assignSlots, DASHES, slotOf, SLOTS } from './slot';

test("a run's slot never changes: these names were hashed on the first day", () => {
  expect(['cnn', 'resnet18', 'vit-tiny', '.', '训练/一'].map(slotOf)).toMatchInlineSnapshot(`
    [
      1,
      6,
      9,
      5,
      8,
    ]
  `);
});

test('every slot is used, and none much more than its share', () => {
  const count = new Array<number>(SLOTS + 1).fill(0);
  for (let i = 0; i < 12_000; i++) count[slotOf(`sweep/trial_${i}`)]!++;
  expect(count[0]).toBe(0);
  for (const n of count.slice(1)) expect(Math.abs(n - 1000)).toBeLessThan(150);
});

test('the second visible run of a slot is dashed, the first stays solid', () => {
  expect(assignDashes([3, 5, 3, 3])).toEqual([DASHES[0], DASHES[0], DASHES[1], DASHES[2]]);
});

test('with more runs in a slot than patterns, patterns come round again', () => {
  expect(assignDashes(new Array(6).fill(1)).at(-1)).toEqual(DASHES[0]);
});

test('a run that clashes gets a free slot; all others keep the one of their name', () => {
  const names = Array.from({ length: 12 }, (_, i) => `run_${i}`);
  const slots = assignSlots(names);
  expect(new Set(slots.values()).size).toBe(12);
  const seen = new Set<number>();
  for (const name of names) {
    if (!seen.has(slotOf(name))) expect(slots.get(name)).toBe(slotOf(name));
    seen.add(slotOf(name));
  }
  expect(assignSlots(names)).toEqual(slots);
});

test('with more runs than slots the rest keep the slot of their name', () => {
  const names = Array.from({ length: 500 }, (_, i) => `run_${i}`);
  const slots = assignSlots(names);
  for (const name of names.slice(300)) expect(slots.get(name)).toBe(slotOf(name));
});
