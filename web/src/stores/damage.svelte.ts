/**
 * Damage that is new since the last visit, and the ledger behind it.
 *
 *     damage.fresh       runs with more damage than was seen before
 *     damage.notice      the line to show: { run, file, others, short, long } or null
 *     damage.wordsOf(run)  what was lost in a run's files: "is damaged: 1 record skipped at byte 1,204,224."
 *     damage.cut         what is wrong with files that are not damaged but cut short or empty, in words, by run
 *     damage.cutNotice   the quiet line about those that were not seen before: { run, file, words, others } or null
 *     damage.dismiss()   it has been seen
 *     damage.unlisted    directories that could not be listed, as of the last ledger: { path, reason }
 *     damage.ledger()    the ledger, from the server
 */

import { getJson, reasonOf } from '../lib/api';
import { cutWords, noticeWords, type Ledger, type LedgerFile } from '../lib/damage';
import { Latest } from '../lib/latest';
import { own } from '../lib/own';
import { catalogue } from './catalogue.svelte';

/** The first of the damaged runs, in words, and how many others there are. */
export interface DamageNotice {
  run: string;
  /** Name of the damaged file where it is one; empty until the ledger is here. */
  file: string;
  others: number;
  short: string;
  long: string;
}

/** What is said until the ledger is here. */
const UNKNOWN = 'has a damaged file.';

class Damage {
  #seen = $state.raw<Readonly<Record<string, number>>>({});
  #seenCut = $state.raw<ReadonlySet<string>>(new Set());
  #files = $state.raw<readonly LedgerFile[]>([]);
  #latest = new Latest();

  unlisted = $state.raw<Ledger['directories']>([]);

  readonly fresh: readonly string[] = $derived.by(() => {
    // Without this, every event would go through all runs.
    if (catalogue.counts.damaged === 0) return [];
    return catalogue.runs
      .filter((run) => (catalogue.live(run.name)?.damage ?? 0) > (own(this.#seen, run.name) ?? 0))
      .map((run) => run.name);
  });

  /** Changes when the ledger may say something new: reading came to its end, a run came, went quiet or lost records. */
  readonly #asOf = $derived(
    `${catalogue.progress.done} ${catalogue.runs.length} ${catalogue.counts.live} ${catalogue.counts.places}`,
  );

  /** Bytes that were read say nothing new: without this, whatever grows would be a question. */
  readonly #ready = $derived(catalogue.loaded && catalogue.progress.done);

  readonly notice: DamageNotice | null = $derived.by(() => {
    const run = this.fresh[0];
    if (run === undefined) return null;
    const words = noticeWords(this.#files.filter((file) => file.run === run));
    return {
      run,
      file: words?.file ?? '',
      others: this.fresh.length - 1,
      short: words?.short ?? UNKNOWN,
      long: words?.long ?? '',
    };
  });

  wordsOf(run: string): string {
    return noticeWords(this.#files.filter((file) => file.run === run))?.short ?? UNKNOWN;
  }

  /** Files that are cut short or empty, with what to say of each. */
  readonly #cutFiles = $derived(
    this.#files.flatMap((file) => {
      const words = cutWords(file, catalogue.live(file.run)?.state === 'live', Date.now() / 1000);
      return words === null ? [] : [{ file, words }];
    }),
  );

  readonly cut: ReadonlyMap<string, string> = $derived(
    new Map(this.#cutFiles.map(({ file, words }) => [file.run, `${file.name} ${words}`])),
  );

  /** Number of files. */
  readonly cutCount: number = $derived(this.#cutFiles.length);

  readonly cutNotice = $derived.by(() => {
    const fresh = this.#cutFiles.filter(({ file }) => !this.#seenCut.has(cutKey(file)));
    const first = fresh[0];
    return first ? { run: first.file.run, file: first.file.name, words: first.words, others: fresh.length - 1 } : null;
  });

  dismissCut(): void {
    this.#seenCut = new Set(this.#cutFiles.map(({ file }) => cutKey(file)));
    keep(`sightline.cut:${catalogue.logdir}`, [...this.#seenCut]);
  }

  dismiss(): void {
    const seen: Record<string, number> = {};
    for (const run of catalogue.runs) seen[run.name] = catalogue.live(run.name)?.damage ?? 0;
    this.#seen = seen;
    keep(`sightline.damage:${catalogue.logdir}`, seen);
  }

  async ledger(signal?: AbortSignal): Promise<Ledger> {
    const answer = await getJson<Ledger>('ledger', {}, signal);
    this.unlisted = answer.directories;
    return answer;
  }

  start(): () => void {
    return $effect.root(() => {
      $effect(() => {
        if (catalogue.logdir === '') return;
        this.#seen = (kept(`sightline.damage:${catalogue.logdir}`) ?? {}) as Record<string, number>;
        const cut = kept(`sightline.cut:${catalogue.logdir}`);
        this.#seenCut = new Set(Array.isArray(cut) ? cut.map(String) : []);
      });
      $effect(() => {
        void this.#asOf;
        if (!this.#ready) return;
        this.#latest
          .run((signal) => this.ledger(signal))
          .then((outcome) => {
            if (!outcome.stale) this.#files = outcome.value.files;
          })
          // The notice stands without its figures; the reason is for whoever looks for it.
          .catch((error: unknown) => console.info(`The ledger was not read: ${reasonOf(error)}`));
      });
    });
  }
}

/** A file that was cut and then grew on, and was cut again, is new. */
const cutKey = (file: LedgerFile) => `${file.path} ${file.size_bytes}`;

function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is switched off or full: the notice comes again at the next visit, which does no harm.
  }
}

function kept(key: string): object | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

export const damage = new Damage();
