/**
 * SHA-256 (FIPS 180-4), synchronous, the only hash of this package. Anyone may call it.
 *
 * One platform seam: where `process.getBuiltinModule` gives `node:crypto`, its one-shot `hash` is used; elsewhere
 * (browsers, workers) the algorithm below runs, because WebCrypto only digests asynchronously and a tree needs
 * millions of small digests. Nothing is imported, so the same file runs in both. The two must agree: see the test.
 */

/** The 32-byte digest of `message`, in memory of its own. */
export function sha256(message: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  writeSha256(message, digest, 0);
  return digest;
}

/** Writes the digest of `message` into `target` from `at` on, for whoever makes many side by side. */
export function writeSha256(message: Uint8Array, target: Uint8Array, at: number): void {
  if (nativeHash === undefined) {
    target.set(sha256Portable(message), at);
    return;
  }
  // Through a string of bytes, which costs half of what a buffer does.
  const text = nativeHash("sha256", message, "binary");
  for (let i = 0; i < 32; i++) target[at + i] = text.charCodeAt(i);
}

const nativeHash = globalThis.process?.getBuiltinModule?.("node:crypto")?.hash;

/** FIPS 180-4, section 6.2, for messages shorter than 2^32 bytes. */
export function sha256Portable(message: Uint8Array): Uint8Array {
  const padded = padMessage(message);
  const view = new DataView(padded.buffer);
  const state = initialState.slice();
  const schedule = new Int32Array(64);
  for (let offset = 0; offset < padded.length; offset += blockBytes) {
    expandBlock(view, offset, schedule);
    compress(state, schedule);
  }
  const digest = new Uint8Array(32);
  const words = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) words.setInt32(4 * i, state[i] ?? 0);
  return digest;
}

const blockBytes = 64;

/** Section 5.1.1: a one bit, zeros, then the length in bits as 64 bits. */
function padMessage(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / blockBytes) * blockBytes);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x2000_0000));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  return padded;
}

/** Section 6.2.2, step 1. */
function expandBlock(view: DataView, offset: number, w: Int32Array): void {
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(offset + 4 * t);
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15] ?? 0;
    const y = w[t - 2] ?? 0;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[t] = (s1 + (w[t - 7] ?? 0) + s0 + (w[t - 16] ?? 0)) | 0;
  }
}

/** Section 6.2.2, steps 2 to 4. */
function compress(state: Int32Array, w: Int32Array): void {
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let t = 0; t < 64; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + (roundConstants[t] ?? 0) + (w[t] ?? 0)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const next = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = ((state[i] ?? 0) + (next[i] ?? 0)) | 0;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

// Section 4.2.2 and 5.3.3: the first 32 bits of the fractional parts of the cube and square roots of the primes.
// prettier-ignore
const roundConstants = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
const initialState = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
