import { expect, test } from 'vitest';
import { cutWords, damageWords, noteWords, noticeWords, type LedgerFile } from './damage';

const file = (damage: LedgerFile['damage'], records = 23_999, change: Partial<LedgerFile> = {}): LedgerFile => ({
  run: 'a',
  name: 'events.out.tfevents.1000.host',
  path: 'runs/a/events.out.tfevents.1000.host',
  size_bytes: 169_822,
  read_bytes: 169_822,
  records,
  damage,
  damage_count: damage.length,
  note: '',
  ...change,
});
const skipped = { offset: 1_204_224, length: 51, reason: 'payload checksum' };
const lost = { offset: 42_251, length: 12, reason: 'length checksum of the record at byte 42251: got 0xf5918dae' };

test('one skipped record is told with its file and byte, and what was kept', () => {
  expect(noticeWords([file([skipped])])).toEqual({
    file: 'events.out.tfevents.1000.host',
    short: 'is damaged: 1 record skipped at byte 1,204,224.',
    long: 'The other 23,999 records of the file were kept.',
  });
});

test('a file that cannot be read on is told as such, not as one skipped record', () => {
  const ended = file([lost], 1, { read_bytes: 42_251, note: 'nothing after byte 42251 can be located' });
  expect(noticeWords([ended])?.short).toBe('is damaged: nothing after byte 42,251 of 169,822 could be read.');
  expect(damageWords(lost, ended)).toBe(
    'nothing after byte 42,251 of 169,822 could be read: length checksum of the record at byte 42,251: got 0xf5918dae',
  );
  expect(noteWords(ended)).toBe('');
});

test('where reading went on after a search, the bytes that were skipped are said', () => {
  const searched = file([{ ...lost, length: 2048 }]);
  expect(noticeWords([searched])?.short).toBe('is damaged: 2,048 bytes skipped at byte 42,251.');
});

test('several places in several files are counted', () => {
  expect(noticeWords([file([skipped, skipped]), file([]), file([skipped])])?.short).toBe(
    'has 2 damaged files: 3 records skipped, the first at byte 1,204,224 of events.out.tfevents.1000.host.',
  );
});

test('without damage there is nothing to say', () => {
  expect(noticeWords([file([])])).toBeNull();
});

test('a line of the ledger says where, how much and why', () => {
  expect(damageWords(skipped, file([skipped]))).toBe('51 bytes skipped at byte 1,204,224: payload checksum');
});

test('a file that ends inside a record is cut short, unless its run is being written', () => {
  const cut = file([], 10, { read_bytes: 169_800, note: 'the last 22 bytes are an unfinished record' });
  expect(cutWords(cut, false, 1e9)).toBe('is cut short: its last 22 bytes are no whole record');
  expect(cutWords(cut, true, 1e9)).toBeNull();
  expect(cutWords(file([]), false, 1e9)).toBeNull();
});

test('an empty file is told, unless it began a moment ago', () => {
  const empty = file([], 0, { read_bytes: 0, size_bytes: 0, note: 'empty' });
  expect(cutWords(empty, false, 1e9)).toBe('is empty');
  expect(cutWords(empty, false, 1060)).toBeNull();
});
