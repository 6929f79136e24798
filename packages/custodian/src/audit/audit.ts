/**
 * `kura audit`: whether the register, the ledger and the keys are whole and agree with each other.
 *
 * Runs in the auditor's role, beside the running service; writes nothing and opens nothing. The register is read in one
 * snapshot. Every rule of DESIGN section 9 that the data themselves can prove is proved here, not sampled. Memory does not
 * grow with the register, time does: each row is read about twice.
 */
import { Breach } from "@kura/kernel/fault.ts";
import type { Status } from "@kura/keeper/protocol/protocol.ts";
import type { Databases, Reader } from "../db/database.ts";
import { checkCopiedHead, checkJournalCopy } from "../disclosure/check-journal-copy.ts";
import type { JournalSource } from "../disclosure/project-journal.ts";
import { kindOfNumber, premiumKinds } from "../premiums/entry.ts";
import type { PremiumKind } from "../premiums/entry.ts";
import { checkKeys, judgeLost } from "./keys.ts";
import { checkLedger } from "./ledgers.ts";
import type { LedgerSums } from "./ledgers.ts";
import { Findings } from "./report.ts";
import type { Amount, AuditReport, Balance } from "./report.ts";
import { checkGrants, checkServer } from "./server.ts";
import * as store from "./store.ts";

export interface AuditOptions {
  /** The keeper's journal, to compare the copy's end with; without it the copy is proved in itself only. */
  readonly journal?: JournalSource;
  /** Told before each part, for whoever waits. */
  readonly onStep?: (step: AuditStep) => void;
}

export const auditSteps = ["settings", "balances", "rows", "ledgers", "suspense", "journal", "keys"] as const;
export type AuditStep = (typeof auditSteps)[number];

/**
 * @param databases in the role `kura_auditor`.
 * @param askKeeper for the keeper's status: asked after what it is compared with was read, so that work that goes on
 *   meanwhile cannot look like a loss.
 * @throws {Fault} of the database or the keeper; a contradiction is a finding.
 */
export async function runAudit(
  databases: Databases,
  askKeeper: () => Promise<Status>,
  { journal, onStep = () => undefined }: AuditOptions = {},
): Promise<AuditReport> {
  const findings = new Findings();
  onStep("settings");
  for (const name of ["register", "keys"] as const) {
    await checkServer(name, databases[name], findings);
    await checkGrants(name, databases[name], findings);
  }
  return databases.register.transact(async (register) => {
    onStep("balances");
    const balances = await checkBalances(register, findings);
    onStep("rows");
    for (const check of Object.keys(store.registerChecks) as (keyof typeof store.registerChecks)[]) {
      findings.addAll(check, await store.findHits(register, check));
    }
    const erasures = await store.countErasures(register);
    const keeper = await askKeeper();
    checkKeeper(keeper, erasures, findings);
    onStep("ledgers");
    const person = await checkLedger(register, "person", findings);
    onStep("suspense");
    const suspense = await checkLedger(register, "suspense", findings);
    onStep("journal");
    await checkJournal(register, journal, findings);
    onStep("keys");
    const { versions, lost, ...sums } = await checkKeys(register, databases.keys, findings);
    const keeperNow = await askKeeper();
    checkVersions(versions, keeper.kekVersion, keeperNow.kekVersion, findings);
    // Of now, like the keeper's: an erasure that came to its end since the snapshot is none that waits.
    const unfinished = keeperNow.erasedPersons - (await store.countErasures(databases.register));
    await judgeLost(lost, databases.register, Math.max(0, unfinished), findings);
    const listed = findings.list();
    return {
      isWhole: listed.every(({ gravity }) => gravity !== "broken"),
      findings: listed,
      total: balances.map(balanceOf).reduce(addBalances, noBalance),
      perSourceKind: balances.map((row) => ({
        ...balanceOf(row),
        kind: row.kind ?? "unknown",
        sources: row.sources,
      })),
      perPremiumKind: kindsOf(person, suspense, await store.listMovedOut(register)),
      counted: {
        sources: await store.countSources(register),
        ...sums,
        erasures,
        accounts: person.accounts + suspense.accounts,
        entries: person.entries + suspense.entries,
      },
    };
  });
}

