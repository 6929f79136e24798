// The sets of shapes.ts with the sizes of the usual public ones and the roles that a newcomer would give their columns.

import { albums, songs } from "./music.ts";
import { bibliography, citations, products, restaurants, voters, type LinkShape } from "./shapes.ts";
import type { SyntheticRow } from "./synthetic.ts";

export interface ShapeSet {
  readonly name: string;
  /** One input to group, or two to link. */
  readonly inputs: readonly SyntheticRow[][];
  readonly roles: Readonly<Record<string, string>>;
}

/** All shapes, each with the roles a newcomer would give. */
export function shapeSets(): ShapeSet[] {
  const linked = (name: string, { first, second }: LinkShape, roles: ShapeSet["roles"]): ShapeSet => ({
    name,
    inputs: [first, second],
    roles: { id: "id", ...roles },
  });
  const product = { name: "text", description: "text", price: "amount" };
  const paper = { title: "text", authors: "text", venue: "text", year: "number" };
  const restaurant = { name: "text", addr: "address", city: "place", type: "category" };
  const voter = {
    first_name: "given_name",
    middle_name: "middle_name",
    last_name: "surname",
    age: "number",
    gender: "sex",
    street: "address",
    city: "place",
    zip_code: "postcode",
  };
  const song = {
    title: "text",
    artist: "text",
    album: "text",
    length: "number",
    year: "number",
    number: "number",
  };
  const album = {
    artist: "text",
    title: "text",
    category: "category",
    genre: "category",
    year: "number",
    tracks: "text",
  };
  return [
    linked(
      "electronics",
      products({ both: 1000, onlyFirst: 60, onlySecond: 60, models: 1, seed: 1 }),
      product,
    ),
    linked(
      "software",
      products({ both: 1100, onlyFirst: 250, onlySecond: 2100, models: 0.25, seed: 2 }),
      product,
    ),
    linked(
      "big shop",
      products({ both: 950, onlyFirst: 1600, onlySecond: 12_000, models: 0.8, seed: 3 }),
      product,
    ),
    linked("scholar", bibliography(2600, 12_000, 4), paper),
    linked("restaurants", restaurants(112, 420, 220, 6), restaurant),
    linked("voters", voters(8000, 2000, 7), voter),
    { name: "citations", inputs: [citations(120, 5)], roles: { id: "id", ...paper } },
    { name: "albums", inputs: [albums(9500, 290, 10)], roles: { id: "id", ...album } },
    { name: "songs", inputs: [songs(5000, 8)], roles: { id: "id", ...song } },
  ];
}
