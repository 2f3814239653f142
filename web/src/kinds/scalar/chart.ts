/** What a card is about: a title and the tags it draws, and who each of its lines is. Charts of several tags and their texts in the URL. Pure. */

import { commonPrefix } from '../../lib/name';
import { PatternFault, readPattern } from '../../lib/pattern';

export interface ChartSpec {
  /** Names the chart in the URL (zooms, pins): the tag of a chart of one tag. */
  readonly id: string;
  readonly title: string;
  readonly tags: readonly string[];
}

/** The chart that every tag has by itself. */
export function chartOf(tag: string): ChartSpec {
  return { id: tag, title: tag, tags: [tag] };
}

/** One line: a tag of a run. No name of a file holds a zero byte. */
export function lineKey(run: string, tag: string): string {
  return `${run}\0${tag}`;
}

/** The run of a line. */
export function runOfKey(key: string): string {
  return key.slice(0, key.indexOf('\0'));
}

export function tagOfKey(key: string): string {
  return key.slice(key.indexOf('\0') + 1);
}

// ── charts that somebody made ────────────────────────────────────────────────

/** A chart of several tags: those named, or whatever matches a regular expression. */
export interface CustomChart {
  /** No two have the same. */
  readonly name: string;
  readonly tags: readonly string[];
  /** Null where the tags are named. */
  readonly pattern: string | null;
}

/** More tags than this in one chart tell nobody anything, and each is a question to the server. */
export const MOST_TAGS = 24;

/** `t,name,tag,tag` and `r,name,pattern` -> charts. What means nothing, and what is there twice (a chart's name, a tag), is left out. */
export function parseCharts(texts: readonly string[]): CustomChart[] {
  const out = new Map<string, CustomChart>();
  for (const text of texts) {
    const [kind, name, ...rest] = text.split(',').map(unescape);
    if (name === undefined || name === '' || out.has(name)) continue;
    if (kind === 't' && rest.length > 0) out.set(name, { name, tags: [...new Set(rest)], pattern: null });
    else if (kind === 'r' && rest.length === 1) out.set(name, { name, tags: [], pattern: rest[0]! });
  }
  return [...out.values()];
}

export function chartText({ name, tags, pattern }: CustomChart): string {
  return [pattern === null ? 't' : 'r', name, ...(pattern === null ? tags : [pattern])].map(escape).join(',');
}

const escape = (text: string) => text.replace(/[%,]/g, (one) => (one === ',' ? '%2C' : '%25'));
const unescape = (text: string) => text.replace(/%2C|%25/g, (one) => (one === '%2C' ? ',' : '%'));

/** What a custom chart is in the URL, where tags stand beside it. */
export function idOf(name: string): string {
  return `chart:${name}`;
}

/** The tags a chart draws of those there are, how many more match, and what is wrong with its expression. */
export function tagsOf(
  { tags, pattern }: CustomChart,
  all: readonly string[],
): { tags: readonly string[]; more: number; error: string | null } {
  if (pattern === null)
    return { tags: tags.slice(0, MOST_TAGS), more: Math.max(0, tags.length - MOST_TAGS), error: null };
  if (pattern === '') return { tags: [], more: 0, error: null };
  try {
    const found = all.filter(readPattern(pattern).test);
    return { tags: found.slice(0, MOST_TAGS), more: Math.max(0, found.length - MOST_TAGS), error: null };
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return { tags: [], more: 0, error: error.message };
  }
}

/** A name for a chart of these tags that no other chart has: `loss: train, val`. */
export function nameFor(tags: readonly string[], taken: readonly string[]): string {
  const prefix = commonPrefix(tags);
  const parts = tags.map((tag) => tag.slice(prefix.length));
  const few = parts.length > 3 ? [...parts.slice(0, 2), `${parts.length - 2} more`] : parts;
  const name = (prefix === '' ? '' : `${prefix.replace(/[/_ -]$/, '')}: `) + few.join(', ');
  if (!taken.includes(name)) return name;
  let nth = 2;
  while (taken.includes(`${name} ${nth}`)) nth++;
  return `${name} ${nth}`;
}

/** `list` with `moved` put before or after `beside`; unchanged when either is not there. */
export function reordered<T>(list: readonly T[], moved: T, beside: T, where: 'before' | 'after'): readonly T[] {
  if (moved === beside || !list.includes(moved) || !list.includes(beside)) return list;
  const rest = list.filter((one) => one !== moved);
  const at = rest.indexOf(beside) + (where === 'after' ? 1 : 0);
  return [...rest.slice(0, at), moved, ...rest.slice(at)];
}
