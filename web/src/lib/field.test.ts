import { expect, test } from 'vitest';
import { columnFormat, compareValues, FIGURES, hparamId, isMissing, metricId, parseField } from './field';

test('ids of any name come back as what they are', () => {
  for (const name of ['lr', 'a.b.max', 'metric:x.min', '', '训练'])
    expect(parseField(hparamId(name))).toEqual({ kind: 'hparam', name });
  for (const tag of ['val/acc', 'a.max', '', 'x.y z'])
    for (const figure of FIGURES) expect(parseField(metricId(tag, figure))).toEqual({ kind: 'metric', tag, figure });
});

test('what names no field is null', () => {
  for (const id of ['', 'lr', 'metric:acc', 'metric:acc.median', 'metric:max', 'toString'])
    expect(parseField(id)).toBeNull();
});

test('values sort as numbers, then truth values, then texts in natural order', () => {
  const values = ['b10', true, 10, 'b2', false, -Infinity, 9];
  expect([...values].sort(compareValues)).toEqual([-Infinity, 9, 10, false, true, 'b2', 'b10']);
});

test('NaN, null and what is not known have no place in an order', () => {
  expect([NaN, null, undefined, 0, '', false].map(isMissing)).toEqual([true, true, true, false, false, false]);
});

const column = (...values: (number | string | boolean | null)[]) => values.map(columnFormat(values));

test('figures of a column have equal decimals', () => {
  expect(column(0.93141, 0.9, 0.88123)).toEqual(['0.9314', '0.9000', '0.8812']);
  expect(column(0.1, 0.25, 0)).toEqual(['0.10', '0.25', '0.00']);
  expect(column(32, 64, 1024)).toEqual(['32', '64', '1,024']);
});

test('what was chosen over powers of ten is written as rates', () => {
  expect(column(1e-3, 3e-4, 0.1)).toEqual(['1e-3', '3e-4', '1e-1']);
  expect(column(1e-3, 3e-3, 1e-2)).toEqual(['1e-3', '3e-3', '1e-2']);
  expect(column(1e-5, 2.5e-5)).toEqual(['1e-5', '2.5e-5']);
  expect(column(1e10, 2)).toEqual(['1e10', '2e0']);
});

test('a run that diverged leaves the figures of the others as they are', () => {
  expect(column(0.0312, 0.0298, 152345.7)).toEqual(['0.03120', '0.02980', '152,346']);
  expect(column(0.03123, 0.02987, 1e12)).toEqual(['0.03123', '0.02987', '1e12']);
  expect(column(1e-7, 0.5123)).toEqual(['1e-7', '0.5123']);
});

test('what is no finite number keeps its name', () => {
  expect(column(NaN, Infinity, 0.5, null, 'adam', true)).toEqual(['NaN', '∞', '0.5', '–', 'adam', 'true']);
});
