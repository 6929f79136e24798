/** `kura extract whose SAMPLE`: a leaked table against every extract there is. The sample's values go to the keeper only, as terms. */
import { Fault } from "@kura/kernel/fault.ts";
import type { Term } from "@kura/keeper/protocol/protocol.ts";
import { extractLimits } from "@kura/custodian/extracts/limits.ts";
import { listStates } from "@kura/custodian/extracts/store.ts";
import { listTraces, type Trace } from "@kura/custodian/extracts/traces/whose.ts";
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import type { Mapping } from "@kura/custodian/intake/mapping.ts";
import type { Row } from "@kura/custodian/intake/table-file.ts";
import { personParser } from "@kura/custodian/intake/parse-person.ts";
import { readFile } from "@kura/custodian/jobs/import-file.ts";
import { addAddressTerms, addNameTerms, addNumberTerms, listTerms } from "@kura/custodian/vault/terms.ts";
import { withInstance } from "./connected.ts";

/** Rows of a sample that are looked at: the first of them decide. */
const sampleRowsMax = 2_000;

export async function runWhose(path: string): Promise<void> {
  const sample = await readSample(path);
  const { traces, holders } = await withInstance("kura_custodian", async (connected) => {
    const { register } = connected.databases;
    await projectJournal(register, journalSource(connected.keeper));
    const found = await listTraces(connected, sample);
    const states = await listStates(register, extractLimits.listed);
    return { traces: found, holders: new Map(states.map((state) => [state.extractId, state.holder])) };
  });
  if (traces.length === 0) process.stdout.write("No extract has any of these rows.\n");
  for (const trace of traces) {
    process.stdout.write(render(trace, sample.length, holders.get(trace.extractId) ?? "?"));
  }
}

function render(trace: Trace, sampled: number, holder: string): string {
  const { extractId, rows, honeyRows, pairs, pairsInOrder } = trace;
  const verdict = honeyRows > 0 ? "this extract and no other" : "possible";
  return [
    `${extractId}  ${verdict}  holder ${holder}`,
    `  ${rows} of ${sampled} rows are in it, ${honeyRows} of them honey rows; ` +
      `${pairsInOrder} of ${pairs} neighbours stand in its order\n`,
  ].join("\n");
}

async function readSample(path: string): Promise<Term[][]> {
  const { table, mapping } = await readFile("persons", path, undefined, {});
  const hasName = mapping.sources.has("name") || mapping.sources.has("kana");
  if (mapping.missing.length > 0 && !(hasName && mapping.sources.has("address"))) {
    throw new Fault("mapping-incomplete", `the sample cannot be read: ${mapping.missing.join("; ")}`);
  }
  const parse = personParser(mapping);
  const sample: Term[][] = [];
  for await (const { rows } of table.rows()) {
    for (const row of rows) {
      const line = parse(row);
      sample.push(
        listTerms((add) => {
          if (line.kind === "draft") addNumberTerms(line.draft, add);
          if (line.kind === "draft") addNameTerms(line.draft, add);
          // A list of addresses has neither number nor birth date, and so no draft.
          addAddressTerms(line.kind === "draft" ? line.draft : namedCells(mapping, row), add);
        }),
      );
      if (sample.length === sampleRowsMax) return sample;
    }
  }
  return sample;
}

/** Name, kana and address as they stand in the row. */
function namedCells(mapping: Mapping, { cells }: Row): Partial<Record<"name" | "kana" | "address", string>> {
  const named: Partial<Record<"name" | "kana" | "address", string>> = {};
  for (const target of ["name", "kana", "address"] as const) {
    const [source] = mapping.sources.get(target) ?? [];
    const text = source?.columns.map((column) => cells[column] ?? "").join(source.join);
    if (text !== undefined && text !== "") named[target] = text;
  }
  return named;
}
