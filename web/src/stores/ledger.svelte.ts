/** Whether the ledger is open, and at which run it was asked for. */
class LedgerDialog {
  open = $state(false);
  /** Shown first; null for all. */
  run = $state<string | null>(null);

  show(run: string | null = null): void {
    this.run = run;
    this.open = true;
  }
}

export const ledger = new LedgerDialog();
