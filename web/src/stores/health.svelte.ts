/**
 * What looks wrong with runs: found by the server in the background, asked for when somebody needs it and again for runs that grew.
 *
 *     $effect(() => health.need(names))   in a component: keeps these runs up to date as long as the effect lives
 *     $effect(() => health.needAll())     all runs, to sort or filter by it
 *     health.of(run)                      Finding[], the worst first; empty when nothing was found, or nothing is known yet
 *     health.field(run)                   for columns: `nan`, `spike` ... of the worst; null where nothing was found, undefined until
 *                                         it is known
 *     health.words(run)                   for filters: all that was found, and `ok` where nothing is bad or a warning
 *     health.rank(run)                    how bad it is, to sort by; undefined where nothing was found
 *     health.ofTag(tag)                   [{ run, finding }]: the marks of its chart
 *     health.restarts(run)                steps at which it was started again
 *     health.more(run)                    findings that the server left out
 *     health.waiting                      runs that are still being examined
 *
 * A failure is not said: without findings the page is what it was, and the stream says that the server is away.
 */

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { postJson, reasonOf } from '../lib/api';
import { compareFindings, rankOf, verdictOf, wordsOf, type Finding } from '../lib/health';
import type { components } from '../lib/schema';
import { catalogue } from './catalogue.svelte';
import { stream } from './stream.svelte';

type Answer = components['schemas']['RunsHealth'];

export interface Located {
  readonly run: string;
  readonly finding: Finding;
}

const LEAST_GAP_MS = 1000;
/** Of the page's life. The first charts come first: examining a run of 12,000 tags takes the server seconds. */
const FIRST_MS = 1500;
/** For what comes into sight: a table that is scrolled asks once for many rows. */
const SOON_MS = 100;
/** While runs are being examined: at first soon, then less and less often. */
const WAIT_MS = [150, 300, 600];
/** A run may fall silent without a new version: those that are not finished are asked about again. */
const SILENCE_MS = 60_000;
const DAY_SECONDS = 86_400;

const NONE: readonly Finding[] = [];
const NO_STEPS: readonly number[] = [];

class Health {
  waiting = $state.raw<readonly string[]>([]);
  readonly #found = new SvelteMap<string, readonly Finding[]>();
  readonly #restarts = new SvelteMap<string, readonly number[]>();
  readonly #more = new Map<string, number>();
  readonly #marks = new Map<string, string>();
  /** What each run was when it was last asked about, to the end. */
  readonly #settled = new Map<string, string>();
  readonly #needs = new Set<{ readonly names: readonly string[] | null }>();
  #asking = false;
  #waits = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #earliest = 0;
  #listening = false;
  #returned = 0;
  #silenceAsked = 0;

