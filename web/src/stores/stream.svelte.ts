/**
 * The live stream: server-sent events that say what grew. It reconnects by itself and loses nothing of the view.
 *
 *     stream.state        'connecting' | 'live' | 'offline'
 *     stream.since        when the server was last heard of, seconds since the epoch
 *     stream.latency      seconds from a point's wall time to its arrival here, of the newest event; null when there was none
 *     stream.beats        grows with every event (the live sign brightens)
 *     stream.returned     grows each time the server is back after an absence: a card that failed for want of an answer tries again
 *     stream.retry()      try now
 */

import type { components } from '../lib/schema';
import { catalogue, type Progress } from './catalogue.svelte';

type Grew = components['schemas']['GrewEvent'];

const RETRY_MS = [500, 1000, 2000, 4000];
/** While a log directory is being read every new run is an event; the catalogue is not fetched more often than this. */
const CATALOGUE_INTERVAL_MS = 400;

/** The server says every 5 s that it is there. After this long without a word the connection is dead, even if it is still open. */
const SILENCE_MS = 12_000;

class Stream {
  state = $state<'connecting' | 'live' | 'offline'>('connecting');
  since = $state(Date.now() / 1000);
  latency = $state<number | null>(null);
  beats = $state(0);
  returned = $state(0);

  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refetch: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #refetched = 0;
  #failures = 0;

  start(): () => void {
    void this.#connect();
    const onVisible = () => {
      if (!document.hidden && this.state === 'offline') this.retry();
    };
    document.addEventListener('visibilitychange', onVisible);
    addEventListener('online', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      removeEventListener('online', onVisible);
      clearTimeout(this.#retry);
      clearTimeout(this.#refetch);
      clearTimeout(this.#silence);
      this.#source?.close();
    };
  }

  retry(): void {
    this.#failures = 0;
    void this.#connect();
  }

  /** The catalogue first, then what changed since: nothing falls between. */
  async #connect(): Promise<void> {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
    try {
      await catalogue.load();
    } catch {
      this.#lost();
      return;
    }
    const source = (this.#source = new EventSource(`api/stream?since=${encodeURIComponent(catalogue.cursor)}`));
    source.onopen = () => this.#heard();
    // Closed on purpose: a fresh catalogue and cursor are surer than the browser's own retry, which gives up on some answers.
    source.onerror = () => this.#source === source && this.#lost();
    source.addEventListener('grew', (event) => {
      const { runs } = JSON.parse(event.data) as Grew;
      catalogue.grow(runs);
      this.#heard();
      this.beats++;
      const newest = Math.max(
        ...runs.map((run) => (run.state === 'live' ? (run.last_wall_time ?? -Infinity) : -Infinity)),
      );
      const age = Date.now() / 1000 - newest;
      // A clock that runs ahead of ours, or a run that is read late, says nothing about the way to the screen.
      if (age >= 0 && age < 60) this.latency = age;
    });
    source.addEventListener('alive', () => this.#heard());
    source.addEventListener('catalogue', () => {
      this.#heard();
      this.#fetchCatalogue();
    });
    source.addEventListener('progress', (event) => {
      const progress = JSON.parse(event.data) as Progress;
      this.#heard();
      if (progress.done && !catalogue.progress.done) this.#fetchCatalogue();
      catalogue.progress = progress;
    });
  }

  #fetchCatalogue(): void {
    if (this.#refetch !== undefined) return;
    const wait = Math.max(0, this.#refetched + CATALOGUE_INTERVAL_MS - Date.now());
    this.#refetch = setTimeout(() => {
      this.#refetch = undefined;
      this.#refetched = Date.now();
      catalogue.load().catch(() => this.#lost());
    }, wait);
  }

  #heard(): void {
    if (this.state === 'offline') this.returned++;
    this.state = 'live';
    this.since = Date.now() / 1000;
    this.#failures = 0;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  #lost(): void {
    this.#source?.close();
    this.#source = null;
    if (this.state !== 'offline') this.since = Date.now() / 1000;
    this.state = 'offline';
    this.latency = null;
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]);
  }
}

export const stream = new Stream();
