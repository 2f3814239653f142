/**
 * A card's data: asks for what is shown and missing, and for nothing else.
 *
 * It keeps two sets of lines: `whole` for the whole axis and `part` for the zoomed range. A zoom is drawn at once from what is there, and
 * again when its finer rows have come; going back to the whole needs no question. When a run grows, that run alone is asked for again, or
 * its group.
 */

import { reasonOf } from '../../lib/api';
import { Latest } from '../../lib/latest';
import { forward, inverse } from '../../lib/chart/scale';
import type { ScaleKind } from '../../lib/chart/scale';
import { scaleOfX } from './model';
import { ask, questionOf, type Wanted, type Wish } from './question';
import type { Line, Range } from './types';

interface Held {
  /** The question it answers (question.ts). */
  readonly question: string;
  readonly version: number;
  readonly detail: boolean;
  readonly lines: readonly Line[];
}

type Side = 'whole' | 'part';

/** What is to be asked. */
interface Missing {
  side: Side;
  detail: boolean;
  runs: readonly Wish[];
  /** The question about each of them, by name. */
  questions: ReadonlyMap<string, string>;
  /** It is about another view, not only about points that were added. */
  fresh: boolean;
}

/** While a slider or a zoom moves, a question for each of its places would only be thrown away: its first place is asked for, and its last. */
const SETTLE_MS = 40;
/** What one turn of a wheel changes comes within this time. */
const TURN_MS = 10;
/** A growing run is asked for at most this often, and never more than a fifth of the time that the answers take. */
const GROWTH_MS = 250;
const GROWTH_SHARE = 5;
/** How much more than the visible range is asked for on each side, so that a pan has something to show. */
const MARGIN = 0.3;

export class Loader {
  #held = $state.raw<Readonly<Record<Side, ReadonlyMap<string, Held>>>>({ whole: new Map(), part: new Map() });
  /** Why the last question failed, in a sentence. */
  failure = $state<string | null>(null);
  /** A question is on its way. */
  asking = $state(false);

  /** The range of the finer rows that are there; null when there are none. */
  #partRange = $state.raw<Range | null>(null);
  #wanted: Wanted | null = null;
  /** What the axis is: rows of another axis have no place on it. */
  #axis: string | null = null;
  readonly #latest = new Latest();
  #current: { detail: boolean; questions: ReadonlyMap<string, string> } | null = null;
  /** What failed: another question, or a run that has grown, is a reason to ask again. */
  #failed: ReadonlyMap<string, { readonly question: string; readonly version: number }> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #started = -Infinity;
  /** When another view was last wanted, and the first time since it was still. */
  #moved = -Infinity;
  #turned = -Infinity;
  #took = 0;

  /** Whether rows made for a range as small as this are there: others are too coarse for it. */
  covers(range: Range | null): boolean {
    const part = this.#partRange;
    return range !== null && part !== null && part[0] <= range[0] && part[1] >= range[1];
  }