  readonly #byTag: ReadonlyMap<string, readonly Located[]> = $derived.by(() => {
    const byTag = new Map<string, Located[]>();
    for (const [run, findings] of this.#found)
      for (const finding of findings) {
        const list = byTag.get(finding.tag);
        if (list) list.push({ run, finding });
        else byTag.set(finding.tag, [{ run, finding }]);
      }
    return byTag;
  });

  of(run: string): readonly Finding[] {
    return this.#found.get(run) ?? NONE;
  }

  ofTag(tag: string): readonly Located[] {
    return this.#byTag.get(tag) ?? [];
  }

  field(run: string): Finding['what'] | null | undefined {
    const findings = this.#found.get(run);
    return findings === undefined ? undefined : (verdictOf(findings)?.what ?? null);
  }

  /** For filters: everything that was found, and `ok` where nothing is bad or a warning. */
  words(run: string): readonly string[] | undefined {
    const findings = this.#found.get(run);
    return findings === undefined ? undefined : wordsOf(findings);
  }

  rank(run: string): number | undefined {
    return rankOf(this.of(run));
  }

  restarts(run: string): readonly number[] {
    return this.#restarts.get(run) ?? NO_STEPS;
  }

  more(run: string): number {
    return this.#more.get(run) ?? 0;
  }

  need(names: readonly string[]): () => void {
    return this.#add({ names });
  }

  needAll(): () => void {
    return this.#add({ names: null });
  }

  #add(need: { names: readonly string[] | null }): () => void {
    this.#listen();
    this.#needs.add(need);
    this.#earliest = Math.min(this.#earliest, performance.now() + SOON_MS);
    untrack(() => this.#schedule());
    return () => this.#needs.delete(need);
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    $effect.root(() => {
      $effect(() => {
        void stream.beats;
        void stream.returned;
        void catalogue.runs;
        void catalogue.progress;
        untrack(() => this.#schedule());
      });
    });
  }

  #schedule(): void {
    if (!catalogue.loaded || this.#asking) return;
    clearTimeout(this.#timer);
    const at = Math.max(this.#earliest, FIRST_MS);
    this.#timer = setTimeout(() => void this.#ask(), Math.max(0, at - performance.now()));
  }

  /** What a run is now: when this changes there may be something new about it. */
  #nowOf(run: string): string {
    return `${catalogue.version(run)} ${catalogue.live(run)?.state ?? ''}`;
  }

  /** Runs to ask about. With `silence` those too that may have fallen silent. */
  #question(silence: boolean): string[] {
    const needed = new Set<string>();
    for (const { names } of this.#needs)
      for (const name of names ?? catalogue.runs.map((run) => run.name)) needed.add(name);
    return [...needed].filter((name) => {
      const live = catalogue.live(name);
      if (live === undefined) return false;
      if (this.#settled.get(name) !== this.#nowOf(name)) return true;
      return silence && live.state === 'stale' && Date.now() / 1000 - (live.lastWallTime ?? 0) < DAY_SECONDS;
    });
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    if (stream.returned !== this.#returned) {
      this.#returned = stream.returned;
      this.#settled.clear(); // another process, perhaps, with marks of its own
      this.#marks.clear();
    }
    for (const gone of [...this.#found.keys()].filter((name) => catalogue.live(name) === undefined)) this.#forget(gone);
    const silence = performance.now() - this.#silenceAsked > SILENCE_MS;
    const names = this.#question(silence);
    if (silence) this.#silenceAsked = performance.now();
    if (names.length === 0) return;
    this.#asking = true;
    const as = new Map(names.map((name) => [name, this.#nowOf(name)]));
    const runs = Object.fromEntries(names.map((name) => [name, this.#marks.get(name) ?? '']));
    try {
      this.#take(await postJson<Answer>('runs/health', { runs }), as);
    } catch (error) {
      // Asked again with the next event, or when the server is back.
      console.info(`Nothing new was learnt of the health of runs: ${reasonOf(error)}`);
      this.#asking = false;
      return;
    }
    this.#asking = false;
    if (this.#question(false).length > 0) this.#schedule();
  }

  #forget(run: string): void {
    this.#found.delete(run);
    for (const known of [this.#restarts, this.#more, this.#marks, this.#settled]) known.delete(run);
  }

  /** `as` is what each run of the question was when it was asked. */
  #take(answer: Answer, as: ReadonlyMap<string, string>): void {
    for (const told of answer.runs) {
      this.#marks.set(told.run, told.mark);
      this.#more.set(told.run, told.more);
      if (String(this.#restarts.get(told.run) ?? '') !== String(told.restarts))
        this.#restarts.set(told.run, told.restarts);
      const before = this.#found.get(told.run);
      const findings = told.findings.toSorted(compareFindings);
      // What did not change wakes nobody: a healthy run that grows has a new mark and nothing new.
      if (before === undefined || JSON.stringify(before) !== JSON.stringify(findings))
        this.#found.set(told.run, findings);
    }
    const waiting = new Set(answer.waiting);
    for (const [name, now] of as) if (!waiting.has(name)) this.#settled.set(name, now);
    this.waiting = answer.waiting;
    this.#waits = waiting.size === 0 ? 0 : this.#waits + 1;
    const wait = waiting.size === 0 ? LEAST_GAP_MS : (WAIT_MS[this.#waits - 1] ?? LEAST_GAP_MS);
    this.#earliest = performance.now() + wait;
  }
}

export const health = new Health();
