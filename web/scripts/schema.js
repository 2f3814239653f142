// Writes src/lib/schema.ts, the types of the server's API, from the description the server's own code prints.
// With --check it writes nothing and fails when the file is stale. PYTHON names the interpreter; the checkout's .venv is the default.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = fileURLToPath(new URL('../src/lib/schema.ts', import.meta.url));
const own = `${root}.venv/bin/python`;
const python = process.env.PYTHON ?? (existsSync(own) ? own : 'python3');

const description = execFileSync(python, ['-m', 'sightline.server.openapi'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  env: { ...process.env, PYTHONPATH: `${root}src` },
});
const text =
  "/** The types of the API, made by `npm run schema` from the server's own. Never edited by hand. */\n\n" +
  astToString(await openapiTS(JSON.parse(description)));
if (process.argv.includes('--check')) {
  const stale = !existsSync(target) || readFileSync(target, 'utf8') !== text;
  if (stale) console.error('src/lib/schema.ts is stale: run `npm run schema` in web/.');
  process.exit(stale ? 1 : 0);
}
writeFileSync(target, text);
