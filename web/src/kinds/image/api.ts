/** Asking for images: the mirror of `sightline/kinds/image/api.py`. */

import { apiUrl, getJson } from '../../lib/api';
import type { components } from '../../lib/schema';
import type { Shot } from './types';

/** Every logged step of a tag in a run, ascending. */
export async function readShots(run: string, tag: string): Promise<readonly Shot[]> {
  const answer = await getJson<components['schemas']['ImageSteps']>('image/steps', { run, tag });
  return answer.steps.map(({ step, wall_time, samples, file, record, superseded }) => ({
    step,
    wallTime: wall_time,
    samples,
    file,
    record,
    superseded,
  }));
}

/** Where a picture is: the same address always gives the same bytes, so browsers keep it. */
export function pictureUrl(run: string, tag: string, shot: Shot, sample: number): string {
  return apiUrl('image/blob', { run, tag, file: shot.file, record: shot.record, sample });
}
