/**
 * Variant characters (異体字): how one surname or given name is written in several ways in family registers.
 *
 * Shares are of the bearers who write that form, estimated from general knowledge. Some forms lie outside the Basic
 * Multilingual Plane (𠮷, two UTF-16 units) or beyond JIS X 0208 (髙, 﨑): the sample holds them so that every path meets them.
 */
import type { Random } from "./random.ts";

/** The name as one bearer writes it: each character keeps its usual form or becomes a variant, by share. */
export function drawVariant(kanji: string, random: Random): string {
  let written = "";
  for (const character of kanji) {
    const forms = formsByUsual.get(character);
    written += forms === undefined ? character : drawForm(character, forms, random);
  }
  return written;
}

/** The same name with one character in another of its forms, as a later hand writes it; `undefined` if none has any. */
export function otherVariant(written: string, random: Random): string | undefined {
  const characters = Array.from(written);
  const places = characters.flatMap((character, place) => (families.has(character) ? [place] : []));
  const place = places[random.below(places.length)];
  if (place === undefined) return undefined;
  const own = characters[place] ?? "";
  const others = (families.get(own) ?? []).filter((form) => form !== own);
  characters[place] = others[random.below(others.length)] ?? own;
  return characters.join("");
}

/** Whether some character of the name is a variant rather than the usual form. */
export function hasVariant(written: string): boolean {
  return Array.from(written).some((character) => variantForms.has(character));
}

type Forms = readonly (readonly [form: string, share: number])[];

const formsByUsual: ReadonlyMap<string, Forms> = new Map<string, Forms>([
  [
    "斎",
    [
      ["斉", 0.3],
      ["齋", 0.12],
      ["齊", 0.06],
    ],
  ],
  ["高", [["髙", 0.07]]],
  [
    "崎",
    [
      ["﨑", 0.12],
      ["嵜", 0.01],
    ],
  ],
  [
    "辺",
    [
      ["邊", 0.11],
      ["邉", 0.12],
    ],
  ],
  ["沢", [["澤", 0.4]]],
  [
    "浜",
    [
      ["濱", 0.25],
      ["濵", 0.03],
    ],
  ],
  ["広", [["廣", 0.18]]],
  [
    "島",
    [
      ["嶋", 0.14],
      ["嶌", 0.005],
    ],
  ],
  ["桜", [["櫻", 0.12]]],
  ["国", [["國", 0.08]]],
  ["滝", [["瀧", 0.18]]],
  ["吉", [["𠮷", 0.04]]],
  ["富", [["冨", 0.08]]],
  ["徳", [["德", 0.06]]],
  ["柳", [["栁", 0.02]]],
  ["槙", [["槇", 0.4]]],
  ["桧", [["檜", 0.35]]],
  ["関", [["關", 0.004]]],
  ["塩", [["鹽", 0.003]]],
  ["土", [["圡", 0.01]]],
  ["曽", [["曾", 0.2]]],
  ["宮", [["宫", 0.003]]],
  ["真", [["眞", 0.05]]],
  ["恵", [["惠", 0.05]]],
  ["竜", [["龍", 0.35]]],
  ["寿", [["壽", 0.03]]],
  ["栄", [["榮", 0.03]]],
  ["静", [["靜", 0.02]]],
  ["実", [["實", 0.03]]],
  ["礼", [["禮", 0.02]]],
  ["清", [["淸", 0.02]]],
  ["弥", [["彌", 0.06]]],
  ["万", [["萬", 0.04]]],
  ["薫", [["薰", 0.02]]],
]);

const families: ReadonlyMap<string, readonly string[]> = new Map(
  [...formsByUsual].flatMap(([usual, forms]) => {
    const family = [usual, ...forms.map(([form]) => form)];
    return family.map((form) => [form, family] as const);
  }),
);
const variantForms: ReadonlySet<string> = new Set(
  [...formsByUsual.values()].flatMap((forms) => forms.map(([form]) => form)),
);

function drawForm(usual: string, forms: Forms, random: Random): string {
  let draw = random.fraction();
  for (const [form, share] of forms) {
    if (draw < share) return form;
    draw -= share;
  }
  return usual;
}
