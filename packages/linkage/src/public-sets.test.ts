// Accuracy on the public sets with nothing but column roles: the bars of the issue. Skipped where the data is absent.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { Components } from "./cluster/components.ts";
import { accuracyOf } from "./describe.ts";
import { evaluateClusters, evaluateLinks } from "./evaluate.ts";
import { runTask, type Outcome } from "./linkage.ts";
import { parseSettings } from "./settings.ts";

const DATA = fileURLToPath(new URL("../../../../shared/data/linkage/", import.meta.url));
const FEBRL = {
  rec_id: "id",
  given_name: "given_name",
  surname: "surname",
  street_number: "number",
  address_1: "address",
  address_2: "address",
  suburb: "place",
  postcode: "postcode",
  state: "region",
  date_of_birth: "birth_date",
  soc_sec_id: "identifier",
};

const ALBUM = {
  id: "id",
  artist: "text",
  title: "text",
  category: "category",
  genre: "category",
  year: "number",
  tracks: "text",
} as const;

/** Number of the person in "rec-<n>-…". */
const personOf = (outcome: Outcome): Int32Array =>
  Int32Array.from(outcome.loaded.ids, (id) => Number(id.split("-")[1]));

// Two seconds each on a quiet machine; how long they take is the benchmark's to say.
vi.setConfig({ testTimeout: 300_000 });

describe.skipIf(!existsSync(DATA))("public sets (skipped where shared/data is absent)", () => {
  it("febrl3: cluster F1 at least .9975", async () => {
    const outcome = await runTask({
      kind: "dedupe",
      sources: [{ path: `${DATA}febrl/dataset3.csv` }],
      settings: parseSettings({ roles: FEBRL }),
    });
    expect(evaluateClusters(outcome.labels, personOf(outcome)).f1).toBeGreaterThanOrEqual(0.9975);
  });

  it("febrl4: at least 4,997 of 5,000 links and none false", async () => {
    const sources = ["a", "b"].map((part) => ({ path: `${DATA}febrl/dataset4${part}.csv` }));
    const outcome = await runTask({ kind: "link", sources, settings: parseSettings({ roles: FEBRL }) });
    const { first = new Int32Array(0), second = new Int32Array(0) } = outcome.links ?? {};
    const accuracy = evaluateLinks(first, second, personOf(outcome), outcome.space.split);
    expect(accuracy.truePositives).toBeGreaterThanOrEqual(4997);
    expect(accuracy.falsePositives).toBe(0);
  });

  it("fake_1000: cluster F1 at least .930", async () => {
    const roles = {
      unique_id: "id",
      first_name: "given_name",
      surname: "surname",
      dob: "birth_date",
      city: "place",
      email: "email",
      cluster: "truth",
    };
    const outcome = await runTask({
      kind: "dedupe",
      sources: [{ path: `${DATA}splink/fake_1000.csv` }],
      settings: parseSettings({ roles }),
    });
    expect(accuracyOf(outcome)?.f1).toBeGreaterThanOrEqual(0.93);
  });

  it("CDDB: cluster F1 at least .75, where even odds would put together what is of one artist", async () => {
    const folder = `${DATA}jedai/der_cddb/`;
    const outcome = await runTask({
      kind: "dedupe",
      sources: [{ path: `${folder}cddb.csv` }],
      settings: parseSettings({ roles: ALBUM }),
    });
    const rows = new Map(outcome.loaded.ids.map((id, row) => [id, row]));
    const same = new Components(outcome.space.rowCount);
    for (const line of readFileSync(`${folder}gt.csv`, "utf8").trim().split("\n").slice(1)) {
      const [a, b] = line.split(",").map((id) => rows.get(id.trim()));
      if (a !== undefined && b !== undefined) same.join(a, b);
    }
    expect(outcome.threshold).toBeGreaterThan(0);
    expect(evaluateClusters(outcome.labels, same.labels()).f1).toBeGreaterThanOrEqual(0.75);
  });
});
