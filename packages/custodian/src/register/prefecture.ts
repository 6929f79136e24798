/**
 * The prefecture of an address, as the code of JIS X 0401: 1 Hokkaido … 47 Okinawa, 0 where it cannot be said. Pure.
 *
 * By the name that the address begins with, else by the first two digits of the postal code, which Japan Post gives out by
 * prefecture but for some villages at a border. It is what exposed persons are counted by, and nothing is decided on it.
 * Stands in clear beside the dense number (DESIGN section 7; SECURITY.md says what that tells a thief).
 */
import { fieldNumbers } from "./field.ts";

const names =
  `北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県
石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県
山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`.split(/\s+/u);

/** By the first two digits of a postal code, 00 to 99. */
const byPostal = [
  [1, 5, 3, 2, 1, 1, 1, 1, 1, 1],
  [13, 13, 13, 13, 13, 13, 13, 13, 13, 13],
  [13, 14, 14, 14, 14, 14, 12, 12, 12, 12],
  [8, 8, 9, 11, 11, 11, 11, 10, 20, 20],
  [19, 22, 22, 22, 23, 23, 23, 23, 23, 23],
  [21, 24, 25, 27, 27, 27, 27, 27, 27, 27],
  [26, 26, 26, 29, 30, 28, 28, 28, 31, 32],
  [33, 33, 34, 34, 35, 35, 37, 36, 39, 38],
  [40, 40, 40, 40, 41, 42, 43, 44, 45, 46],
  [47, 18, 17, 16, 15, 15, 7, 7, 4, 6],
].flat();

/** Of a code from 1 to 47. */
export function prefectureName(code: number): string {
  return names[code - 1] ?? "";
}

const encoded = names.map((name) => new TextEncoder().encode(name));
/** Two characters, six bytes, tell all prefectures apart. */
const startBytes = 6;
const byStart: ReadonlyMap<number, number> = new Map(encoded.map((name, i) => [startOf(name, 0), i + 1]));

/**
 * Of encoded facts (`encodeFactList`), which need not become texts for it: an import asks for every line.
 *
 * INVARIANT: prefecture.test.ts.
 */
export function prefectureIn(facts: Uint8Array): number {
  let postal = 0;
  let at = 1;
  for (let left = facts[0] ?? 0; left > 0; left--) {
    const field = facts[at];
    at += 2 + (facts[at + 1] ?? 0);
    at += 1 + (facts[at] ?? 0);
    const length = ((facts[at] ?? 0) << 8) | (facts[at + 1] ?? 0);
    at += 2;
    if (field === fieldNumbers.address) {
      const code = length < startBytes ? undefined : byStart.get(startOf(facts, at));
      if (code !== undefined && beginsWith(facts, at, length, encoded[code - 1])) return code;
    } else if (field === fieldNumbers.postalCode && length >= 2) {
      postal = byPostal[((facts[at] ?? 0) - 48) * 10 + (facts[at + 1] ?? 0) - 48] ?? 0;
    }
    at += length;
  }
  return postal;
}

function startOf(bytes: Uint8Array, at: number): number {
  let start = 0;
  for (let i = at; i < at + startBytes; i++) start = start * 256 + (bytes[i] ?? 0);
  return start;
}

function beginsWith(bytes: Uint8Array, at: number, length: number, name: Uint8Array | undefined): boolean {
  return name !== undefined && name.length <= length && name.every((byte, i) => bytes[at + i] === byte);
}
