// Sets in the shapes that linkage is usually tried on, with nothing but roles given. The bounds stand below what is reached
// today: they notice a loss, they claim nothing about real sets.

import { describe, expect, it } from "vitest";
import { albums } from "../test/music.ts";
import { bibliography, citations, products, restaurants, voters } from "../test/shapes.ts";
import type { SyntheticRow } from "../test/synthetic.ts";
import { accuracyOf } from "./describe.ts";
import { runTask, type Outcome } from "./linkage.ts";
import { parseSettings } from "./settings.ts";

const PRODUCT = { id: "id", truth: "truth", name: "text", description: "text", price: "amount" };
const PAPER = { id: "id", truth: "truth", title: "text", authors: "text", venue: "text", year: "number" };

const run = (
  kind: "link" | "dedupe",
  inputs: readonly (readonly SyntheticRow[])[],
  roles: Record<string, string>,
): Promise<Outcome> =>
  runTask({ kind, sources: inputs.map((rows) => ({ rows })), settings: parseSettings({ roles }) });

describe("shapes, with nothing but roles given", () => {
  it("products of two shops with model numbers: what is alike is not taken for what is the same", async () => {
    const { first, second } = products({ both: 500, onlyFirst: 40, onlySecond: 40, models: 1, seed: 1 });
    const outcome = await run("link", [first, second], PRODUCT);
    expect(outcome.assignment).toBe("one-to-one");
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.85);
    // A level that no candidate shows is unlikely, not impossible: no single field decides for good.
    const weights = outcome.run.model.comparisons.flatMap(({ m, u }) =>
      m.slice(1).map((share, k) => Math.log2(share / (u[k + 1] ?? 1))),
    );
    expect(Math.min(...weights)).toBeGreaterThan(-16);
  });

  it("a bibliography and its citations: several citations of one paper", async () => {
    const { first, second } = bibliography(700, 1500, 4);
    const outcome = await run("link", [first, second], PAPER);
    expect(outcome.assignment).toBe("many-to-one");
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.93);
  });

  it("few papers cited many times, carelessly", async () => {
    const outcome = await run("dedupe", [citations(60, 5)], PAPER);
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.85);
  });

  it("many albums of the same artists, few of them twice: what artists share is not taken for the album", async () => {
    const outcome = await run("dedupe", [albums(4000, 120, 10)], {
      id: "id",
      truth: "truth",
      artist: "text",
      title: "text",
      category: "category",
      genre: "category",
      year: "number",
      tracks: "text",
    });
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.8);
  });

  it("two columns of text and nothing else, each judged by the other", async () => {
    const outcome = await run("dedupe", [citations(120, 25)], {
      id: "id",
      truth: "truth",
      title: "text",
      authors: "text",
    });
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.9);
  });

  it("restaurants of two guides, few of them in both, and the model knows how few", async () => {
    const { first, second } = restaurants(112, 420, 220, 6);
    const roles = {
      id: "id",
      truth: "truth",
      name: "text",
      addr: "address",
      city: "place",
      type: "category",
    };
    const outcome = await run("link", [first, second], roles);
    expect(accuracyOf(outcome)?.f1).toBeGreaterThan(0.97);
    expect(Math.abs(outcome.run.model.expectedMatches - 112)).toBeLessThan(8);
  });

  it("voters who moved are found again, although every part of their address differs at once", async () => {
    const { first, second } = voters(3000, 800, 7);
    const roles = {
      id: "id",
      truth: "truth",
      first_name: "given_name",
      middle_name: "middle_name",
      last_name: "surname",
      age: "number",
      gender: "sex",
      street: "address",
      city: "place",
      zip_code: "postcode",
    };
    expect(accuracyOf(await run("link", [first, second], roles))?.recall).toBeGreaterThan(0.97);
  });
});
