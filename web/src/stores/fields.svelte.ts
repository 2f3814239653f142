/**
 * The values of fields by run (ids: lib/field.ts), asked for when somebody needs them and again for runs that grew.
 *
 *     $effect(() => fields.need(ids))     in a component: keeps these up to date as long as the effect lives
 *     fields.value(run, id)               FieldValue: undefined until it is known, null where the run has none; reactive by column
 *     fields.reader(id)                   (run) => FieldValue, for many runs at once
 *     fields.known(id)                    whether the first answer is there
 *     fields.names                        FieldName[]: what there is, for the column chooser and for completion
 *     fields.named                        whether the hyperparameters' names are there
 *     fields.better(tag)                  'low', 'high' or 'unknown': which value of a metric `best` is
 *     fields.failure                      why there is no newer answer, in a sentence, or null
 *
 * A question is for one run at least a second apart, whatever its pace; what did not change wakes nobody.
 */

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { getJson, postJson, reasonOf } from '../lib/api';
import type { Direction } from '../lib/column';
import { BUILT_IN, hparamId, metricId, parseField, type BuiltIn, type FieldType, type FieldValue } from '../lib/field';
import { own } from '../lib/own';
import type { components } from '../lib/schema';
import { catalogue } from './catalogue.svelte';
import { health } from './health.svelte';
import { stream } from './stream.svelte';
import { view } from './view.svelte';

type Answer = components['schemas']['RunFields'];
type NamesAnswer = components['schemas']['FieldNames'];

/** A hyperparameter or metric there is, or what every run has. */
export interface FieldName {
  readonly kind: 'built-in' | 'hparam' | 'metric';
  /** As it is written in a filter: `lr`, `val/acc`. */
  readonly name: string;
  /** Of a metric: its last value. */
  readonly id: string;
  readonly type: FieldType;
  /** How many different values a hyperparameter has. */
  readonly distinct: number | null;
  /** All of them where they are few. */
  readonly values: readonly (string | number | boolean)[];
  /** In how many runs a metric is. */
  readonly runs: number | null;
}

const LEAST_GAP_MS = 1000;

/** One field's values; the map changes in place, and `changes` says so. */
class Column {
  readonly values = new Map<string, FieldValue>();
  /** The run's version that each value is of. */
  readonly versions = new Map<string, number>();
  changes = $state(0);
  answered = $state(false);
}

class Fields {
  failure = $state<string | null>(null);
  readonly #columns = new SvelteMap<string, Column>();
  /** By tag, as the server reads its name. */
  readonly #better = new SvelteMap<string, Direction>();
  /** How many need each id. */
  readonly #needed = new Map<string, number>();
  #hparams = $state.raw<NamesAnswer['hparams']>([]);
  named = $state(false);
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #earliest = 0;
  #listening = false;
  #returned = 0;
  #tags: unknown = null;

