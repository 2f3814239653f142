/** What may come next where tags are looked for: the sections and tags that hold what is typed. Pure. */

import type { Completion, Suggestion } from './completion';
import { count } from './format';
import { compareNatural } from './natural';

const MOST = 50;
const MEANS_SOMETHING = /[\\^$|*+?()[\]{}]/;

/**
 * Sections and tags that hold the text, case aside: first those that begin with it, as far as their next "/", then those with a part that
 * does, then the others. A tag with a character that means something in an expression is given as the expression for it. Null where nothing
 * is to be said: at another place than the end, in an expression, and when all has been typed.
 */
export function completeTag(text: string, caret: number, tags: readonly string[]): Completion | null {
  if (caret !== text.length || MEANS_SOMETHING.test(text)) return null;
  const wanted = text.trimStart().toLowerCase();
  const found = new Map<string, { rank: number; tags: number; whole: string }>();
  for (const tag of tags) {
    const at = tag.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    const slash = at === 0 ? tag.indexOf('/', wanted.length) : -1;
    const shown = slash < 0 ? tag : tag.slice(0, slash + 1);
    const rank = at === 0 ? 0 : /[/_. -]/.test(tag[at - 1]!) ? 1 : 2;
    const known = found.get(shown);
    found.set(shown, { rank: Math.min(rank, known?.rank ?? 2), tags: (known?.tags ?? 0) + 1, whole: tag });
  }
  const suggestions = [...found]
    .map(([shown, one]) => ({ ...one, label: one.tags === 1 ? one.whole : shown }))
    .sort((a, b) => a.rank - b.rank || compareNatural(a.label, b.label))
    .slice(0, MOST)
    .map(({ label, tags: many }): Suggestion => ({
      text: MEANS_SOMETHING.test(label) ? label.replace(/[\\^$|*+?()[\]{}]/g, '\\$&') : label,
      label,
      note: many > 1 ? count(many, 'tag') : '',
    }));
  const [only] = suggestions;
  if (only === undefined || (suggestions.length === 1 && only.label.toLowerCase() === wanted)) return null;
  return { from: 0, to: text.length, begun: false, suggestions };
}
