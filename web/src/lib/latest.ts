/** Only the newest answer counts: a request that has been overtaken is aborted, and should it answer all the same, nobody hears of it. */

export type Outcome<T> = { stale: true } | { stale: false; value: T };

/** One slot for a kind of question. Each card or panel that asks has its own. */
export class Latest {
  #current: AbortController | null = null;

  /** Runs `ask`; a later call aborts it and makes its outcome stale. An error of a stale question is dropped with it. */
  async run<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
    this.#current?.abort();
    const mine = (this.#current = new AbortController());
    try {
      const value = await ask(mine.signal);
      return this.#current === mine ? { stale: false, value } : { stale: true };
    } catch (error) {
      if (this.#current !== mine || mine.signal.aborted) return { stale: true };
      throw error;
    }
  }

  /** Drops whatever is under way, for instance when the card goes. */
  cancel(): void {
    this.#current?.abort();
    this.#current = null;
  }
}
