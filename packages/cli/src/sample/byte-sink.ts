/**
 * A growing buffer that lines are written into, handed over whole. One per file and chunk; it never touches a disk.
 */
export class ByteSink {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  /** Bytes held so far. */
  get size(): number {
    return this.length;
  }

  text(text: string): void {
    // A UTF-16 unit becomes at most three bytes.
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  put(part: Uint8Array): void {
    this.reserve(part.length);
    // Below a few dozen bytes a loop is faster than `set`.
    if (part.length > 96) this.bytes.set(part, this.length);
    else for (let at = 0; at < part.length; at += 1) this.bytes[this.length + at] = part[at] ?? 0;
    this.length += part.length;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length] = byte;
    this.length += 1;
  }

  /** `value` in exactly four digits. */
  fourDigits(value: number): void {
    this.reserve(4);
    let rest = value;
    for (let at = 3; at >= 0; at -= 1) {
      this.bytes[this.length + at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.length += 4;
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
