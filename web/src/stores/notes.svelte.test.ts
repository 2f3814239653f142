import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { catalogue } from './catalogue.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { NO_NOTE, notes, type NotesAnswer } from './notes.svelte';
import { runs } from './runs.svelte';
import { view } from './view.svelte';

type Said = NotesAnswer['notes'][string];
const EMPTY: Said = { alias: '', starred: false, hidden: false, tags: [], note: '', colour: 0 };

function answer(said: Record<string, Partial<Said>> = {}, change: Partial<NotesAnswer> = {}): NotesAnswer {
  const all = Object.fromEntries(Object.entries(said).map(([run, one]) => [run, { ...EMPTY, ...one }]));
  return { version: JSON.stringify(said), notes: all, writable: true, problem: '', allow_delete: false, ...change };
}

/** Each request waits for its turn to be answered. */
const asked: { url: string; body: unknown; respond: (body: unknown, status?: number) => Promise<void> }[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    return new Promise<Response>((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      const respond = async (body: unknown, status = 200) => {
        resolve(new Response(JSON.stringify(body), { status }));
        await new Promise((settled) => setTimeout(settled));
      };
      asked.push({ url, body: init.body === undefined ? null : JSON.parse(String(init.body)), respond });
    });
  });
  view.reset();
  runs.forget();
  notes.take(answer());
  notes.heard(answer().version);
  notes.failure = null;
  catalogue.take(catalogueAnswer(['sweep/a', 'sweep/b', 'sweep/c'].map((name) => runAnswer(name))));
});

afterEach(() => vi.unstubAllGlobals());

test('a change is shown at once, sent as the server wants it, and settled by the answer', async () => {
  const done = notes.change(['sweep/a', 'sweep/b'], { starred: true, addTags: ['x'], colour: null });
  expect(notes.of('sweep/a')).toEqual({ ...NO_NOTE, starred: true, tags: ['x'] });
  expect(asked[0]!.url).toBe('api/notes');
  expect(asked[0]!.body).toEqual({
    runs: ['sweep/a', 'sweep/b'],
    starred: true,
    add_tags: ['x'],
    remove_tags: [],
    colour: 0,
  });
  await asked[0]!.respond(answer({ 'sweep/a': { starred: true, tags: ['x', 'y'] } }));
  expect(await done).toBe(true);
  expect(notes.of('sweep/a').tags).toEqual(['x', 'y']);
  expect(notes.of('sweep/b')).toEqual(NO_NOTE);
});

test('a change that is refused is taken back and says why', async () => {
  const done = notes.change(['sweep/a'], { alias: 'mine' });
  await asked[0]!.respond({ error: 'Nothing was changed: the disk is full.' }, 503);
  expect(notes.of('sweep/a')).toEqual(NO_NOTE);
  await asked[1]!.respond(answer());
  expect(await done).toBe(false);
  expect(notes.failure).toBe('Nothing was changed: the disk is full.');
  expect(notes.of('sweep/a')).toEqual(NO_NOTE);
});

test('the answer to an earlier change does not undo a later one that is on its way', async () => {
  const first = notes.change(['sweep/a'], { starred: true });
  const second = notes.change(['sweep/a'], { alias: 'mine' });
  await asked[0]!.respond(answer({ 'sweep/a': { starred: true } }));
  await first;
  expect(notes.of('sweep/a')).toEqual({ ...NO_NOTE, starred: true, alias: 'mine' });
  await asked[1]!.respond(answer({ 'sweep/a': { starred: true, alias: 'mine' } }));
  await second;
  expect(notes.of('sweep/a').alias).toBe('mine');
});

