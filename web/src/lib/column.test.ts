import { expect, test } from 'vitest';
import { columnTexts, DEFAULT_COLUMNS, moveColumn, parseColumns, TABLE } from './column';
import { hparamId, metricId } from './field';

test('columns go into texts and come back equal, whatever their names', () => {
  const columns = [
    { id: 'step', width: null },
    { id: hparamId('12~lr:x'), width: 88 },
    { id: metricId('val/acc.max\n', 'best'), width: null },
  ];
  expect(parseColumns(columnTexts(columns))).toEqual(columns);
});

test('the default columns need no text, no columns need one', () => {
  expect(columnTexts(DEFAULT_COLUMNS)).toEqual([]);
  expect(parseColumns([])).toBe(DEFAULT_COLUMNS);
  expect(parseColumns(columnTexts([]))).toEqual([]);
});

test('what means nothing is left out, a field stands once, and widths stay within reason', () => {
  expect(parseColumns(['nonsense', 'name', 'step', '80~step', '9999~time', '1~speed'])).toEqual([
    { id: 'step', width: null },
    { id: 'time', width: 600 },
    { id: 'speed', width: 36 },
  ]);
});

test('a column is moved to an index among the others', () => {
  const ids = (to: number) => moveColumn(DEFAULT_COLUMNS, 'step', to).map((column) => column.id);
  expect(ids(1)).toEqual(['time', 'step', 'started']);
  expect(ids(9)).toEqual(['time', 'started', 'step']);
  expect(ids(-1)).toEqual(['step', 'time', 'started']);
  expect(moveColumn(DEFAULT_COLUMNS, 'gone', 0)).toBe(DEFAULT_COLUMNS);
});

test('what is best of a tag goes into texts and comes back', () => {
  const { encode, decode } = TABLE.fields.better;
  expect(decode(encode({ 'low:x': 'high', acc: 'low' }))).toEqual({ 'low:x': 'high', acc: 'low' });
  expect(decode(['middle:acc'])).toEqual({});
});
