/**
 * Ctrl-C and SIGTERM, heard by whoever holds an instance: PostgreSQL is to be stopped before this process ends.
 */

/** A terminal sends Ctrl-C to everybody and npm passes it on once more: within this time they are the same Ctrl-C. */
const sameSignalMs = 1_000;
const exitCode = 130;

export interface StopSignal {
  /** Settles at the first Ctrl-C or SIGTERM. */
  readonly asked: Promise<void>;
  isAsked(): boolean;
}

/**
 * Hears Ctrl-C and SIGTERM from now on; another one while stopping ends the process at once.
 *
 * CRASH: PostgreSQL is left running then; the next start stops it.
 */
export function hearStop(now: () => number = Date.now): StopSignal {
  let askedMs: number | undefined;
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (askedMs !== undefined && now() - askedMs > sameSignalMs) process.exit(exitCode);
        askedMs ??= now();
        resolve();
      });
    }
  });
  return { asked, isAsked: () => askedMs !== undefined };
}
