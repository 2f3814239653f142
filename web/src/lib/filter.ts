/** Filters of names: text as it stands, or a regular expression when it holds a character that means something there. Case never matters. */

import { PatternFault, readPattern } from './pattern';
import { placeOfMistake, type Place } from './patternMistake';

/** What a filter's text turned into. */
export interface NameFilter {
  /** Does this name pass? An empty filter lets everything through. */
  test: (name: string) => boolean;
  /** A sentence for the field when the text is no regular expression that can be used; then `test` looks for the text as it stands. */
  error: string | null;
  /** Where in the text it is wrong; null where no place is. */
  at: Place | null;
}

const MEANS_SOMETHING = /[\\^$|*+?()[\]{}]/;

/** Whether a text has a character that means something in a regular expression. */
export const isPattern = (text: string): boolean => MEANS_SOMETHING.test(text);

/** Turns what was typed into a test of names. A broken expression is reported, never thrown. */
export function parseFilter(text: string): NameFilter {
  const plain = text.trim().toLowerCase();
  if (plain === '') return { test: () => true, error: null, at: null };
  const contains = (name: string) => name.toLowerCase().includes(plain);
  if (!isPattern(plain)) return { test: contains, error: null, at: null };
  try {
    return { test: readPattern(text.trim(), true).test, error: null, at: null };
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    const begin = text.length - text.trimStart().length;
    const place = placeOfMistake(text.trim());
    return { test: contains, error: error.message, at: place && { at: begin + place.at, end: begin + place.end } };
  }
}