  /** What to draw for these runs over `range` (null: all of it): the finer rows where they cover it. */
  lines(runs: readonly { readonly name: string }[], range: Range | null): Line[] {
    const covered = this.covers(range);
    return runs.flatMap(({ name }) => {
      const [first, second] = covered ? (['part', 'whole'] as const) : (['whole', 'part'] as const);
      return [...(this.#held[first].get(name)?.lines ?? this.#held[second].get(name)?.lines ?? [])];
    });
  }

  /** Says what is shown now; null stops asking (the card is out of sight), and keeps what is there. */
  want(wanted: Wanted | null): void {
    this.#wanted = wanted;
    if (wanted === null) {
      clearTimeout(this.#timer);
      this.#giveUp();
      return;
    }
    const axis = JSON.stringify([wanted.unit, wanted.xTag, wanted.xScale]);
    if (axis !== this.#axis) {
      this.#axis = axis;
      this.#held = { whole: new Map(), part: new Map() };
      this.#partRange = null;
      // Its answer would be rows of the axis before.
      this.#giveUp();
    }
    if (wanted.range === null && this.#partRange !== null) this.#drop('part');
    this.#plan();
  }

  /** Asks again after a failure. */
  retry(): void {
    this.failure = null;
    this.#plan();
  }

  destroy(): void {
    this.want(null);
  }

  /** Nobody waits any more for what is on its way. */
  #giveUp(): void {
    this.#latest.cancel();
    this.#current = null;
    this.asking = false;
  }

  #drop(side: Side): void {
    this.#held = { ...this.#held, [side]: new Map() };
    if (side === 'part') this.#partRange = null;
  }

  /** What is missing, and how it is asked for. */
  #missing(): Missing | null {
    const wanted = this.#wanted;
    if (wanted === null || wanted.width < 1) return null;
    const side: Side = wanted.range === null ? 'whole' : 'part';
    const held = this.#held[side];
    const questions = new Map(wanted.runs.map((run) => [run.name, questionOf(wanted, run)]));
    const another = (run: Wish) => {
      const have = held.get(run.name);
      return have?.question !== questions.get(run.name) || (wanted.detail && !have!.detail);
    };
    const runs = wanted.runs.filter((run) => another(run) || held.get(run.name)!.version < run.version);
    if (runs.length === 0) return null;
    return { side, detail: wanted.detail, runs, questions, fresh: runs.some(another) };
  }

  #plan(): void {
    const missing = this.#missing();
    if (missing === null) {
      this.failure = null; // what failed is not shown any more
      return;
    }
    const failed = this.failure !== null;
    if (failed && !missing.runs.some((run) => this.#isNew(run, missing.questions))) return;
    const current = this.#current;
    if (
      current !== null &&
      (current.detail || !missing.detail) &&
      missing.runs.every((run) => current.questions.get(run.name) === missing.questions.get(run.name))
    )
      return;
    clearTimeout(this.#timer);
    const nothingYet = this.#held.whole.size === 0 && this.#held.part.size === 0;
    const now = performance.now();
    if (missing.fresh) {
      if (now - this.#moved > SETTLE_MS) this.#turned = now;
      this.#moved = now;
    }
    const wait =
      missing.fresh && !failed
        ? nothingYet || now - this.#turned < TURN_MS
          ? 0
          : SETTLE_MS
        : Math.max(0, this.#started + Math.max(GROWTH_MS, this.#took * GROWTH_SHARE) - now);
    this.#timer = setTimeout(() => void this.#ask(), wait);
  }

  /** Is there any reason to ask about this run again after the last failure? */
  #isNew({ name, version }: Wish, questions: ReadonlyMap<string, string>): boolean {
    const failed = this.#failed.get(name);
    return failed === undefined || failed.question !== questions.get(name) || failed.version !== version;
  }

  async #ask(): Promise<void> {
    const missing = this.#missing();
    const wanted = this.#wanted;
    if (missing === null || wanted === null) return;
    const { side, questions, detail, runs } = missing;
    const range = wanted.range && widened(wanted.range, wanted.xScale);
    const width = Math.min(16_384, Math.round(wanted.width * (range ? 1 + 2 * MARGIN : 1)));
    const asked = new Map(runs.map((run) => [run.name, questions.get(run.name)!]));
    const current = (this.#current = { detail, questions: asked });
    this.#started = performance.now();
    this.asking = true;
    try {
      const outcome = await this.#latest.run((signal) => ask(wanted, runs, range, width, detail, signal));
      if (outcome.stale) return;
      const held = new Map(this.#held[side]);
      for (const run of runs) {
        held.set(run.name, {
          question: questions.get(run.name)!,
          version: run.version,
          detail,
          lines: outcome.value.filter((line) => line.run === run.name),
        });
      }
      this.#held = { ...this.#held, [side]: held };
      if (side === 'part') this.#partRange = range;
      this.failure = null;
    } catch (error) {
      if (this.#current === current) {
        this.failure = reasonOf(error);
        this.#failed = new Map(
          runs.map((run) => [run.name, { question: questions.get(run.name)!, version: run.version }]),
        );
      }
    } finally {
      if (this.#current === current) {
        this.#took = performance.now() - this.#started;
        this.#current = null;
        this.asking = false;
        this.#plan();
      }
    }
  }
}

function widened(range: Range, kind: ScaleKind): Range {
  const scale = scaleOfX(kind);
  const [low, high] = [forward(scale, range[0]), forward(scale, range[1])];
  const margin = (high - low) * MARGIN;
  return [inverse(scale, low - margin), inverse(scale, high + margin)];
}
