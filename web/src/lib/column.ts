/** The runs table as the view has it: which fields are its columns, in which order, how wide. Pure. */

import { parseField } from './field';
import { defineSettings, flag, number, type Field } from './spec';

export interface ColumnSpec {
  /** Of its field (lib/field.ts). */
  readonly id: string;
  /** CSS pixels; null is the width that suits its values. */
  readonly width: number | null;
}

export const MIN_WIDTH = 36;
export const MAX_WIDTH = 600;

/** Of somebody who has chosen none. The name and the state of a run are no columns: they are always there. */
export const DEFAULT_COLUMNS: readonly ColumnSpec[] = ['step', 'time', 'started'].map((id) => ({ id, width: null }));

/** As text, for the URL: `step`, `hparam:lr`, `88~metric:val/acc.max`. */
export function columnText(column: ColumnSpec): string {
  return column.width === null ? column.id : `${column.width}~${column.id}`;
}

/** The texts of columns; empty for the default ones, and one empty text for none at all. */
export function columnTexts(columns: readonly ColumnSpec[]): string[] {
  const texts = columns.map(columnText);
  const initial = DEFAULT_COLUMNS.map(columnText);
  if (texts.length === initial.length && texts.every((text, i) => text === initial[i])) return [];
  return texts.length === 0 ? [''] : texts;
}

/** The columns that texts mean, each field once; what means nothing is left out. No texts are the default columns. */
export function parseColumns(texts: readonly string[]): readonly ColumnSpec[] {
  if (texts.length === 0) return DEFAULT_COLUMNS;
  const columns = new Map<string, ColumnSpec>();
  for (const text of texts) {
    const [, digits, id] = /^(?:(\d{1,4})~)?(.*)$/s.exec(text)!;
    if (parseField(id!) === null || id === 'name') continue;
    const width = digits === undefined ? null : Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Number(digits)));
    if (!columns.has(id!)) columns.set(id!, { id: id!, width });
  }
  return [...columns.values()];
}

/** The columns with one put in another place: `to` is its index afterwards. */
export function moveColumn(columns: readonly ColumnSpec[], id: string, to: number): readonly ColumnSpec[] {
  const column = columns.find((one) => one.id === id);
  if (column === undefined) return columns;
  const rest = columns.filter((one) => one !== column);
  const at = Math.max(0, Math.min(rest.length, to));
  return [...rest.slice(0, at), column, ...rest.slice(at)];
}

/** Which value of a metric is best, as somebody says. */
export type Better = 'low' | 'high';
/** The same as far as it is known: of a learning rate neither end is. */
export type Direction = Better | 'unknown';

/** What the user says of tags, as texts: `low:val/acc`. */
const better: Field<Readonly<Record<string, Better>>> = {
  initial: {},
  remember: true,
  encode: (value) => Object.entries(value).map(([tag, which]) => `${which}:${tag}`),
  decode: (texts) =>
    Object.fromEntries(
      texts.flatMap((text): [string, Better][] => {
        const [, which, tag] = /^(low|high):(.*)$/s.exec(text) ?? [];
        return which === undefined ? [] : [[tag!, which as Better]];
      }),
    ),
};

/** In the URL as `table.columns`, `table.better`, `table.tree`, and remembered in this browser. */
export const TABLE = defineSettings('table', {
  columns: { initial: DEFAULT_COLUMNS, remember: true, encode: columnTexts, decode: parseColumns } satisfies Field<
    readonly ColumnSpec[]
  > as Field<readonly ColumnSpec[]>,
  /** Tags whose best value is not the one that their name lets one think. */
  better,
  /** Width of the panel, CSS pixels; 0 is its own. */
  width: number(0, { low: 0, high: 4000 }),
  /** Runs stand below their directories. */
  tree: flag(false),
});
