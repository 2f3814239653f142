/**
 * One tab of this browser speaks for all that show the same viewer: a browser opens six connections to a server, and a stream for each
 * tab would leave none for the seventh.
 *
 *     const tabs = new Tabs<Message>(name, { lead, follow, hear })
 *     tabs.start()       calls lead() or follow(); lead() again later, when the tab that led has gone
 *     tabs.tell(m)       every other tab hears it
 *     tabs.takeOver()    lead although another does: it was silent for too long
 *
 * The one that holds a Web Lock leads; where there are no locks (an address that the browser does not trust), every tab leads itself.
 */

export interface Roles<Message> {
  lead(): void;
  /** Another tab leads, or has taken over. */
  follow(): void;
  hear(message: Message): void;
}

export class Tabs<Message> {
  leading = false;
  readonly #name: string;
  readonly #roles: Roles<Message>;
  #channel: BroadcastChannel | null = null;
  #release: () => void = () => {};
  #waiting: AbortController | null = null;

  constructor(name: string, roles: Roles<Message>) {
    this.#name = name;
    this.#roles = roles;
  }

  start(): void {
    const locks: LockManager | undefined = globalThis.navigator?.locks;
    if (locks === undefined || typeof BroadcastChannel === 'undefined') {
      this.leading = true;
      this.#roles.lead();
      return;
    }
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = (event: MessageEvent<Message>) => this.#roles.hear(event.data);
    this.#request(locks, { ifAvailable: true });
  }

  stop(): void {
    this.#waiting?.abort();
    this.#waiting = null;
    this.leading = false;
    this.#release();
    this.#channel?.close();
    this.#channel = null;
  }

  tell(message: Message): void {
    this.#channel?.postMessage(message);
  }

  takeOver(): void {
    if (this.leading || this.#channel === null) return;
    this.#waiting?.abort();
    this.#request(navigator.locks, { steal: true });
  }

  #request(locks: LockManager, options: LockOptions): void {
    /** Until its end: by this very request, not by a later one. */
    let led = false;
    locks
      .request(this.#name, options, async (lock) => {
        if (this.#channel === null) return;
        if (lock === null) {
          this.#roles.follow();
          this.#queue(locks);
          return;
        }
        const released = new Promise<void>((resolve) => (this.#release = resolve));
        led = this.leading = true;
        this.#roles.lead();
        await released;
      })
      .catch(() => {
        // Aborted because it is not wanted any more, or because another tab took over.
        if (!led || !this.leading) return;
        this.leading = false;
        this.#roles.follow();
        this.#queue(locks);
      });
  }

  #queue(locks: LockManager): void {
    this.#waiting = new AbortController();
    this.#request(locks, { signal: this.#waiting.signal });
  }
}
