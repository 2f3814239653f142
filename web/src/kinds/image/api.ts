/** Asking for images: the mirror of `sightline/kinds/image/api.py`. */

import { apiUrl, getJson } from '../../lib/api';
import type { components } from '../../lib/schema';
import type { Logged, Shot } from './types';

type ImageSteps = components['schemas']['ImageSteps'];

/**
 * Every logged step of a tag in a run, ascending. Only what comes after those of `before` is asked for, in parts; all of them where pictures
 * of those could not be counted.
 */
export async function readShots(run: string, tag: string, before: Logged | null): Promise<Logged> {
  let logged = before?.whole ? before : { shots: [], mark: '', whole: true };
  let begunAnew = false;
  for (;;) {
    const { shots, mark } = logged;
    const answer = await getJson<ImageSteps>('image/steps', { run, tag, first: shots.length, mark });
    const found = shotsOf(answer);
    const anew = answer.first !== shots.length;
    if (found.length > 0 || anew)
      logged = {
        shots: [...shots.slice(0, answer.first), ...found],
        mark: answer.mark,
        whole: (anew || logged.whole) && answer.whole,
      };
    if (logged.shots.length >= answer.total) return logged;
    // A restart changes what was known once in a while. More often, or with nothing new, asking on might have no end.
    if ((anew && begunAnew) || (found.length === 0 && !anew))
      throw new Error('The steps of this tag changed while they were asked for.');
    begunAnew ||= anew;
  }
}

function shotsOf(answer: ImageSteps): Shot[] {
  return answer.step.map((step, i) => ({
    step,
    wallTime: answer.wall_time[i]!,
    samples: answer.samples[i]!,
    file: answer.files[answer.file[i]!]!,
    record: answer.record[i]!,
    superseded: answer.superseded[i]!,
  }));
}

/** Where a picture is: the same address always gives the same bytes, so browsers keep it. */
export function pictureUrl(run: string, tag: string, shot: Shot, sample: number): string {
  return apiUrl('image/blob', { run, tag, file: shot.file, record: shot.record, sample });
}
