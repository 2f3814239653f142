/** Imports go one way: lib <- {stores, widgets} <- kinds <- app. A room knows no other room, and of the shell the frame it fills. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|svelte)$/.test(name));

/** Where a file's imports may lead, as beginnings of paths. `stores/view` reads what rooms and pages have in the URL: declarations only. */
function allowed(file: string): readonly string[] {
  const [folder, room] = file.split('/');
  if (folder === 'lib') return ['lib/'];
  if (folder === 'widgets') return ['lib/', 'widgets/'];
  if (folder === 'stores') return ['lib/', 'stores/', 'kinds/index', 'app/compare/settings'];
  if (folder === 'kinds' && room === 'index.ts') return ['lib/', 'kinds/'];
  if (folder === 'kinds') return ['lib/', 'stores/', 'widgets/', `kinds/${room}/`, 'app/Frame.svelte'];
  return [''];
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  const found = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map((match) => match[1]!);
  return found.map((path) => relative(SRC, join(SRC, dirname(file), path)).replace(/^kinds$/, 'kinds/index'));
}

it('reads imports as they are written', () => {
  expect(importsOf('stores/view.svelte.ts')).toContain('kinds/index');
  expect(importsOf('kinds/scalar/Card.svelte')).toContain('widgets/Card.svelte');
  expect(FILES.length).toBeGreaterThan(100);
});

it('web imports go one way', () => {
  const wrong = FILES.flatMap((file) =>
    importsOf(file)
      .filter((path) => !allowed(file).some((beginning) => path.startsWith(beginning)))
      .map((path) => `${file} imports ${path}`),
  );
  expect(wrong).toEqual([]);
});
