import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, apiUrl, getJson } from './api';

afterEach(() => vi.unstubAllGlobals());

test('an address escapes names and leaves out what is not there', () => {
  expect(apiUrl('image/steps', { run: '../../x', tag: '<a>&b', sample: null })).toBe(
    'api/image/steps?run=..%2F..%2Fx&tag=%3Ca%3E%26b',
  );
  expect(apiUrl('x', { run: ['a', 'b'] })).toBe('api/x?run=a&run=b');
});

test("a refusal is told in the server's words", async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ error: 'No run is named x.' }, { status: 404 })));
  await expect(getJson('x')).rejects.toMatchObject({ message: 'No run is named x.', status: 404, offline: false });
});

test('a page of HTML is not taken for a reason', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 502, statusText: 'Bad Gateway' })));
  await expect(getJson('x')).rejects.toThrow('The server answered 502 Bad Gateway.');
});

test('no answer at all is offline', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const error = await getJson('x').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).offline).toBe(true);
});
