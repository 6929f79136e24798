/**
 * Exchanges the numbers of everybody in an approved revision, under words that two actors stood for. Resumable: who has
 * theirs is in the database with the number itself, and whoever runs it again goes on with the others.
 *
 * CRASH: between two batches nothing is half. Counts reconcile at the end, or there is no end: persons of the revision =
 * with a new number by it + by an earlier revision of the incident + erased.
 * INVARIANT: reissue.db.test.ts.
 */
import { Breach, Fault } from "@kura/kernel/fault.ts";
import { decodeHex } from "@kura/kernel/bytes.ts";
import { jobLocks } from "../../jobs/limits.ts";
import type { Databases } from "../../db/database.ts";
import { parseUuid } from "../../db/uuid.ts";
import type { PensionNumber } from "../../register/pension-number.ts";
import { reissueNumbers } from "../../register/reissue-numbers.ts";
import { askReissue } from "../../vault/incident-orders.ts";
import { incidentLimits } from "../limits.ts";
import { personNoOf } from "../person-set.ts";
import { recordUse } from "../report/publish.ts";
import { everybodyIn, findRevision, type Revision } from "../revision.ts";
import type { ResolveParts } from "./resolve.ts";
import { drawFrom } from "./reissue-block.ts";
import * as store from "./store.ts";
import { wordsDigest } from "./words.ts";

export interface ReissueParts extends ResolveParts {
  readonly databases: Databases;
  /** A whole number from 0 up to below this one. */
  readonly randomBelow: (bound: number) => number;
}

/** Persons of the revision; each stands in exactly one. */
export interface ReissueCounts {
  readonly persons: number;
  /** By this revision's exchange, now or in a run before. */
  readonly reissued: number;
  /** By that of an earlier revision of the incident. */
  readonly before: number;
  readonly erased: number;
}

export type ReissueOutcome =
  | { readonly outcome: "done"; readonly counts: ReissueCounts }
  /** Nobody, or only one actor, stands for it. */
  | { readonly outcome: "not-seconded" }
  | { readonly outcome: "unknown-revision" }
  /** An import or another run is writing to the register. */
  | { readonly outcome: "import-running" };

/** @param onProgress persons done so far, and all. */
export async function runReissue(
  parts: ReissueParts,
  incidentId: string,
  actor: string,
  onProgress: (done: number, persons: number) => void = () => undefined,
): Promise<ReissueOutcome> {
  const [ordered] = await store.listReissues(parts.register, incidentId);
  if (ordered === undefined) return { outcome: "not-seconded" };
  const revision = await findRevision(parts.register, incidentId, ordered.revisionNo);
  if (revision?.approvedBy === undefined) return { outcome: "unknown-revision" };
  const outcome = await parts.databases.register.withLock(jobLocks.import, () =>
    runAlone(parts, revision, ordered, actor, onProgress),
  );
  return outcome ?? { outcome: "import-running" };
}

async function runAlone(
  parts: ReissueParts,
  revision: Revision,
  ordered: store.Reissue,
  actor: string,
  onProgress: (done: number, persons: number) => void,
): Promise<ReissueOutcome> {
  const { incidentId, revisionNo } = revision;
  const wanted = everybodyIn(revision.classes);
  const digest = digestOf(ordered, revision, wanted.size);
  const counts = { persons: wanted.size, erased: 0, before: 0, found: 0 };
  const begun = await store.countReissued(parts.register, incidentId, revisionNo);
  let waiting: string[] = [];
  const work = async (): Promise<void> => {
    await exchange(parts, revision, { digest, block: ordered.block }, waiting);
    waiting = [];
  };
  for (let after = "00000000-0000-0000-0000-000000000000"; ;) {
    const rows = await store.listRegistered(parts.register, incidentId, after, incidentLimits.personsRead);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.personKey;
    for (const { personKey, personNo, isErased, isReissued } of rows) {
      if (!wanted.has(personNoOf(personNo))) continue;
      counts.found += 1;
      if (isReissued) counts.before += 1;
      else if (isErased) counts.erased += 1;
      else if (waiting.push(personKey) === incidentLimits.reissuedAtOnce) {
        await work();
        onProgress(counts.found, counts.persons);
      }
    }
  }
  if (waiting.length > 0) await work();
  const { persons: reissued } = await store.countReissued(parts.register, incidentId, revisionNo);
  const before = counts.before - begun.persons;
  if (reissued + before + counts.erased !== counts.persons || counts.found !== counts.persons) {
    throw new Breach("an exchange of numbers does not add up to its revision", {
      revision: revisionNo,
      reissued,
    });
  }
  await recordUse(parts, revision, "number-reissue", actor);
  return { outcome: "done", counts: { persons: counts.persons, reissued, before, erased: counts.erased } };
}

/** Of the words as the revision says them now: other words were not seconded. @throws {Breach} */
function digestOf(
  { incidentId, digest, block }: store.Reissue,
  revision: Revision,
  persons: number,
): Uint8Array {
  const revisionDigest = Buffer.from(revision.digest).toString("hex");
  const words = {
    subject: "reissue",
    revision: revision.revisionNo,
    revisionDigest,
    persons,
    block,
  } as const;
  const own = decodeHex(wordsDigest(incidentId, words));
  if (Buffer.compare(own, digest) !== 0)
    throw new Breach("an exchange of numbers is not the one that was seconded", {
      revision: revision.revisionNo,
    });
  return own;
}

async function exchange(
  parts: ReissueParts,
  { incidentId, revisionNo }: Revision,
  { digest, block }: { readonly digest: Uint8Array; readonly block: string },
  personKeys: readonly string[],
): Promise<void> {
  const { databases, keeper, makeId, now, randomBelow } = parts;
  const tell = async (): Promise<bigint> => {
    const answer = await askReissue(keeper, { incidentId, digest, personKeys: personKeys.map(parseUuid) });
    if (answer.outcome === "ok") return answer.value;
    throw new Fault(answer.outcome, "the keeper does not let these numbers be exchanged");
  };
  const draw = (): PensionNumber => drawFrom(block, randomBelow);
  await reissueNumbers(
    { databases, keeper, makeId, now, draw },
    personKeys,
    `incident ${incidentId} revision ${revisionNo}`,
    tell,
    (tx, reissued, event) => store.appendReissued(tx, { incidentId, revisionNo, event, at: now() }, reissued),
  );
}