  readonly names: readonly FieldName[] = $derived([
    ...Object.entries(BUILT_IN).map(([name, spec]) => ({
      kind: 'built-in' as const,
      name,
      id: name,
      type: spec.type,
      distinct: null,
      values: 'values' in spec ? spec.values : [],
      runs: null,
    })),
    ...this.#hparams.map((hparam) => ({
      kind: 'hparam' as const,
      name: hparam.name,
      id: hparamId(hparam.name),
      type: hparam.type,
      distinct: hparam.distinct,
      values: hparam.values,
      runs: null,
    })),
    ...catalogue.tags('scalar').map((tag) => ({
      kind: 'metric' as const,
      name: tag.name,
      id: metricId(tag.name, 'last'),
      type: 'number' as const,
      distinct: null,
      values: [],
      runs: tag.runs.length,
    })),
  ]);

  /** Whether a field is anything that some run has. True while that is not known. */
  has(id: string): boolean {
    const field = parseField(id);
    if (field?.kind === 'hparam') return !this.named || this.#hparamNames.has(field.name);
    if (field?.kind === 'metric') return !catalogue.loaded || this.#tagNames.has(field.tag);
    return field !== null;
  }
  readonly #hparamNames = $derived(new Set(this.#hparams.map((hparam) => hparam.name)));
  readonly #tagNames = $derived(new Set(catalogue.tags('scalar').map((tag) => tag.name)));

  /** Keeps these fields up to date until the function it gives is called. For an `$effect`. */
  need(ids: readonly string[]): () => void {
    this.#listen();
    // What every run has is in the catalogue, what is said of it in the notes.
    const mine = ids.filter((id) => ['hparam', 'metric'].includes(parseField(id)?.kind ?? ''));
    untrack(() => {
      for (const id of mine) {
        this.#needed.set(id, (this.#needed.get(id) ?? 0) + 1);
        if (!this.#columns.has(id)) {
          this.#columns.set(id, new Column());
          this.#earliest = 0;
        }
      }
      this.#schedule();
    });
    const release = ids.includes('health') ? health.needAll() : undefined;
    return () => {
      release?.();
      for (const id of mine) {
        const left = (this.#needed.get(id) ?? 1) - 1;
        if (left > 0) this.#needed.set(id, left);
        else this.#needed.delete(id);
      }
    };
  }

  value(run: string, id: string): FieldValue {
    return this.reader(id)(run);
  }

  /** The same for many runs at once: what the id means is found out once. Not to be kept beyond the derived that made it. */
  reader(id: string): (run: string) => FieldValue {
    const field = parseField(id);
    if (field?.kind === 'built-in') return (run) => builtIn(run, field.name);
    const column = this.#columns.get(this.#source(id));
    if (column === undefined) return () => undefined;
    void column.changes;
    const { values } = column;
    const otherwise = column.answered ? null : undefined;
    return (run) => {
      const value = values.get(run);
      return value === undefined ? otherwise : value;
    };
  }

  known(id: string): boolean {
    return parseField(id)?.kind === 'built-in' || (this.#columns.get(this.#source(id))?.answered ?? false);
  }

  /** Which value of a tag is best: as the user says, or else as its name lets one think. */
  better(tag: string): Direction {
    return own(view.table.better, tag) ?? this.#better.get(tag) ?? 'unknown';
  }

  /** Asks anew for everything that is needed, as after a failure. */
  retry(): void {
    this.#earliest = 0;
    this.#schedule();
  }

  /** The column that has a field's values: of `best` the one that the user chose. */
  #source(id: string): string {
    const field = parseField(id);
    if (field?.kind !== 'metric' || field.figure !== 'best') return id;
    const chosen = own(view.table.better, field.tag);
    return chosen === undefined ? id : metricId(field.tag, chosen === 'low' ? 'min' : 'max');
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    $effect.root(() => {
      // Whatever may be a reason to ask; what to ask is found out then.
      $effect(() => {
        void stream.beats;
        void stream.returned;
        void catalogue.runs;
        void catalogue.kinds;
        void view.table.better;
        untrack(() => this.#schedule());
      });
    });
  }

  #schedule(): void {
    if (this.#asking || !catalogue.loaded) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), Math.max(0, this.#earliest - performance.now()));
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const began = performance.now();
    try {
      if (this.#tags !== catalogue.kinds) {
        this.#tags = catalogue.kinds;
        await this.#askNames();
      }
      const back = stream.returned !== this.#returned;
      this.#returned = stream.returned;
      for (const [fields, runs] of this.#questions(back)) await this.#askValues(fields, runs);
      this.failure = null;
    } catch (error) {
      this.failure = reasonOf(error);
      this.#tags = null;
    }
    this.#asking = false;
    this.#earliest = performance.now() + Math.max(LEAST_GAP_MS, 3 * (performance.now() - began));
    if (this.failure === null && this.#questions(false).length > 0) this.#schedule();
  }

  async #askNames(): Promise<void> {
    this.#hparams = (await getJson<NamesAnswer>('runs/fields')).hparams;
    this.named = true;
  }

  /** What to ask: new columns whole, the others for the runs that are not what they were. */
  #questions(all: boolean): [fields: string[], runs: string[] | null][] {
    const questions: [string[], string[] | null][] = [];
    const fresh: string[] = [];
    const grown = new Map<string, string[]>();
    for (const id of new Set([...this.#needed.keys()].map((id) => this.#source(id)))) {
      let column = this.#columns.get(id);
      if (column === undefined) this.#columns.set(id, (column = new Column()));
      if (all || !column.answered) {
        fresh.push(id);
        continue;
      }
      const runs = catalogue.runs.filter((run) => column.versions.get(run.name) !== catalogue.version(run.name));
      if (runs.length === 0) continue;
      const names = runs.map((run) => run.name);
      const key = names.join('\n');
      const sharing = grown.get(key);
      if (sharing) sharing.push(id);
      else {
        grown.set(key, [id]);
        questions.push([grown.get(key)!, names]);
      }
    }
    if (fresh.length > 0) questions.unshift([fresh, null]);
    return questions;
  }

  async #askValues(ids: readonly string[], runs: string[] | null): Promise<void> {
    // As of before the question: what comes in between is asked for again.
    const versions = new Map((runs ?? catalogue.runs.map((run) => run.name)).map((n) => [n, catalogue.version(n)]));
    const answer = await postJson<Answer>('runs/fields', { fields: ids, runs });
    for (const told of answer.columns) {
      const column = this.#columns.get(told.field);
      if (column === undefined) continue;
      const values: FieldValue[] = told.values;
      for (const row of told.nan) values[row] = NaN;
      for (const row of told.posinf) values[row] = Infinity;
      for (const row of told.neginf) values[row] = -Infinity;
      let changed = false;
      answer.runs.forEach((run, row) => {
        if (!column.values.has(run) || !Object.is(column.values.get(run), values[row])) {
          column.values.set(run, values[row]);
          changed = true;
        }
        const version = versions.get(run);
        if (version !== undefined) column.versions.set(run, version);
      });
      const field = parseField(told.field);
      if (field?.kind === 'metric' && told.better !== null) this.#better.set(field.tag, told.better);
      if (changed) column.changes++;
      column.answered = true;
    }
  }
}

function builtIn(run: string, name: BuiltIn): FieldValue {
  if (name === 'name') return run;
  const live = catalogue.live(run);
  if (live === undefined) return undefined;
  const seconds =
    live.firstWallTime === null || live.lastWallTime === null ? null : live.lastWallTime - live.firstWallTime;
  switch (name) {
    case 'step':
      return live.lastStep;
    case 'time':
      return seconds;
    case 'started':
      return live.firstWallTime;
    case 'health':
      return health.field(run);
    case 'speed':
      return seconds === null || live.lastStep === null || seconds <= 0 ? null : live.lastStep / seconds;
    default:
      return live[name];
  }
}

export const fields = new Fields();
