/**
 * The two ways to go wrong that are thrown. What the domain expects is neither: it is returned as a union.
 *
 * A `Fault` says that the world failed us (disk, socket, malformed input at a boundary). A `Breach` says that
 * something which must not exist was seen (a proof fails, our own row does not open): it carries its evidence,
 * and the process that meets one stops taking work. No message of either ever holds personal data, a secret or SQL.
 */

/** The world failed. `code` is stable and typed by the module that throws; `message` is for an operator. */
export class Fault<Code extends string = string> extends Error {
  override readonly name: string = "Fault";
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A contradiction. `evidence` holds positions, digests and counts, never personal data. */
export class Breach extends Error {
  override readonly name = "Breach";
  readonly evidence: Readonly<Record<string, string | number | bigint>>;

  constructor(
    message: string,
    evidence: Readonly<Record<string, string | number | bigint>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.evidence = evidence;
  }
}

/** The `code` of a thrown value: ours, or that of a Node or PostgreSQL error; `undefined` when it has none. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Fails at compile time when a union gained a member that a switch does not handle, at run time when data lied. */
export function assertNever(value: never, what: string): never {
  throw new Breach(`unhandled ${what}`, { type: typeof value });
}

/** A programmer's claim. On in production; a false one is a defect of ours, never of the input. */
export function assert(claim: boolean, message: string): asserts claim {
  if (!claim) throw new Breach(`assertion failed: ${message}`, {});
}
