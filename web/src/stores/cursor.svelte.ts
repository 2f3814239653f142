/**
 * The step cursor: one step for every view. Hovering is state, pinning is in the URL.
 *
 *     cursor.hover               step under the pointer or null: a chart assigns it, all charts draw it
 *     cursor.pinned              the pinned step or null;  cursor.pin(step), cursor.unpin()
 *     cursor.following           nothing is pinned: views show the newest;  cursor.follow()
 *     cursor.at                  the step that images, texts ... show: the pinned one, or the last
 *     cursor.line                the step of a chart's ink line: hover, else pinned, else null
 *     cursor.show(lanes, marks)  a dashboard says where it has data (Frame does it from its props)
 *     cursor.marked              [first, last] of a marked range of steps, or null: who marks one assigns it, the rail shows it
 *     cursor.first, .last        ends of the rail
 *     cursor.move(by)            by places among the steps of the lanes, by single steps where none are listed;  cursor.play(), .pause(), .playing
 *
 * To find what a series has at a step: `nearestIndex` or `lastIndexAt` in lib/step.ts.
 */

import { onEscape } from '../lib/escape';
import { stepAway, unionSteps } from '../lib/step';
import { catalogue } from './catalogue.svelte';
import { runs } from './runs.svelte';
import { view } from './view.svelte';

/** Where a dashboard has data: ticks when the steps are given, a band when there are too many to list. */
export interface Lane {
  /** For the tooltip: "images". */
  readonly name: string;
  /** Ascending; null for data at practically every step between `first` and `last`. */
  readonly steps: ArrayLike<number> | null;
  readonly first: number;
  readonly last: number;
  /** Seconds since its run began at this step, for "21 min in". */
  readonly timeIn?: (step: number) => number | null;
}

/** Something that happened at a step. */
export interface Mark {
  readonly step: number;
  /** Two or three characters: "NaN", "↺". */
  readonly label: string;
  /** In words: "loss is NaN from 8,140 in cnn/seed 2". */
  readonly title: string;
  readonly tone: 'bad' | 'warn' | 'quiet';
}

/** Time a step stays while playing. */
const PLAY_MS = 300;
/** Where steps are not listed, playing shows about this many pictures of the whole. */
const PLAY_FRAMES = 200;

class Cursor {
  hover = $state<number | null>(null);
  playing = $state(false);
  lanes = $state.raw<readonly Lane[]>([]);
  marks = $state.raw<readonly Mark[]>([]);
  marked = $state.raw<readonly [first: number, last: number] | null>(null);
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #ends: readonly [number, number] | null = $derived.by(() => {
    let first = Infinity;
    let last = -Infinity;
    for (const lane of this.lanes) {
      first = Math.min(first, lane.first);
      last = Math.max(last, lane.last);
    }
    if (first <= last) return [first, last];
    for (const run of runs.drawn) last = Math.max(last, catalogue.live(run.name)?.lastStep ?? -Infinity);
    return last === -Infinity ? null : [Math.min(0, last), last];
  });

  /** False when there is nothing to move along. */
  readonly ready: boolean = $derived(this.#ends !== null);
  readonly first: number = $derived(this.#ends?.[0] ?? 0);
  readonly last: number = $derived(this.#ends?.[1] ?? 0);
  /** Every step that some lane lists. */
  readonly steps: Float64Array = $derived(unionSteps(this.lanes.map((lane) => lane.steps ?? [])));

  get pinned(): number | null {
    return view.step;
  }
  get following(): boolean {
    return view.step === null;
  }
  get at(): number {
    return view.step ?? this.last;
  }
  get line(): number | null {
    return this.hover ?? view.step;
  }

  /** Takes the pin from what Esc undoes. */
  #settle: () => void = () => {};

  pin(step: number): void {
    view.step = Math.round(step);
    this.#settle();
    this.#settle = onEscape(() => this.unpin());
  }

  unpin(): void {
    this.#settle();
    this.pause();
    view.step = null;
  }

  follow(): void {
    this.unpin();
  }

  show(lanes: readonly Lane[], marks: readonly Mark[] = []): void {
    this.lanes = lanes;
    this.marks = marks;
  }

  move(by: number): void {
    if (!this.ready) return;
    const listed = stepAway(this.steps, this.at, by);
    const target = listed ?? Math.min(this.last, Math.max(this.first, this.at + by));
    if (target !== this.at || !this.following) this.pin(target);
  }

  play(): void {
    if (!this.ready || this.playing) return;
    if (this.at >= this.last) this.pin(this.steps[0] ?? this.first);
    this.playing = true;
    const stride = this.steps.length > 0 ? 1 : Math.max(1, Math.round((this.last - this.first) / PLAY_FRAMES));
    this.#timer = setInterval(() => {
      this.move(stride);
      if (this.at >= this.last) this.pause();
    }, PLAY_MS);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.playing = false;
  }
}

export const cursor = new Cursor();
