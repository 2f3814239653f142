/**
 * The time, for words that count ("No answer for 12 s").
 *
 *     clock.now     seconds since the epoch, reactive, moves once a second while the page is visible
 */

class Clock {
  now = $state(Date.now() / 1000);

  /** Starts ticking; gives what stops it. */
  start(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden) this.now = Date.now() / 1000;
    }, 1000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