test('answers to two changes that come in the wrong order undo neither', async () => {
  const first = notes.change(['sweep/a'], { starred: true });
  const second = notes.change(['sweep/a'], { alias: 'mine' });
  const third = notes.change(['sweep/a'], { note: 'n' });
  await asked[2]!.respond(answer({ 'sweep/a': { starred: true, alias: 'mine', note: 'n' } }));
  await asked[1]!.respond(answer({ 'sweep/a': { starred: true, alias: 'mine' } }));
  await asked[0]!.respond(answer({ 'sweep/a': { starred: true } }));
  expect(notes.of('sweep/a')).toEqual({ ...NO_NOTE, starred: true, alias: 'mine', note: 'n' });
  // Nobody knows which of them the server took last: it is asked.
  expect([asked.length, asked[3]!.body]).toEqual([4, null]);
  await asked[3]!.respond(answer({ 'sweep/a': { starred: true, alias: 'mine', note: 'n', tags: ['theirs'] } }));
  expect(await Promise.all([first, second, third])).toEqual([true, true, true]);
  expect(notes.of('sweep/a').tags).toEqual(['theirs']);
  void notes.change(['sweep/a'], { alias: '' });
  await asked[4]!.respond(answer({ 'sweep/a': { starred: true } }));
  expect(notes.of('sweep/a')).toEqual({ ...NO_NOTE, starred: true });
});

test('a version heard of while a change is on its way is asked for after it', async () => {
  void notes.change(['sweep/a'], { starred: true });
  const theirs = answer({ 'sweep/a': { starred: true }, 'sweep/b': { alias: 'theirs' } });
  notes.heard(theirs.version);
  expect(asked.length).toBe(1);
  await asked[0]!.respond(answer({ 'sweep/a': { starred: true } }));
  expect(asked.length).toBe(2);
  await asked[1]!.respond(theirs);
  expect(notes.of('sweep/b').alias).toBe('theirs');
  // The answer itself is of that version: nothing is left to ask.
  void notes.change(['sweep/b'], { alias: '' });
  notes.heard('next');
  await asked[2]!.respond(answer({}, { version: 'next' }));
  expect(asked.length).toBe(3);
});

test('all of them, asked for while a change is on its way, do not take it back', async () => {
  const done = notes.change(['sweep/a'], { starred: true });
  void notes.load();
  await asked[1]!.respond(answer());
  expect(notes.of('sweep/a').starred).toBe(true);
  await asked[0]!.respond(answer({ 'sweep/a': { starred: true } }));
  expect(await done).toBe(true);
});

test('another version is asked for, the one that is here is not', async () => {
  notes.heard(JSON.stringify({}));
  expect(asked).toEqual([]);
  notes.heard('another');
  expect(asked.map((one) => one.url)).toEqual(['api/notes']);
  await asked[0]!.respond(answer({ 'sweep/a': { alias: 'theirs' } }));
  expect(notes.of('sweep/a').alias).toBe('theirs');
});

test('a star draws nothing again', () => {
  notes.take(answer({ 'sweep/a': { hidden: true, colour: 3, alias: 'x' } }));
  const before = [notes.hidden, notes.colours, notes.aliases, runs.drawn];
  notes.take(answer({ 'sweep/a': { hidden: true, colour: 3, alias: 'x', starred: true }, 'sweep/b': { note: 'n' } }));
  for (const [i, now] of [notes.hidden, notes.colours, notes.aliases, runs.drawn].entries())
    expect(now).toBe(before[i]);
});

test('the filter gets text or nothing, truth, and a list of tags', () => {
  notes.take(answer({ 'sweep/a': { alias: 'x', starred: true, tags: ['b10', 'b2'], note: '' } }));
  expect(notes.field('sweep/a', 'alias')).toBe('x');
  expect(notes.field('sweep/a', 'note')).toBeNull();
  expect(notes.field('sweep/a', 'starred')).toBe(true);
  expect(notes.field('sweep/b', 'hidden')).toBe(false);
  expect(notes.field('sweep/a', 'tag')).toEqual(['b10', 'b2']);
  expect(notes.tags).toEqual(['b2', 'b10']);
});

test('an alias stands for the whole name, and its own name is behind it', () => {
  expect(runs.named('sweep/a')).toEqual({ name: 'sweep/a', prefix: 'sweep/', title: 'sweep/a' });
  notes.take(answer({ 'sweep/a': { alias: 'the good one' } }));
  expect(runs.label('sweep/a')).toBe('the good one');
  expect(runs.label('sweep/b')).toBe('b');
  expect(runs.named('sweep/a')).toEqual({ name: 'the good one', prefix: '', title: 'sweep/a' });
});

