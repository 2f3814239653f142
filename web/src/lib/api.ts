/**
 * Asking the server. Every failure is an `ApiError` whose message is a sentence for the page.
 *
 *     getJson<Catalogue>('catalogue', {}, signal)
 *     getJson<Steps>('image/steps', { run, tag })
 *     postJson<Comparison>('runs/compare', { runs, tags }, signal)
 *     postArrow('scalar/series', { tag, runs, ... }, signal)      -> bytes of an Arrow IPC stream
 *     apiUrl('image/blob', { run, tag, ... })                      -> for <img src>
 *
 * Pair it with lib/latest.ts, so that an overtaken answer is never shown.
 */

/** A query's values; null and undefined are left out, lists repeat the parameter. */
export type Query = Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>;

/** Why a request failed, in a sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when there was no answer at all. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }

  /** The server was not reached: what is on the page stays, and the stream will say when it is back. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** The address of an endpoint, relative to the page, so that it also works below a path. */
export function apiUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    if (typeof value === 'object') for (const one of value) params.append(name, String(one));
    else params.append(name, String(value));
  }
  const text = params.toString();
  return `api/${path}${text ? `?${text}` : ''}`;
}

/** GET, answered with JSON. */
export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await ask(apiUrl(path, query), { headers: { Accept: 'application/json' }, signal: signal ?? null });
  return (await body(response.json())) as T;
}

/** POST of JSON, answered with JSON. */
export async function postJson<T>(path: string, question: unknown, signal?: AbortSignal): Promise<T> {
  const response = await ask(apiUrl(path), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(question),
    signal: signal ?? null,
  });
  return (await body(response.json())) as T;
}

/** POST of JSON, answered with a file to be saved. */
export async function postBlob(path: string, question: unknown, signal?: AbortSignal): Promise<Blob> {
  const response = await ask(apiUrl(path), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(question),
    signal: signal ?? null,
  });
  return body(response.blob());
}

/** POST of JSON, answered with an Arrow IPC stream. */
export async function postArrow(path: string, question: unknown, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await ask(apiUrl(path), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/vnd.apache.arrow.stream' },
    body: JSON.stringify(question),
    signal: signal ?? null,
  });
  return new Uint8Array(await body(response.arrayBuffer()));
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('The server did not answer.', 0);
  }
  if (!response.ok) throw new ApiError(await sentence(response), response.status);
  return response;
}

async function body<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('The answer broke off before its end.', 0);
  }
}

/** The server's own words when it sent some, otherwise the status. */
async function sentence(response: Response): Promise<string> {
  const said = await response.text().catch(() => '');
  try {
    const parsed: unknown = JSON.parse(said);
    if (typeof parsed === 'object' && parsed !== null) {
      for (const key of ['error', 'detail', 'message', 'reason']) {
        const value = (parsed as Record<string, unknown>)[key];
        if (typeof value === 'string' && value !== '') return value;
      }
    }
  } catch {
    // Not JSON: plain text is shown as it is, when it is short enough to be a sentence.
    if (said !== '' && said.length < 300 && !said.trimStart().startsWith('<')) return said;
  }
  return `The server answered ${response.status} ${response.statusText}`.trim() + '.';
}

/** What went wrong, as a sentence, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
