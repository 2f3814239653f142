/**
 * Answers about a tag in a run, kept up to date while the run grows: which steps were logged, for instance.
 *
 *     const steps = new Growing((run, tag, before) => getJson(...));      once for a room, outside of components; before: the last answer
 *     $effect(() => steps.want(run, tag));                                in a component: asks now, and again whenever the run grew
 *     steps.get(run, tag)       { value, failure } or undefined before the first answer; reactive
 *     steps.retry(run, tag)     asks again after a failure
 *
 * A growing run changes with every scalar, several times a second: so an answer is asked for at most every {@link LEAST_GAP_MS}, less often
 * when it takes long, and `same` keeps an answer that says nothing new from waking anybody.
 */

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { reasonOf } from '../lib/api';
import { catalogue } from './catalogue.svelte';
import { stream } from './stream.svelte';

/** What is known. A failed question keeps the last good answer. */
export interface Known<T> {
  readonly value: T | null;
  /** Why there is no newer answer, in a sentence. */
  readonly failure: string | null;
}

/** Least time between two questions about the same thing. */
const LEAST_GAP_MS = 400;
/** Of the six connections that a browser opens, the stream has one and pictures need some. */
const AT_ONCE = 3;

interface Question {
  run: string;
  tag: string;
  /** The run's version when it was last asked, and the server's returns: a newer one is a reason to ask. */
  version: number;
  returned: number;
  state: 'idle' | 'waiting' | 'asking';
  /** Asked for once more while it was being asked. */
  again: boolean;
  /** When it may be asked next, on the clock of `performance.now()`. */
  earliest: number;
}

export class Growing<T> {
  readonly #known = new SvelteMap<string, Known<T>>();
  readonly #questions = new Map<string, Question>();
  readonly #queue: Question[] = [];
  #asking = 0;
  readonly #read: (run: string, tag: string, before: T | null) => Promise<T>;
  readonly #same: (before: T, now: T) => boolean;

  constructor(
    read: (run: string, tag: string, before: T | null) => Promise<T>,
    same: (before: T, now: T) => boolean = () => false,
  ) {
    this.#read = read;
    this.#same = same;
  }

  get(run: string, tag: string): Known<T> | undefined {
    return this.#known.get(keyOf(run, tag));
  }

  /** Call it in an effect: it asks unless the newest answer is there, and makes the effect run again when the run has grown. */
  want(run: string, tag: string): void {
    const version = catalogue.version(run);
    const returned = stream.returned;
    untrack(() => this.#consider(run, tag, version, returned));
  }

  retry(run: string, tag: string): void {
    const question = this.#questions.get(keyOf(run, tag));
    if (question) this.#schedule(question);
  }

  #consider(run: string, tag: string, version: number, returned: number): void {
    const key = keyOf(run, tag);
    let question = this.#questions.get(key);
    if (question === undefined) {
      question = { run, tag, version: -1, returned, state: 'idle', again: false, earliest: 0 };
      this.#questions.set(key, question);
    }
    const failed = this.#known.get(key)?.failure != null;
    if (question.version === version && !(failed && question.returned !== returned)) return;
    question.version = version;
    question.returned = returned;
    this.#schedule(question);
  }

  #schedule(question: Question): void {
    if (question.state === 'asking') question.again = true;
    if (question.state !== 'idle') return;
    question.state = 'waiting';
    const wait = question.earliest - performance.now();
    if (wait <= 0) this.#enqueue(question);
    else setTimeout(() => this.#enqueue(question), wait);
  }

  #enqueue(question: Question): void {
    this.#queue.push(question);
    this.#next();
  }

  #next(): void {
    while (this.#asking < AT_ONCE) {
      const question = this.#queue.shift();
      if (question === undefined) return;
      this.#asking++;
      void this.#ask(question).finally(() => {
        this.#asking--;
        this.#next();
      });
    }
  }

  async #ask(question: Question): Promise<void> {
    const key = keyOf(question.run, question.tag);
    const began = performance.now();
    question.state = 'asking';
    question.again = false;
    const before = this.#known.get(key);
    try {
      const value = await this.#read(question.run, question.tag, before?.value ?? null);
      const kept = before?.value != null && this.#same(before.value, value);
      if (!kept) this.#known.set(key, { value, failure: null });
      else if (before.failure !== null) this.#known.set(key, { value: before.value, failure: null });
    } catch (error) {
      this.#known.set(key, { value: before?.value ?? null, failure: reasonOf(error) });
    }
    const took = performance.now() - began;
    question.earliest = performance.now() + Math.max(LEAST_GAP_MS, 4 * took);
    question.state = 'idle';
    if (question.again) this.#schedule(question);
  }
}

/** A pair as one key: the length tells where the run's name ends. */
function keyOf(run: string, tag: string): string {
  return `${run.length}:${run}${tag}`;
}
