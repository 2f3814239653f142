/** Asking for texts: the mirror of `sightline/kinds/text/api.py`. */

import { getJson } from '../../lib/api';
import type { components } from '../../lib/schema';
import type { TextEntry, TextStep } from './types';

type Schemas = components['schemas'];

/** Every logged step of a tag in a run, ascending. */
export async function readSteps(run: string, tag: string): Promise<readonly TextStep[]> {
  const answer = await getJson<Schemas['TextSteps']>('text/steps', { run, tag });
  return answer.steps.map(({ step, wall_time, superseded }) => ({ step, wallTime: wall_time, superseded }));
}

/** The texts at `first`, `first + 1` ... of the steps, at most `count`, as HTML. */
export async function readEntries(
  run: string,
  tag: string,
  first: number,
  count: number,
  markdown: boolean,
): Promise<readonly TextEntry[]> {
  const answer = await getJson<Schemas['TextEntries']>('text/html', { run, tag, first, count, markdown });
  return answer.entries.map(({ wall_time, ...entry }) => ({ ...entry, wallTime: wall_time }));
}
