/**
 * The live stream: server-sent events that say what grew. It reconnects by itself and loses nothing of the view. One tab of a browser
 * listens and tells the others (stores/tabs.ts).
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
import { notes } from './notes.svelte';
import { Tabs } from './tabs';

type Grew = components['schemas']['GrewEvent'];
type NotesChanged = components['schemas']['NotesEvent'];

const RETRY_MS = [500, 1000, 2000, 4000];
/** While a log directory is being read every new run is an event; the catalogue is not fetched more often than this. */
const CATALOGUE_INTERVAL_MS = 400;

/** A database on a file system that hangs must not keep the page from going live. */
const NOTES_PATIENCE_MS = 500;

/** The server says every 5 s that it is there. After this long without a word the connection is dead, even if it is still open. */
const SILENCE_MS = 12_000;

const EVENTS = ['grew', 'alive', 'catalogue', 'progress', 'notes'] as const;

/** What tabs tell each other: an event of the server, or what became of the connection. */
type Message =
  | { kind: 'event'; event: (typeof EVENTS)[number]; data: string }
  /** The tab that listens has a connection: what happened before may have been missed. */
  | { kind: 'connected' }
  | { kind: 'lost' }
  /** To the tab that listens: try now. */
  | { kind: 'retry' };

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
  /** The first answers, on their way before it is known which tab listens: browsers take a while to say. */
  #begun: Promise<unknown> | null = null;
  /** Of connecting: what was begun before is not gone on with. */
  #generation = 0;
  readonly #tabs = new Tabs<Message>(`sightline.stream:${globalThis.location?.pathname ?? ''}`, {
    lead: () => void this.#connect(),
    follow: () => void this.#connect(),
    hear: (message) => this.#hear(message),
  });

  start(): () => void {
    this.#begun = this.#load();
    this.#begun.catch(() => {}); // whoever connects hears of it
    this.#tabs.start();
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
      this.#generation++;
      this.#source?.close();
      this.#source = null;
      this.#tabs.stop();
    };
  }

  retry(): void {
    this.#failures = 0;
    this.#tabs.tell({ kind: 'retry' });
    void this.#connect();
  }

  /** The catalogue first, then what changed since: nothing falls between. A tab that does not listen itself has heard the others' before. */
  async #connect(): Promise<void> {
    const generation = ++this.#generation;
    clearTimeout(this.#retry);
    clearTimeout(this.#refetch);
    this.#refetch = undefined;
    this.#source?.close();
    this.#source = null;
    const loading = this.#begun ?? this.#load();
    this.#begun = null;
    try {
      await loading;
    } catch {
      if (generation === this.#generation) this.#lost();
      return;
    }
    if (generation !== this.#generation) return;
    if (!this.#tabs.leading) {
      this.#heard();
      return;
    }
    const source = (this.#source = new EventSource(`api/stream?since=${encodeURIComponent(catalogue.cursor)}`));
    source.onopen = () => {
      this.#heard();
      this.#tabs.tell({ kind: 'connected' });
    };
    // Closed on purpose: a fresh catalogue and cursor are surer than the browser's own retry, which gives up on some answers.
    source.onerror = () => this.#source === source && this.#lost();
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => {
        this.#take(event, data);
        this.#tabs.tell({ kind: 'event', event, data });
      });
    }
  }

  /** What another tab says. */
  #hear(message: Message): void {
    if (message.kind === 'retry') {
      if (this.#tabs.leading && this.state === 'offline') void this.#connect();
    } else if (this.#tabs.leading) return;
    else if (message.kind === 'event') this.#take(message.event, message.data);
    else if (message.kind === 'connected') void this.#connect();
    else this.#gone();
  }

  #take(event: (typeof EVENTS)[number], data: string): void {
    this.#heard();
    if (event === 'grew') {
      const { runs } = JSON.parse(data) as Grew;
      catalogue.grow(runs);
      this.beats++;
      const newest = Math.max(
        ...runs.map((run) => (run.state === 'live' ? (run.last_wall_time ?? -Infinity) : -Infinity)),
      );
      const age = Date.now() / 1000 - newest;
      // A clock that runs ahead of ours, or a run that is read late, says nothing about the way to the screen.
      if (age >= 0 && age < 60) this.latency = age;
    } else if (event === 'catalogue') this.#fetchCatalogue();
    else if (event === 'notes') notes.heard((JSON.parse(data) as NotesChanged).version);
    else if (event === 'progress') {
      const progress = JSON.parse(data) as Progress;
      if (progress.done && !catalogue.progress.done) this.#fetchCatalogue();
      catalogue.progress = progress;
    }
  }

  /** Without notes the page is as if nothing had been said; they are waited for, lest hidden runs are drawn for a moment, but not long. */
  #load(): Promise<unknown> {
    const patience = new Promise((resolve) => setTimeout(resolve, NOTES_PATIENCE_MS));
    return Promise.all([catalogue.load(), Promise.race([notes.load(), patience])]);
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
    this.#listen();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#lost();
      // The tab that listens says even that it has lost the server: silence is its own.
      this.#tabs.takeOver();
    }, SILENCE_MS);
  }

  #lost(): void {
    this.#gone();
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]);
    if (this.#tabs.leading) this.#tabs.tell({ kind: 'lost' });
  }

  /** There is no connection now. */
  #gone(): void {
    this.#source?.close();
    this.#source = null;
    if (this.state !== 'offline') this.since = Date.now() / 1000;
    this.state = 'offline';
    this.latency = null;
    if (!this.#tabs.leading) this.#listen();
  }
}

export const stream = new Stream();