test('a run is found by its alias and by its own name', () => {
  notes.take(answer({ 'sweep/a': { alias: 'the good one' } }));
  view.runFilter = 'good';
  expect(runs.matched.map((run) => run.name)).toEqual(['sweep/a']);
  view.runFilter = 'sweep/a';
  expect(runs.matched.map((run) => run.name)).toEqual(['sweep/a']);
});

test('a hidden run is neither drawn nor listed until hidden ones are shown, and then not drawn', () => {
  notes.take(answer({ 'sweep/b': { hidden: true } }));
  expect(runs.drawn.map((run) => run.name)).toEqual(['sweep/a', 'sweep/c']);
  expect(runs.matched.map((run) => run.name)).toEqual(['sweep/a', 'sweep/c']);
  expect(runs.hiddenCount).toBe(1);
  runs.showHidden = true;
  expect(runs.matched.map((run) => run.name)).toEqual(['sweep/a', 'sweep/b', 'sweep/c']);
  expect(runs.drawn.map((run) => run.name)).toEqual(['sweep/a', 'sweep/c']);
  expect(runs.isOn('sweep/b')).toBe(false);
  runs.switchAll(true);
  expect(asked).toEqual([]);
  expect(runs.isOn('sweep/b')).toBe(false);
  expect(runs.drawn.map((run) => run.name)).toEqual(['sweep/a', 'sweep/c']);
  runs.switch(['sweep/b'], true);
  expect(asked[0]!.body).toMatchObject({ runs: ['sweep/b'], hidden: false });
  expect(runs.isOn('sweep/b')).toBe(true);
  runs.showHidden = false;
});

test('of many runs the newest that are not hidden are on', () => {
  const many = Array.from({ length: 60 }, (_, i) => `r${i}`);
  notes.take(answer({ r59: { hidden: true } }));
  runs.forget();
  catalogue.take(catalogueAnswer(many.map((name, i) => runAnswer(name, { first_wall_time: 1000 + i }))));
  expect(runs.drawn.map((run) => run.name)).toEqual(many.slice(39, 59));
  expect(runs.newest).toBe(true);
});

test('a colour is kept in the notes; one in the address wins, and goes with the next choice', async () => {
  notes.take(answer({ 'sweep/a': { colour: 3 } }));
  expect(runs.style('sweep/a').slot).toBe(3);
  view.colours = { 'sweep/a': 5 };
  expect(runs.style('sweep/a').slot).toBe(5);
  runs.paint('sweep/a', 7);
  expect(view.colours).toEqual({});
  expect(runs.style('sweep/a').slot).toBe(7);
  expect(asked[0]!.body).toMatchObject({ runs: ['sweep/a'], colour: 7 });
  await asked[0]!.respond(answer({ 'sweep/a': { colour: 7 } }));
  expect(runs.painted('sweep/a')).toBe(true);
  runs.paint('sweep/a', null);
  expect(asked[1]!.body).toMatchObject({ runs: ['sweep/a'], colour: 0 });
  expect(runs.painted('sweep/a')).toBe(false);
});

test('a run may be called what every object has', () => {
  catalogue.take(catalogueAnswer(['constructor', 'toString'].map((name) => runAnswer(name))));
  view.colours = { toString: 5 };
  expect(runs.painted('constructor')).toBe(false);
  expect(runs.style('constructor').slot).toBeTypeOf('number');
  expect(runs.style('toString').slot).toBe(5);
});

test('where notes can not be kept a colour goes into the address', () => {
  notes.take(answer({}, { writable: false, problem: 'read-only' }));
  const other = (runs.style('sweep/a').slot % 12) + 1;
  runs.paint('sweep/a', other);
  expect(view.colours).toEqual({ 'sweep/a': other });
  expect(asked).toEqual([]);
});

test('a link has the colours of the runs that are drawn, so that it shows the same to anybody', () => {
  vi.stubGlobal('location', { origin: 'http://x', pathname: '/', search: '' });
  notes.take(answer({ 'sweep/a': { colour: 3 }, 'sweep/b': { colour: 4, hidden: true } }));
  view.colours = { 'sweep/c': 5 };
  const link = new URL(runs.link());
  expect(link.searchParams.getAll('colour').sort()).toEqual(['3:sweep/a', '5:sweep/c']);
});
