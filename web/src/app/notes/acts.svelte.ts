/**
 * What is being done with runs from their menus: which one is renamed, whose tags or note are open, what was asked and deleted.
 *
 *     acts.renaming, .tagging, .noting      the run or runs, or null: assign to open or close
 *     acts.asking                           runs that are to be deleted once it is confirmed, or null
 *     acts.remove(), .restore(deletion)     delete what was asked; bring back
 *     acts.deletions                        what was done in this page, oldest first; where `id` is set it can be undone
 *     acts.look(), .trash                   what lies in the trash, the newest first, as of the last look
 */

import { getJson, postJson, reasonOf } from '../../lib/api';
import { count } from '../../lib/format';
import type { components } from '../../lib/schema';
import { notes } from '../../stores/notes.svelte';

type Outcome = components['schemas']['DeleteOutcome'];
type Trash = components['schemas']['Deletions'];

/** Something that was done, or not, with runs. */
export interface Deletion {
  /** Brings them back; '' when there is nothing to bring back. */
  readonly id: string;
  readonly words: string;
  /** More about it: runs that stay, and why. */
  readonly details: string;
}

class Acts {
  renaming = $state<string | null>(null);
  tagging = $state.raw<readonly string[] | null>(null);
  noting = $state<string | null>(null);
  asking = $state.raw<readonly string[] | null>(null);
  busy = $state(false);
  deletions = $state.raw<readonly Deletion[]>([]);
  trash = $state.raw<Trash['deletions']>([]);

  async look(): Promise<void> {
    if (!notes.allowDelete) return;
    try {
      this.trash = (await getJson<Trash>('runs/trash')).deletions;
    } catch (error) {
      this.trash = [];
      this.#tell({ id: '', words: reasonOf(error), details: '' });
    }
  }

  async remove(): Promise<void> {
    const runs = this.asking ?? [];
    await this.#ask('runs/delete', { runs }, (outcome) => said(outcome, 'Deleted', 'was not deleted', outcome.id));
    this.asking = null;
  }

  async restore(id: string): Promise<void> {
    this.deletions = this.deletions.filter((one) => one.id !== id);
    await this.#ask('runs/restore', { id }, (outcome) => {
      const left = outcome.refused.length > 0 ? outcome.id : '';
      return said(outcome, 'Brought back', 'is still in the trash', left);
    });
  }

  dismiss(deletion: Deletion): void {
    this.deletions = this.deletions.filter((one) => one !== deletion);
  }

  async #ask(path: string, question: unknown, tell: (outcome: Outcome) => Deletion): Promise<void> {
    this.busy = true;
    try {
      this.#tell(tell(await postJson<Outcome>(path, question)));
    } catch (error) {
      this.#tell({ id: '', words: reasonOf(error), details: '' });
    } finally {
      this.busy = false;
    }
  }

  #tell(deletion: Deletion): void {
    this.deletions = [...this.deletions, deletion];
  }
}

function said({ runs, refused }: Outcome, done: string, not: string, id: string): Deletion {
  const first = refused[0];
  const words = [
    ...(runs.length > 0 ? [`${done} ${runs.length === 1 ? runs[0] : count(runs.length, 'run')}.`] : []),
    ...(refused.length === 1 ? [`${first!.run} ${not}: ${first!.reason}.`] : []),
    ...(refused.length > 1 ? [`${count(refused.length, 'run')} stay where they are: ${first!.reason} …`] : []),
  ];
  return { id, words: words.join(' '), details: refused.map(({ run, reason }) => `${run}: ${reason}`).join('\n') };
}

export const acts = new Acts();
