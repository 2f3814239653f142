import { expect, test } from 'vitest';
import { fileName, fileNames } from './fileName';

test('a name has letters, digits and what stands between them', () => {
  expect(fileName('train/loss (mean)')).toBe('train_loss_mean_');
  expect(fileName('训练=0.1')).toBe('训练=0.1');
  expect(fileName('')).toBe('chart');
});

test('tags that make one name are told apart', () => {
  const long = 'x'.repeat(90);
  const tags = [
    'loss/a',
    'loss_a',
    'loss?a',
    'LOSS_A',
    'loss_a-2',
    `${long}1`,
    `${long}2`,
    'b',
    'b.groups',
    'c.groups',
    'c',
  ];
  const names = fileNames(tags);
  expect([...names.values()]).toEqual([
    'loss_a',
    'loss_a-2',
    'loss_a-3',
    'LOSS_A-4',
    'loss_a-2-2',
    'x'.repeat(80),
    `${'x'.repeat(80)}-2`,
    'b',
    'b.groups-2',
    'c.groups',
    'c-2',
  ]);
  expect([...names.keys()]).toEqual(tags);
});
