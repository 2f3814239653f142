/**
 * Notes: what a person says of runs. They belong to a person and a machine: never in the URL, except a colour that was given there.
 *
 *     notes.of(run)                  RunNote: { alias, starred, hidden, tags, note, colour }; empty where nothing is said
 *     notes.change(runs, patch)      the same change for some runs, shown at once; false when the server refused (`failure` says why)
 *     notes.field(run, name)         for the filter, by FIELDS: `alias` and `note` are text or null, `starred` and `hidden` true or
 *                                    false, `tag` a list of texts: a comparison holds when it holds for one of them
 *     notes.tags                     every tag there is, in natural order
 *     notes.hidden, .aliases, .colours       by run; each changes only when one of its own kind does
 *     notes.allowDelete              whether runs may be deleted from the page
 *     notes.writable, .problem       whether and why not they can be changed, a sentence
 *     notes.failure                  why the last change was refused, or null: assign null when it was read
 *
 * The stream says when somebody else changed one (stores/stream.svelte.ts).
 */

import { getJson, postJson, reasonOf } from '../lib/api';
import { Latest } from '../lib/latest';
import { compareNatural } from '../lib/natural';
import type { components } from '../lib/schema';

export type NotesAnswer = components['schemas']['Notes'];
type NoteAnswer = components['schemas']['RunNote'];

/** What is said of one run. */
export interface RunNote {
  /** Its name for its owner; '' when it has none. */
  readonly alias: string;
  readonly starred: boolean;
  readonly hidden: boolean;
  readonly tags: readonly string[];
  /** Markdown. */
  readonly note: string;
  /** Slot 1 ... 12; null is the run's own. */
  readonly colour: number | null;
}

/** What is left out stays as it is. */
export interface NotePatch extends Partial<RunNote> {
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

export const NO_NOTE: RunNote = { alias: '', starred: false, hidden: false, tags: [], note: '', colour: null };

/** What the filter may ask of a run's notes. */
export const FIELDS = ['alias', 'starred', 'hidden', 'tag', 'note'] as const;
export type NoteField = (typeof FIELDS)[number];

type ByRun<T> = ReadonlyMap<string, T>;

class Notes {
  loaded = $state(false);
  writable = $state(true);
  problem = $state('');
  allowDelete = $state(false);
  failure = $state<string | null>(null);
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  aliases = $state.raw<ByRun<string>>(new Map());
  colours = $state.raw<ByRun<number>>(new Map());

  #notes = $state.raw<ByRun<RunNote>>(new Map());
  #version = '';
  /** What the stream said last: it may have been said while a change was on its way. */
  #heard = '';
  /** Changes that the server has not answered: an answer to an earlier one does not have them yet. */
  #pending = 0;
  /** Several were on their way at once: whichever was made last, its answer may not be the last to come. */
  #several = false;
  readonly #latest = new Latest();

  readonly tags: readonly string[] = $derived(
    [...new Set([...this.#notes.values()].flatMap((one) => one.tags))].sort(compareNatural),
  );

  of(run: string): RunNote {
    return this.#notes.get(run) ?? NO_NOTE;
  }

  field(run: string, name: NoteField): string | boolean | readonly string[] | null {
    const note = this.of(run);
    if (name === 'tag') return note.tags;
    if (name === 'starred' || name === 'hidden') return note[name];
    return note[name] === '' ? null : note[name];
  }

  /** Asks for all of them. Trouble is kept in `problem`: the page works without notes. */
  async load(): Promise<void> {
    try {
      const outcome = await this.#latest.run((signal) => getJson<NotesAnswer>('notes', {}, signal));
      if (!outcome.stale && this.#pending === 0) this.take(outcome.value);
    } catch (error) {
      if (!this.loaded) this.problem = reasonOf(error);
    }
  }

  /** The server has notes of this version. */
  heard(version: string): void {
    this.#heard = version;
    if (version !== this.#version && this.#pending === 0) void this.load();
  }

  take(answer: NotesAnswer): void {
    this.#version = answer.version;
    this.writable = answer.writable;
    this.problem = answer.problem;
    this.allowDelete = answer.allow_delete;
    this.loaded = true;
    this.#show(new Map(Object.entries(answer.notes).map(([run, one]) => [run, read(one)])));
  }

  async change(runs: readonly string[], patch: NotePatch): Promise<boolean> {
    const before = this.#notes;
    const after = new Map(before);
    for (const run of runs) after.set(run, patched(this.of(run), patch));
    this.#show(after);
    this.#latest.cancel();
    this.#pending++;
    if (this.#pending > 1) this.#several = true;
    let answer: NotesAnswer | null = null;
    try {
      answer = await postJson<NotesAnswer>('notes', question(runs, patch));
      this.failure = null;
    } catch (error) {
      this.failure = reasonOf(error);
    }
    if (--this.#pending === 0) this.#settle(answer, before);
    return answer !== null;
  }

  /** The last of the changes that were on their way was answered; null when it was refused. */
  #settle(answer: NotesAnswer | null, before: ByRun<RunNote>): void {
    const alone = !this.#several;
    this.#several = false;
    if (alone && answer !== null) this.take(answer);
    else if (alone) this.#show(before);
    if (!alone || answer === null || (this.#heard !== '' && this.#heard !== this.#version)) void this.load();
  }

  #show(notes: ByRun<RunNote>): void {
    this.#notes = notes;
    const hidden = new Set([...notes].filter(([, one]) => one.hidden).map(([run]) => run));
    const aliases = new Map([...notes].filter(([, one]) => one.alias !== '').map(([run, one]) => [run, one.alias]));
    const colours = new Map([...notes].flatMap(([run, one]) => (one.colour === null ? [] : [[run, one.colour]])));
    // Charts and the table hang on these: a star must not draw them again.
    if (!equal(new Map([...hidden].map((run) => [run, true])), new Map([...this.hidden].map((run) => [run, true]))))
      this.hidden = hidden;
    if (!equal(aliases, this.aliases)) this.aliases = aliases;
    if (!equal(colours, this.colours)) this.colours = colours;
  }
}

function read(answer: NoteAnswer): RunNote {
  return { ...answer, colour: answer.colour === 0 ? null : answer.colour };
}

function patched(note: RunNote, { addTags = [], removeTags = [], ...rest }: NotePatch): RunNote {
  const tags = [...(rest.tags ?? note.tags), ...addTags].filter((tag) => !removeTags.includes(tag));
  return { ...note, ...rest, tags: [...new Set(tags)] };
}

function question(runs: readonly string[], { addTags, removeTags, colour, ...rest }: NotePatch) {
  return {
    runs,
    ...rest,
    add_tags: addTags ?? [],
    remove_tags: removeTags ?? [],
    colour: colour === null ? 0 : colour,
  };
}

function equal<T>(left: ByRun<T>, right: ByRun<T>): boolean {
  return left.size === right.size && [...left].every(([run, value]) => right.get(run) === value);
}

export const notes = new Notes();
