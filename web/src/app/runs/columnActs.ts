/** What can be done to a column of the runs table, and the menu at its head that lists it. */

import { FIGURES, metricId, type Figure } from '../../lib/field';
import { fields } from '../../stores/fields.svelte';
import { view } from '../../stores/view.svelte';
import type { MenuItem } from '../../widgets/menu';
import type { Column } from './columns.svelte';

const WORDS: Record<Figure, string> = {
  last: 'Last',
  best: 'Best',
  min: 'Lowest',
  max: 'Highest',
  mean: 'Mean',
  first: 'First',
};

export function sortBy(id: string, descending: boolean): void {
  view.sort = id;
  view.descending = descending;
}

/** Another figure (a new `id`) or width; null is the width of its values. A figure that has a column already gets no second one. */
export function changeColumn(id: string, patch: { id?: string; width?: number | null }): void {
  const taken = patch.id !== undefined && patch.id !== id && view.table.columns.some((one) => one.id === patch.id);
  view.table.columns = view.table.columns.flatMap((one) =>
    one.id !== id ? [one] : taken ? [] : [{ ...one, ...patch }],
  );
  if (patch.id !== undefined && view.sort === id) view.sort = patch.id;
}

export function removeColumn(id: string): void {
  view.table.columns = view.table.columns.filter((one) => one.id !== id);
  if (view.sort === id) sortBy('name', false);
}

/** Where a column stands, and how it gets elsewhere. */
export interface Standing {
  first: boolean;
  last: boolean;
  /** Moves it by so many places. */
  onmove: (by: number) => void;
}

/** `editable` is false where the panel is too narrow for more than sorting. */
export function columnItems(column: Column, editable: boolean, { first, last, onmove }: Standing): MenuItem[] {
  const { id, field } = column;
  const sorting: MenuItem[] = [
    { text: 'Sort upwards', run: () => sortBy(id, false) },
    { text: 'Sort downwards', run: () => sortBy(id, true) },
  ];
  if (!editable) return sorting;
  return [
    ...sorting,
    ...(field.kind === 'metric' ? figureItems(id, field.tag, field.figure) : []),
    { text: 'Move left', note: 'Alt ←', disabled: first, run: () => onmove(-1) },
    { text: 'Move right', note: 'Alt →', disabled: last, run: () => onmove(1) },
    { text: 'Width of its values', run: () => changeColumn(id, { width: null }) },
    { text: 'Remove', run: () => removeColumn(id) },
  ];
}

const BEST = { low: 'lowest', high: 'highest', unknown: 'nobody said which' } as const;

function figureItems(id: string, tag: string, figure: Figure): MenuItem[] {
  const better = fields.better(tag);
  const others = (['low', 'high'] as const).filter((one) => one !== better);
  return [
    ...FIGURES.map((one, i) => ({
      text: WORDS[one],
      checked: one === figure,
      note: one === 'best' ? BEST[better] : '',
      ...(i === 0 ? { heading: 'Value' } : {}),
      run: () => changeColumn(id, { id: metricId(tag, one) }),
    })),
    ...others.map((one, i) => ({
      text: `The ${BEST[one]} is best`,
      ...(i === 0 ? { heading: 'Column' } : {}),
      run: () => (view.table.better = { ...view.table.better, [tag]: one }),
    })),
  ];
}
