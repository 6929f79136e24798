// The one error class of the engine: the input or the world is not as it must be.
// `code` is for programs, the message for people. A message names columns, files, roles and counts, never a value
// of a record: whoever logs it must not leak a person.

export type FaultCode =
  | "bad-settings"
  | "unknown-role"
  | "missing-column"
  | "missing-file"
  | "unreadable-input"
  | "duplicate-id"
  | "too-many-rows"
  | "no-comparison"
  | "one-sided-column"
  | "stale-work-folder"
  | "unknown-record"
  | "unknown-merge";

export class LinkageFault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "LinkageFault";
    this.code = code;
  }
}
