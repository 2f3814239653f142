/** Filters of names: text as it stands, or a regular expression when it holds a character that means something there. Case never matters. */

/** What a filter's text turned into. */
export interface NameFilter {
  /** Does this name pass? An empty filter lets everything through. */
  test: (name: string) => boolean;
  /** A sentence for the field when the text is no regular expression; then `test` looks for the text as it stands. */
  error: string | null;
}

const MEANS_SOMETHING = /[\\^$|*+?()[\]{}]/;

/** Turns what was typed into a test of names. A broken expression is reported, never thrown. */
export function parseFilter(text: string): NameFilter {
  const plain = text.trim().toLowerCase();
  if (plain === '') return { test: () => true, error: null };
  const contains = (name: string) => name.toLowerCase().includes(plain);
  if (!MEANS_SOMETHING.test(plain)) return { test: contains, error: null };
  try {
    const expression = new RegExp(text.trim(), 'i');
    return { test: (name) => expression.test(name), error: null };
  } catch (error) {
    // The engine says "Invalid regular expression: /a(/i: Unterminated group": the last part is the reason.
    const reason = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
    return {
      test: contains,
      error: `Not a regular expression: ${reason.toLowerCase()}. A backslash makes a character plain.`,
    };
  }
}
