/**
 * The keeper's log: one JSON line on standard error for each event, one function for each kind of event.
 *
 * For operators and their machines. The journal says who saw what; this says how the process is. No function here can
 * be given personal data: they take codes, counts and positions, never a message of unknown origin.
 */
import { Breach, codeOf } from "@kura/kernel/fault.ts";

export type WriteLine = (line: string) => void;

export interface Events {
  ready(journalEvents: number, kekVersion: number, tornBytes: number): void;
  stopped(journalEvents: number): void;
  /** The keeper did not start, or ended itself: the code of a fault, the message and evidence of a breach. */
  ended(error: unknown): void;
  connectionRefused(): void;
  connectionEnded(reason: "malformed" | "stalled" | "broken"): void;
  /** A call was answered with something else than its result. */
  callRefused(operation: string, outcome: string): void;
  /** A call ended in an error that is a defect of ours. */
  callFailed(operation: string, error: unknown): void;
  journalUnwritable(code: string): void;
  /** No room was made ahead for the journal: it goes on, slower. */
  journalUnprepared(code: string): void;
}

export function createEvents(writeLine: WriteLine, now: () => Date): Events {
  const emit = (event: string, level: "info" | "warn" | "error", rest: Record<string, unknown>): void => {
    writeLine(JSON.stringify({ time: now().toISOString(), level, event, ...rest }));
  };
  return {
    ready: (journalEvents, kekVersion, tornBytes) => {
      emit("ready", "info", { journalEvents, kekVersion, tornBytes });
    },
    stopped: (journalEvents) => emit("stopped", "info", { journalEvents }),
    ended: (error) => emit("ended", "error", describe(error)),
    connectionRefused: () => emit("connection-refused", "warn", {}),
    connectionEnded: (reason) => emit("connection-ended", "warn", { reason }),
    callRefused: (operation, outcome) => emit("call-refused", "warn", { operation, outcome }),
    callFailed: (operation, error) => emit("call-failed", "error", { operation, ...describe(error) }),
    journalUnwritable: (code) => emit("journal-unwritable", "error", { code }),
    journalUnprepared: (code) => emit("journal-unprepared", "warn", { code }),
  };
}

/** Our own messages hold no data and are shown; of any other error only its class and code. */
function describe(error: unknown): Record<string, unknown> {
  if (error instanceof Breach) {
    return {
      breach: error.message,
      evidence: Object.fromEntries(Object.entries(error.evidence).map(asText)),
    };
  }
  return { error: error instanceof Error ? error.name : typeof error, code: codeOf(error) };
}

function asText([name, value]: [string, string | number | bigint]): [string, string] {
  return [name, String(value)];
}
