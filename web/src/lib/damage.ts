/** Damage of event files in words: what was skipped, where a file ends for us, and which files were cut short. */

import type { components } from './schema';
import { count, formatInt } from './format';

export type Ledger = components['schemas']['Ledger'];
export type LedgerFile = components['schemas']['LedgerFile'];
type Place = LedgerFile['damage'][number];

/** A file that is younger than this may be empty because its writer has not flushed yet. */
const YOUNG_SECONDS = 600;

/** True when nothing after this place could be read: its length is unknown, or what follows it was not found again. */
function isEnd(place: Place, file: LedgerFile): boolean {
  return place.length === 0 || (file.read_bytes < file.size_bytes && place.offset >= file.read_bytes);
}

/** "nothing after byte 42,251 of 169,822 could be read". */
const endWords = (place: Place, file: LedgerFile) =>
  `nothing after byte ${formatInt(place.offset)} of ${formatInt(file.size_bytes)} could be read`;

/** Words of the server with their byte counts written as on the rest of the page: "byte 42,251". */
const written = (text: string) =>
  text.replace(/(?<=\b(?:bytes?|last) )\d{4,}\b|\b\d{4,}(?= bytes?\b|-byte\b)/g, (digits) => formatInt(Number(digits)));

/** What is wrong with one place of a file and what it costs. */
export function damageWords(place: Place, file: LedgerFile): string {
  const what = isEnd(place, file)
    ? endWords(place, file)
    : `${formatInt(place.length)} bytes skipped at byte ${formatInt(place.offset)}`;
  return `${what}: ${written(place.reason)}`;
}

/** The file's note, without what its damage says already. */
export function noteWords(file: LedgerFile): string {
  return file.damage.some((place) => isEnd(place, file)) && /can be located/.test(file.note) ? '' : written(file.note);
}

/**
 * Why a file without damage is not whole, in words, or null: it ends in the middle of a record, or holds nothing. A file of a run that is
 * live is in the middle of being written; one whose name says that it began lately (`now`, seconds since the epoch) may be.
 */
export function cutWords(file: LedgerFile, live: boolean, now: number): string | null {
  if (live || file.damage.length > 0) return null;
  const began = Number(/\.tfevents\.(\d+)/.exec(file.name)?.[1] ?? 0);
  if (file.size_bytes === 0) return now - began < YOUNG_SECONDS ? null : 'is empty';
  if (file.read_bytes >= file.size_bytes) return null;
  // Other notes say why it was not read: that is no cut.
  if (!/unfinished record/.test(file.note)) return null;
  return `is cut short: its last ${count(file.size_bytes - file.read_bytes, 'byte')} are no whole record`;
}

/**
 * The notice about a run's files after its name: "is damaged: 1 record skipped at byte 1,204,224." Null when all is well.
 * `file` names the one that is damaged, and may stand between the two; of several each place says whose it is.
 */
export function noticeWords(files: readonly LedgerFile[]): { file: string; short: string; long: string } | null {
  const hurt = files.filter((file) => file.damage.length > 0);
  const first = hurt[0];
  if (!first) return null;
  const places = hurt.flatMap((file) => file.damage.map((place) => ({ place, file })));
  const ended = places.find(({ place, file }) => isEnd(place, file));
  const skipped = places.filter(({ place, file }) => !isEnd(place, file));
  const parts: string[] = [];
  const of = (file: LedgerFile) => (hurt.length === 1 ? '' : ` of ${file.name}`);
  if (ended) parts.push(endWords(ended.place, ended.file) + of(ended.file));
  if (skipped.length > 0) {
    // Only a wrong payload checksum leaves the length, and with it the number of records, known.
    const records = skipped.every(({ place }) => place.reason.startsWith('payload'));
    const bytes = skipped.reduce((sum, { place }) => sum + place.length, 0);
    parts.push(
      `${records ? count(skipped.length, 'record') : `${formatInt(bytes)} bytes`} skipped${
        skipped.length === 1 ? '' : ', the first'
      } at byte ${formatInt(skipped[0]!.place.offset)}${of(skipped[0]!.file)}`,
    );
  }
  const kept = hurt.reduce((sum, file) => sum + file.records, 0);
  const alone = hurt.length === 1;
  return {
    file: alone ? first.name : '',
    short: `${alone ? 'is damaged' : `has ${count(hurt.length, 'damaged file')}`}: ${parts.join('; ')}.`,
    long: `The other ${count(kept, 'record')} of ${alone ? 'the file' : 'these files'} ${kept === 1 ? 'was' : 'were'} kept.`,
  };
}
