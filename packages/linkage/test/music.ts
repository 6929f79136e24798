// Invented music: songs that sellers list in their own ways, and albums in a list that anybody adds to. As shapes.ts: nothing
// is taken from any real set, truth stands in column `truth`, deterministic by seed.

import { randomFrom, type Random } from "../src/random.ts";
import { shuffle, typo, words, zipf, type SyntheticRow } from "./synthetic.ts";

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const common = (random: Random, list: readonly string[], shift: number): string =>
  list[zipf(random, list.length, shift)] ?? "";

/** Songs of five catalogues: the same song up to five times, other songs of the same artist, live versions. */
export function songs(count: number, seed: number): SyntheticRow[] {
  const random = randomFrom(seed);
  const [artists, topic, albums] = [
    words(random, Math.ceil(count / 6), 2),
    words(random, 700, 2),
    words(random, 300, 2),
  ];
  const rows: SyntheticRow[] = [];
  for (let k = 0; k < count; k++) {
    const artist = common(random, artists, 60);
    const title = Array.from({ length: 1 + Math.floor(random() * 4) }, () => common(random, topic, 30)).join(
      " ",
    );
    const album = `${common(random, albums, 30)} ${common(random, topic, 30)}`;
    const year = 1960 + Math.floor(random() * 55);
    const seconds = 120 + Math.floor(random() * 240);
    const copies = random() < 0.5 ? 1 : 1 + Math.floor(random() * 5);
    for (let c = 0; c < copies; c++) {
      const style = Math.floor(random() * 4);
      rows.push({
        id: `s${k}-${c}`,
        truth: `t${k}`,
        number: String(1 + Math.floor(random() * 20)),
        title:
          style === 0
            ? `${artist} - ${title}`
            : style === 1
              ? `${title} (${album})`
              : random() < 0.2
                ? typo(random, title)
                : title,
        artist: random() < 0.1 ? "" : style === 2 ? artist.toUpperCase() : artist,
        album: random() < 0.15 ? "" : random() < 0.2 ? typo(random, album) : album,
        length: style % 2 === 0 ? `${Math.floor(seconds / 60)}m ${seconds % 60}s` : String(seconds),
        year: random() < 0.3 ? "" : random() < 0.3 ? String(year).slice(2) : String(year),
      });
    }
  }
  return shuffle(random, rows);
}

/** Albums in a list that anybody adds to: many of the same artist, few of them twice, and what artists share outweighs it. */
export function albums(count: number, doubles: number, seed: number): SyntheticRow[] {
  const random = randomFrom(seed);
  const [artists, topic, genres] = [
    words(random, Math.ceil(count / 8), 2),
    words(random, 900, 2),
    words(random, 60, 2),
  ];
  const categories = ["rock", "jazz", "folk", "classical", "misc", "data"];
  const line = (most: number): string =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => common(random, topic, 30)).join(" ");
  const songsOf = new Map<string, string[]>();
  const rows: SyntheticRow[] = [];
  for (let k = 0; k < count; k++) {
    const artist = random() < 0.08 ? "various" : common(random, artists, 40);
    const known = songsOf.get(artist) ?? [];
    const tracks = Array.from({ length: 8 + Math.floor(random() * 10) }, () =>
      known.length > 0 && artist !== "various" && random() < 0.25 ? pick(random, known) : line(4),
    );
    songsOf.set(artist, [...known, ...tracks].slice(-60));
    const name = random() < 0.15 ? `greatest hits cd ${1 + Math.floor(random() * 3)}` : line(4);
    const style = artist.charCodeAt(0);
    const record = (copy: number): SyntheticRow => ({
      id: `a${k}-${copy}`,
      truth: `t${k}`,
      artist: copy === 1 && random() < 0.2 ? typo(random, artist) : artist,
      title: copy === 1 && random() < 0.3 ? `${name} limited edition` : name,
      category: random() < 0.3 ? pick(random, categories) : (categories[style % 3] ?? ""),
      genre: random() < 0.25 ? "" : random() < 0.4 ? pick(random, genres) : (genres[style % 20] ?? ""),
      year: random() < 0.3 ? "" : String(1965 + ((k * 7) % 40)),
      tracks: tracks.map((track) => (copy === 1 && random() < 0.2 ? typo(random, track) : track)).join(" "),
    });
    rows.push(record(0));
    if (k < doubles) rows.push(record(1));
  }
  return shuffle(random, rows);
}
