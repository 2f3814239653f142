/** What the menu of a run, or of all runs shown, offers to say of them and to do with them. */

import { formatInt } from '../../lib/format';
import { notes } from '../../stores/notes.svelte';
import type { MenuItem } from '../../widgets/menu';
import { acts } from './acts.svelte';

export function noteItems(runs: readonly string[]): MenuItem[] {
  const one = runs.length === 1 ? runs[0]! : null;
  const all = (test: (run: string) => boolean) => runs.length > 0 && runs.every(test);
  const starred = all((run) => notes.of(run).starred);
  const hidden = all((run) => notes.of(run).hidden);
  const none = runs.length === 0;
  const shut = { disabled: !notes.writable || none, title: notes.problem };
  const items: MenuItem[] = [
    {
      text: starred ? 'Take the star off' : 'Star',
      run: () => void notes.change(runs, { starred: !starred }),
      ...shut,
    },
    { text: hidden ? 'Show again' : 'Hide', run: () => void notes.change(runs, { hidden: !hidden }), ...shut },
    { text: 'Tags …', run: () => (acts.tagging = runs), ...shut },
  ];
  if (one !== null) {
    items.unshift({ text: 'Rename', note: 'F2', run: () => (acts.renaming = one), ...shut });
    // Where notes can't be written they can be read.
    items.push({ text: 'Note …', run: () => (acts.noting = one), disabled: none });
  }
  if (notes.allowDelete) items.push({ text: 'Delete …', run: () => (acts.asking = runs), disabled: none });
  if (one === null) items[0] = { ...items[0]!, heading: `All ${formatInt(runs.length)} listed` };
  return items;
}
