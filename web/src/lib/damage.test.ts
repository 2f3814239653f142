import { expect, test } from 'vitest';
import { damageWords, noticeWords, type LedgerFile } from './damage';

const file = (damage: LedgerFile['damage'], records = 23_999): LedgerFile => ({
  run: 'a',
  name: 'events',
  path: 'runs/a/events',
  size_bytes: 10,
  read_bytes: 10,
  records,
  damage,
  note: '',
});
const skipped = { offset: 1_204_224, length: 51, reason: 'payload checksum' };

test('one skipped record is told with its byte, and what was kept', () => {
  expect(noticeWords([file([skipped])])).toEqual({
    short: 'has a damaged file: 1 record skipped at byte 1,204,224.',
    long: 'The other 23,999 records of the file were kept.',
  });
});

test('a file that cannot be read on is told as such', () => {
  expect(noticeWords([file([{ offset: 8192, length: 0, reason: 'length checksum' }], 1)])).toEqual({
    short: 'has a damaged file: nothing after byte 8,192 can be located.',
    long: 'The other 1 record of the file was kept.',
  });
});

test('several places in several files are counted', () => {
  expect(noticeWords([file([skipped, skipped]), file([]), file([skipped])])?.short).toBe(
    'has 2 damaged files: 3 records skipped, the first at byte 1,204,224.',
  );
});

test('without damage there is nothing to say', () => {
  expect(noticeWords([file([])])).toBeNull();
});

test('a line of the ledger says where, how much and why', () => {
  expect(damageWords(skipped)).toBe('51 bytes skipped at byte 1,204,224: payload checksum');
});
