import { expect, test } from 'vitest';
import { defineSettings, list, number } from './spec';
import { decodeView, defaultView, encodeView, recall, remember, type ViewSpec } from './view';

const SPECS = [
  defineSettings('scalar', { smoothing: number(0.6, { low: 0, high: 0.999 }), pinned: list() }),
  defineSettings('image', { size: number(120) }),
];
const view = (change: Partial<ViewSpec>): ViewSpec => ({ ...defaultView(SPECS), ...change });

test('the default view has an empty URL', () => {
  expect(encodeView(defaultView(SPECS), SPECS)).toBe('');
});

test('a view goes into the URL and comes back equal', () => {
  const seen = view({
    dashboard: 'image',
    runFilter: 'cnn|vit',
    tagFilter: 'loss/',
    step: 12400,
    selection: { base: 'none', on: ['a,b', '<script>', '训练'], off: ['x'] },
    compared: ['b', 'a'],
    sort: 'step',
    descending: true,
    colours: { 'a:b': 3 },
    grouping: { by: ['seeds', '/(a|b)/'], centre: 'median', band: 'ci95', members: true },
    baseline: 'cnn/0',
    theme: 'dark',
    rooms: { scalar: { smoothing: 0.9, pinned: ['loss/val'], panel: 'narrow' }, image: { size: 80, panel: 'auto' } },
  });
  expect(decodeView(encodeView(seen, SPECS), SPECS)).toEqual(seen);
});

test('an address that only says which runs are shown shows no others', () => {
  expect(decodeView('?show=a&show=b', SPECS).selection).toEqual({ base: 'none', on: ['a', 'b'], off: [] });
  const added = view({ selection: { base: 'default', on: ['a'], off: [] } });
  expect(decodeView(encodeView(added, SPECS), SPECS)).toEqual(added);
});

test('nonsense in the URL gives the default view', () => {
  expect(decodeView('?step=soon&select=some&colour=77:x&theme=pink&sort=&scalar.smoothing=', SPECS)).toEqual(
    defaultView(SPECS),
  );
});

test('step 0 and a negative step are steps', () => {
  expect(decodeView('?step=0', SPECS).step).toBe(0);
  expect(decodeView('?step=-5', SPECS).step).toBe(-5);
});

test('a browser remembers settings and theme, not runs, steps or filters', () => {
  const seen = view({
    step: 5,
    runFilter: 'a',
    theme: 'dark',
    rooms: { scalar: { smoothing: 0.9, pinned: ['x'], panel: 'wide' }, image: { size: 120, panel: 'auto' } },
  });
  const recalled = recall(JSON.parse(JSON.stringify(remember(seen, SPECS))), SPECS);
  expect(recalled).toEqual(
    view({
      theme: 'dark',
      rooms: { scalar: { smoothing: 0.9, pinned: [], panel: 'wide' }, image: { size: 120, panel: 'auto' } },
    }),
  );
});

test('what was kept by another version or by hand does no harm', () => {
  for (const kept of [
    null,
    7,
    {},
    { rooms: { scalar: { smoothing: 'x' } } },
    { theme: 3, rooms: { gone: { a: ['b'] } } },
  ]) {
    expect(recall(kept, SPECS)).toEqual(defaultView(SPECS));
  }
});
