/** Damage of event files in words. */

import type { components } from './schema';
import { count, formatInt } from './format';

export type LedgerFile = components['schemas']['LedgerFile'];

/** What is wrong with one place of a file and what it costs. */
export function damageWords(damage: LedgerFile['damage'][number]): string {
  return damage.length > 0
    ? `${formatInt(damage.length)} bytes skipped at byte ${formatInt(damage.offset)}: ${damage.reason}`
    : `nothing after byte ${formatInt(damage.offset)} can be located: ${damage.reason}`;
}

/** The notice about a run's files after its name: "has a damaged file: 1 record skipped at byte 1,204,224." Null when all is well. */
export function noticeWords(files: readonly LedgerFile[]): { short: string; long: string } | null {
  const hurt = files.filter((file) => file.damage.length > 0);
  const first = hurt[0]?.damage[0];
  if (!first) return null;
  const places = hurt.reduce((sum, file) => sum + file.damage.length, 0);
  const ended = hurt.some((file) => file.damage.some((damage) => damage.length === 0));
  const what =
    places === 1 && ended
      ? `nothing after byte ${formatInt(first.offset)} can be located`
      : `${count(places, 'record')} skipped${places === 1 ? '' : ', the first'} at byte ${formatInt(first.offset)}`;
  const kept = hurt.reduce((sum, file) => sum + file.records, 0);
  return {
    short: `${hurt.length === 1 ? 'has a damaged file' : `has ${hurt.length} damaged files`}: ${what}.`,
    long: `The other ${count(kept, 'record')} of ${hurt.length === 1 ? 'the file' : 'these files'} ${kept === 1 ? 'was' : 'were'} kept.`,
  };
}
