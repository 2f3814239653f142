/**
 * Settings that live in the URL: what a field is, its default, and its text. Pure; stores/view.svelte.ts makes it reactive.
 *
 * A room declares its settings once, in `kinds/<kind>/settings.ts`:
 *
 *     export const SETTINGS = defineSettings('scalar', {
 *       smoothing: number(0.6, { low: 0, high: 0.999 }),
 *       axis: choice('step', ['step', 'relative', 'wall']),
 *       pinned: list({ remember: false }),
 *     });
 *
 * In the URL a field is `<kind>.<name>`; it is absent while it has its default.
 */

/** How one value is written in the URL and kept in this browser. */
export interface Field<T> {
  readonly initial: T;
  /** Kept in this browser for the next visit. Off for what belongs to one look at one log directory. */
  readonly remember: boolean;
  /** The value's texts, one URL parameter each; a default has none. */
  encode: (value: T) => string[];
  /** The value of these texts, or undefined when they mean nothing: then the default stands. */
  decode: (texts: string[]) => T | undefined;
}

interface Options {
  /** Default true for numbers, choices and flags; false for lists and text. */
  remember?: boolean;
}

/** A number between `low` and `high` (both allowed); what lies outside is brought to the nearer end. */
export function number(
  initial: number,
  { low = -Infinity, high = Infinity, remember = true }: Options & { low?: number; high?: number } = {},
): Field<number> {
  return {
    initial,
    remember,
    encode: (value) => (value === initial ? [] : [String(value)]),
    decode: ([text]) => {
      const value = text === undefined || text.trim() === '' ? NaN : Number(text);
      return Number.isNaN(value) ? undefined : Math.min(high, Math.max(low, value));
    },
  };
}

/** One of a few words. */
export function choice<const T extends string>(
  initial: NoInfer<T>,
  among: readonly T[],
  { remember = true }: Options = {},
): Field<T> {
  return {
    initial,
    remember,
    encode: (value) => (value === initial ? [] : [value]),
    decode: ([text]) => among.find((word) => word === text),
  };
}

/** On or off: `1` or `0`. */
export function flag(initial: boolean, { remember = true }: Options = {}): Field<boolean> {
  return {
    initial,
    remember,
    encode: (value) => (value === initial ? [] : [value ? '1' : '0']),
    decode: ([text]) => (text === '1' ? true : text === '0' ? false : undefined),
  };
}

/** Any text. */
export function text(initial = '', { remember = false }: Options = {}): Field<string> {
  return { initial, remember, encode: (value) => (value === initial ? [] : [value]), decode: ([value]) => value };
}

/** Names in an order, none of them twice, empty by default; the parameter is repeated. Whatever a link holds, a page may use them as keys. */
export function list({ remember = false }: Options = {}): Field<readonly string[]> {
  return {
    initial: [],
    remember,
    encode: (value) => [...value],
    decode: (texts) => (texts.length > 0 ? [...new Set(texts)] : undefined),
  };
}

/** Fields by name. `any` is the usual bound for "of whatever type"; {@link ValuesOf} restores each one. */
export type Fields = Record<string, Field<any>>;
/** The values of a set of fields. */
export type ValuesOf<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A room's settings: the room's name and its fields. */
export interface SettingsSpec<F extends Fields = Fields> {
  readonly kind: string;
  readonly fields: F;
}

/** Declares a room's settings. */
export function defineSettings<F extends Fields>(kind: string, fields: F): SettingsSpec<F> {
  return { kind, fields };
}

/** All fields at their defaults. */
export function defaults<F extends Fields>(fields: F): ValuesOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial])) as ValuesOf<F>;
}

/** Adds what is not default to `params`, each name with `prefix` before it. */
export function writeFields<F extends Fields>(
  params: URLSearchParams,
  prefix: string,
  fields: F,
  values: ValuesOf<F>,
): void {
  for (const [name, field] of Object.entries(fields))
    for (const value of field.encode(values[name])) params.append(prefix + name, value);
}

/** Reads every field from `params`; what is absent or means nothing is taken from `otherwise`. */
export function readFields<F extends Fields>(
  params: URLSearchParams,
  prefix: string,
  fields: F,
  otherwise: ValuesOf<F>,
): ValuesOf<F> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const texts = params.getAll(prefix + name);
    values[name] = (texts.length > 0 ? field.decode(texts) : undefined) ?? otherwise[name as keyof F];
  }
  return values as ValuesOf<F>;
}

/** The query string, readable: what a URL allows in a query stays as it is. */
export function queryText(params: URLSearchParams): string {
  const text = params.toString().replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}
