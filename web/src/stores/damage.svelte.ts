/**
 * Damage that is new since the last visit, and the ledger behind it.
 *
 *     damage.fresh       runs with more damage than was seen before
 *     damage.notice      the line to show: { run, others, short, long } or null
 *     damage.dismiss()   it has been seen
 *     damage.ledger()    the whole ledger, from the server
 */

import { getJson, reasonOf } from '../lib/api';
import { noticeWords, type LedgerFile } from '../lib/damage';
import { Latest } from '../lib/latest';
import type { components } from '../lib/schema';
import { catalogue } from './catalogue.svelte';

/** The first of the damaged runs, in words, and how many others there are. */
export interface DamageNotice {
  run: string;
  others: number;
  short: string;
  long: string;
}

class Damage {
  #seen = $state.raw<Readonly<Record<string, number>>>({});
  #files = $state.raw<readonly LedgerFile[]>([]);
  #latest = new Latest();

  readonly fresh: readonly string[] = $derived.by(() => {
    // Without this, every event would go through all runs.
    if (catalogue.counts.damaged === 0) return [];
    return catalogue.runs
      .filter((run) => (catalogue.live(run.name)?.damage ?? 0) > (this.#seen[run.name] ?? 0))
      .map((run) => run.name);
  });

  readonly notice: DamageNotice | null = $derived.by(() => {
    const run = this.fresh[0];
    if (run === undefined) return null;
    const words = noticeWords(this.#files.filter((file) => file.run === run));
    return {
      run,
      others: this.fresh.length - 1,
      short: words?.short ?? 'has a damaged file.',
      long: words?.long ?? '',
    };
  });

  dismiss(): void {
    const seen: Record<string, number> = {};
    for (const run of catalogue.runs) seen[run.name] = catalogue.live(run.name)?.damage ?? 0;
    this.#seen = seen;
    try {
      localStorage.setItem(this.#key(), JSON.stringify(seen));
    } catch {
      // Storage is switched off or full: the notice comes again at the next visit, which does no harm.
    }
  }

  async ledger(signal?: AbortSignal): Promise<readonly LedgerFile[]> {
    return (await getJson<components['schemas']['Ledger']>('ledger', {}, signal)).files;
  }

  start(): () => void {
    return $effect.root(() => {
      $effect(() => {
        if (catalogue.logdir !== '') this.#seen = this.#read();
      });
      $effect(() => {
        if (this.fresh.length === 0) return;
        this.#latest
          .run((signal) => this.ledger(signal))
          .then((outcome) => {
            if (!outcome.stale) this.#files = outcome.value;
          })
          // The notice stands without its figures; the reason is for whoever looks for it.
          .catch((error: unknown) => console.info(`The ledger was not read: ${reasonOf(error)}`));
      });
    });
  }

  #key(): string {
    return `sightline.damage:${catalogue.logdir}`;
  }

  #read(): Record<string, number> {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key()) ?? '{}');
      return typeof kept === 'object' && kept !== null ? (kept as Record<string, number>) : {};
    } catch {
      return {};
    }
  }
}

export const damage = new Damage();
