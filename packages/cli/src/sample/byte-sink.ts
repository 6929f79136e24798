/**
 * A growing buffer that lines are written into, handed over whole. One per file; it never touches a disk.
 *
 * Used by `chunk.ts` alone. Lines are put together from bytes, because making a string for each costs several times more.
 */
export interface LineParts {
  /** What stands before the month: the pension number, or nothing. */
  readonly head: Uint8Array;
  /** The reference up to its running number. */
  readonly reference: Uint8Array;
  /** What stands after the reference, with the line's end. */
  readonly tail: Uint8Array;
}

export class ByteSink {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  text(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** A line of ready parts and a running number in exactly four digits, in one go. */
  line(parts: LineParts, middle: Uint8Array, number: number): void {
    const { head, reference, tail } = parts;
    this.reserve(head.length + middle.length + reference.length + 4 + tail.length);
    let at = copy(head, this.bytes, this.length);
    at = copy(middle, this.bytes, at);
    at = copy(reference, this.bytes, at);
    let rest = number;
    for (let place = 3; place >= 0; place -= 1) {
      this.bytes[at + place] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.length = copy(tail, this.bytes, at + 4);
  }

  /** All bytes, as an array of their own whose buffer may be transferred; the sink is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

const encoder = new TextEncoder();

/** Where the copy ends. Below a few dozen bytes a loop is faster than `set`. */
function copy(part: Uint8Array, into: Uint8Array, from: number): number {
  const { length } = part;
  if (length > 96) into.set(part, from);
  else for (let at = 0; at < length; at += 1) into[from + at] = part[at] ?? 0;
  return from + length;
}