/** Sources that only move money; a file of persons, an erasure, a change and an exchange of numbers move none. */
const neverReceiving: ReadonlySet<string> = new Set([
  "persons-file",
  "return",
  "suspense-posting",
  "erasure",
  "change",
  "number-reissue",
]);

async function checkBalances(register: Reader, findings: Findings): Promise<store.KindBalance[]> {
  const balances = await store.listBalances(register);
  for (const { kind, unbalanced, receiving, sources } of balances) {
    findings.addAll("not-conserved", unbalanced);
    if (kind === null) findings.add("source-missing", "of a movement", sources);
    else if (neverReceiving.has(kind)) findings.addAll("received-without-file", receiving);
  }
  return balances;
}

/** Who looked at whom is answered from the copy: it must be the journal's, event by event and link by link. */
async function checkJournal(
  register: Reader,
  journal: JournalSource | undefined,
  findings: Findings,
): Promise<void> {
  try {
    const { head } = await checkJournalCopy(register);
    if (journal !== undefined) await checkCopiedHead(head, journal);
  } catch (thrown) {
    if (!(thrown instanceof Breach)) throw thrown;
    const where = Object.entries(thrown.evidence).map(([name, value]) => `${name} ${value}`);
    findings.add("journal-copy-differs", [thrown.message, ...where].join(", "));
  }
}

function checkKeeper(keeper: Status, erasures: number, findings: Findings): void {
  if (!keeper.journalWritable) findings.add("journal-unwritable", "journal");
  if (keeper.unopenedCalls > 0) findings.add("ciphertext-refused", "since its start", keeper.unopenedCalls);
  if (keeper.erasedPersons < erasures) {
    findings.add("erasures-forgotten", "by the keeper", erasures - keeper.erasedPersons);
  }
}

/** Versions between the two answers are of a rotation that began meanwhile. */
function checkVersions(
  versions: ReadonlyMap<number, store.Hits>,
  atFirst: number,
  atLast: number,
  findings: Findings,
): void {
  for (const [version, hits] of versions) {
    if (version > atLast) findings.addAll("key-version-unknown", hits);
    if (version < atFirst) findings.addAll("key-version-old", hits);
  }
}

const nothing: Amount = { count: 0n, yen: 0n };
const noBalance: Balance = { received: nothing, posted: nothing, suspense: nothing, returned: nothing };

function balanceOf({ received, posted, suspense, returned }: Balance): Balance {
  return { received, posted, suspense, returned };
}

function addBalances(a: Balance, b: Balance): Balance {
  return {
    received: add(a.received, b.received),
    posted: add(a.posted, b.posted),
    suspense: add(a.suspense, b.suspense),
    returned: add(a.returned, b.returned),
  };
}

function add(a: Amount, b: Amount, sign: bigint = 1n): Amount {
  return { count: a.count + sign * b.count, yen: a.yen + sign * b.yen };
}

function kindsOf(
  person: LedgerSums,
  suspense: LedgerSums,
  movedOut: Awaited<ReturnType<typeof store.listMovedOut>>,
): AuditReport["perPremiumKind"] {
  const moved = (kind: PremiumKind, place: "settled" | "returned"): Amount =>
    movedOut.find((row) => row.place === place && kindOfNumber(row.kind) === kind)?.amount ?? nothing;
  return premiumKinds.flatMap((kind) => {
    const posted = person.perKind.get(kind);
    const held = suspense.perKind.get(kind);
    if (posted === undefined && held === undefined) return [];
    return [
      {
        kind,
        posted: posted ?? nothing,
        suspense: add(held ?? nothing, moved(kind, "settled"), -1n),
        returned: moved(kind, "returned"),
      },
    ];
  });
}
