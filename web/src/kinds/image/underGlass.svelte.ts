/**
 * What lies under the glass: the picture of a place at a step, the other run's it is compared with, and what their bytes say.
 *
 *     const under = new UnderGlass(() => ({ place, step, others }))     while a component is set up
 *     under.shot  under.url  under.reading                              the picture, null and empty while there is none
 *     under.other                                                       the one compared with; null when nothing is compared
 */

import { untrack } from 'svelte';
import { formatInt } from '../../lib/format';
import { catalogue } from '../../stores/catalogue.svelte';
import { runs } from '../../stores/runs.svelte';
import { stream } from '../../stores/stream.svelte';
import { view } from '../../stores/view.svelte';
import { pictureUrl } from './api';
import { Decoded, type Reading } from './decoded.svelte';
import { altText, cellAt, missingWords, standing } from './model';
import { SETTINGS } from './settings';
import { seriesAt, shots } from './shots.svelte';
import type { Cell, Place, Shot } from './types';

export interface Question {
  readonly place: Place;
  /** The step asked for. */
  readonly step: number;
  /** Runs that it can be compared with. */
  readonly others: readonly string[];
}

/** The picture that is laid beside or over it. */
export interface Other {
  readonly run: string;
  /** Empty while there is none. */
  readonly url: string;
  readonly alt: string;
  /** Null until its bytes are read. */
  readonly known: Reading | null;
  /** What must be said about it. */
  readonly note: string;
}

export class UnderGlass {
  readonly #question: () => Question;
  readonly #decoded = new Decoded();
  readonly #decodedOther = new Decoded();
  readonly #settings = view.settings(SETTINGS);

  /** Rises with every retry, which makes the `<img>` anew. */
  attempt = $state(0);
  /** The address whose picture the browser would not draw. */
  refused = $state('');
  /** Which of the shots at this step was chosen by hand: its record. */
  #chosen = $state<number | null>(null);

  readonly place = $derived.by(() => this.#question().place);
  readonly step = $derived.by(() => this.#question().step);
  readonly #series = $derived.by(() => seriesAt(this.place.run, this.place.tag, this.#settings.overtaken));
  readonly cell: Cell = $derived.by(() => {
    const { run, sample } = this.place;
    return cellAt(this.#series, this.step, sample, catalogue.live(run)?.state === 'live', true);
  });
  /** All shots of the step that is shown; usually one. */
  readonly takes: readonly Shot[] = $derived(this.cell.kind === 'shot' ? this.#series!.shots[this.cell.index]! : []);
  readonly shot: Shot | null = $derived(
    this.takes.find((one) => one.record === this.#chosen) ?? (this.takes.length > 0 ? standing(this.takes) : null),
  );
  readonly url = $derived(this.shot ? pictureUrl(this.place.run, this.place.tag, this.shot, this.place.sample) : '');
  readonly alt = $derived(this.shot ? altText(this.place.run, this.place.tag, this.shot, this.place.sample) : '');
  /** Stays the one before until the next one is there: `known` is about `url`, or null. */
  readonly reading = $derived(this.#decoded.reading);
  readonly known = $derived(this.#decoded.url === this.url ? this.reading : null);

  /** Nothing can be drawn. A picture that breaks off is drawn as far as it goes, with a `flaw`. */
  readonly failure = $derived(
    this.refused === this.url && this.known?.failure && this.shot
      ? `Step ${formatInt(this.shot.step)}: ${this.known.failure}`
      : null,
  );
  readonly flaw = $derived(
    this.known === null || this.refused === this.url
      ? null
      : (this.known.failure ?? (this.known.whole ? null : 'its bytes break off')),
  );

  readonly #against = $derived.by(() => {
    const { others } = this.#question();
    if (this.#settings.compare === 'off') return null;
    return others.includes(this.#settings.against) ? this.#settings.against : (others[0] ?? null);
  });
  readonly #otherCell = $derived(
    this.#against === null
      ? null
      : cellAt(
          seriesAt(this.#against, this.place.tag, this.#settings.overtaken),
          this.step,
          this.place.sample,
          false,
          true,
        ),
  );
  readonly #otherUrl = $derived(
    this.#against !== null && this.#otherCell?.kind === 'shot'
      ? pictureUrl(this.#against, this.place.tag, this.#otherCell.shot, this.place.sample)
      : '',
  );
  readonly other: Other | null = $derived.by(() => {
    const [run, cell, { tag, sample }] = [this.#against, this.#otherCell, this.place];
    if (run === null || cell === null) return null;
    const alt = cell.kind === 'shot' ? altText(run, tag, cell.shot, sample) : '';
    const known = this.#decodedOther.url === this.#otherUrl ? this.#decodedOther.reading : null;
    return { run, url: this.#otherUrl, alt, known, note: this.#otherNote(run, cell) };
  });

  constructor(question: () => Question) {
    this.#question = question;
    $effect(() => this.#decoded.load(this.url));
    $effect(() => {
      if (this.#against !== null) shots.want(this.#against, this.place.tag);
    });
    $effect(() => this.#decodedOther.load(this.#otherUrl));
    $effect(() => () => {
      this.#decoded.stop();
      this.#decodedOther.stop();
    });
    // A failure for want of an answer goes away by itself when the server is back.
    $effect(() => {
      if (stream.returned > 0) untrack(() => this.retry());
    });
  }

  retry(): void {
    this.attempt++;
    this.refused = '';
    if (this.url !== '') this.#decoded.load(this.url, true);
  }

  /** Shows another one of `takes`. */
  take(shot: Shot): void {
    this.#chosen = shot.record;
  }

  #otherNote(run: string, cell: Cell): string {
    const name = runs.label(run);
    if (cell.kind === 'loading') return '';
    if (cell.kind === 'missing') return `${name}: ${missingWords(cell.why)}`;
    const reading = this.#decodedOther.reading;
    if (this.#decodedOther.url === this.#otherUrl && reading.failure)
      return `${name}, step ${formatInt(cell.shot.step)}: ${reading.failure}`;
    const [a, b] = [this.reading.pixels, reading.pixels];
    if (a && b && (a.width !== b.width || a.height !== b.height))
      return `${name} has ${b.width} × ${b.height} pixels, stretched to ${a.width} × ${a.height}`;
    return cell.shot.step === this.shot?.step ? '' : `${name} at ${formatInt(cell.shot.step)}`;
  }
}
