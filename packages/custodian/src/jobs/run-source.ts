/**
 * Works a file off, batch by batch: every line ends accepted, already known or rejected, once, whatever happens between.
 *
 * The order of durable effects for each batch:
 *   1. the keeper journals what it seals
 *      CRASH: sealed bytes that nobody kept; the batch is sealed again with new keys.
 *   2. wrapped keys are committed to the database of keys
 *      CRASH: keys without persons; they open nothing, and `kura audit` counts them.
 *   3. rejected lines are written to the file of rejects and synced
 *      CRASH: they lie beyond the length that the last batch recorded, and are cut off before going on.
 *   4. rows and the batch's counts are committed to the register in one transaction: the batch has happened
 * Up to `jobLimits.batchesInFlight` batches are between 1 and 4 at once; 3 and 4 are done in the batches' order.
 */
import { createHash } from "node:crypto";
import { Breach, codeOf, Fault } from "@kura/kernel/fault.ts";
import type { Database, Databases } from "../db/database.ts";
import { renderUuid } from "../db/uuid.ts";
import type { IntakeLine } from "../intake/draft.ts";
import type { Rejects } from "../intake/rejects.ts";
import type { Row, TableFile } from "../intake/table-file.ts";
import type { BatchBegun, BatchWork, DecidedBatch, PreparedBatch, RejectedLine } from "./batch-work.ts";
import { jobLimits, jobLocks } from "./limits.ts";
import { nextTurn } from "./next-turn.ts";
import { readAhead } from "./read-ahead.ts";
import * as store from "./store.ts";

export interface SourceJob<Draft, Indexed> {
  readonly kind: "persons-file" | "premiums-file";
  readonly table: TableFile;
  /** Of the mapping the file is read with, so that another reading of the same file is another source. */
  readonly mappingDigest: Uint8Array;
  readonly parse: (row: Row) => IntakeLine<Draft>;
  /** A work that remembers nothing yet. */
  readonly newWork: () => BatchWork<Draft, Indexed>;
  readonly databases: Databases;
  /** Opens the file of rejects, cut to that length. */
  readonly openRejects: (lengthBytes: number) => Promise<Rejects>;
  readonly now: () => number;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Rows of a batch; {@link jobLimits.batchRows} unless given. */
  readonly batchRows?: number;
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytesRead: number;
  readonly byteLength: number;
}

/** lines = accepted + known + rejected, always. */
export interface ImportReport {
  readonly lines: number;
  readonly accepted: number;
  readonly known: number;
  readonly rejected: number;
  readonly receivedCount: bigint;
  readonly receivedYen: bigint;
  /** Rows that an earlier, interrupted run had worked off. */
  readonly resumedRows: number;
  /** When this very file was finished before; its lines are all known or rejected. */
  readonly finishedBefore: Date | undefined;
}

/**
 * Imports the file, or goes on where an interrupted import of it stopped.
 *
 * @throws {Fault} `import-running` when another import holds the register; intake's faults for a file that cannot be
 * read to its end (what was committed stays and is known when the mended file comes).
 */
export async function runSource<Draft, Indexed>(job: SourceJob<Draft, Indexed>): Promise<ImportReport> {
  const report = await job.databases.register.withLock(jobLocks.import, () => runAlone(job));
  if (report === undefined) throw new Fault("import-running", "another import is running on this register");
  return report;
}

async function runAlone<Draft, Indexed>(job: SourceJob<Draft, Indexed>): Promise<ImportReport> {
  const { register } = job.databases;
  const sourceId = sourceIdOf(job);
  await register.transact((tx) =>
    store.appendSource(tx, {
      sourceId,
      kind: job.kind,
      fileDigest: Buffer.from(job.table.sha256, "hex"),
      mappingDigest: job.mappingDigest,
      atMs: job.now(),
    }),
  );
  const before = await store.getProgress(register, sourceId);
  const finishedBefore = await store.findFinished(register, sourceId);
  if (finishedBefore !== undefined) return repeatedReport(before, finishedBefore);
  const rejects = await workOffAll(job, sourceId, before);
  // CRASH: the finished file of rejects is known as ours when the import, without a line left to read, comes here again.
  await rejects.finish();
  const after = await store.getProgress(register, sourceId);
  await register.transact((tx) => store.appendFinished(tx, sourceId, after.rowsRead, job.now()));
  return { ...reportOf(after), resumedRows: before.rowsRead, finishedBefore: undefined };
}

/** The same file, read the same way, is the same source: a UUID of version 8 from their digests. */
function sourceIdOf(job: { kind: string; table: TableFile; mappingDigest: Uint8Array }): Uint8Array {
  const hash = createHash("sha256").update("kura/source/1\n").update(`${job.kind}\n${job.table.sha256}\n`);
  const id = new Uint8Array(hash.update(job.mappingDigest).digest().subarray(0, 16));
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}

/**
 * Works off what is left. An operation on the ledger may take the place of an entry that a batch in hand is about to write. Nothing of
 * that batch is committed then, and the import goes on behind the last one that is, as after a stop.
 *
 * INVARIANT: run-source.db.test.ts "takes a batch up again whose account an operation wrote to meanwhile".
 */
async function workOffAll<Draft, Indexed>(
  job: SourceJob<Draft, Indexed>,
  sourceId: Uint8Array,
  before: store.SourceProgress,
): Promise<Rejects> {
  let from = before;
  for (let collisions = 0; ; collisions++) {
    const rejects = await job.openRejects(from.rejectsBytes);
    try {
      await workOff({ ...job, work: job.newWork() }, sourceId, from, rejects);
      return rejects;
    } catch (thrown) {
      await rejects.close();
      if (codeOf(thrown) !== uniqueViolation || collisions === jobLimits.collisions) throw thrown;
    }
    from = await store.getProgress(job.databases.register, sourceId);
  }
}

/** PostgreSQL's code for a row that is there already, as `db/database.ts` gives it. */
const uniqueViolation = "sql-23505";

/** A job with what it remembers of its batches. */
interface RunningJob<Draft, Indexed> extends SourceJob<Draft, Indexed> {
  readonly work: BatchWork<Draft, Indexed>;
}

async function workOff<Draft, Indexed>(
  job: RunningJob<Draft, Indexed>,
  sourceId: Uint8Array,
  before: store.SourceProgress,
  rejects: Rejects,
): Promise<void> {
  let batchNo = before.batches;
  let rowsRead = before.rowsRead;
  /** Ends with the last batch decided; each waits for the one before, so batches are committed in their order. */
  let written: Promise<void> = Promise.resolve();
  const inFlight: Promise<void>[] = [];
  try {
    const batches = readAhead(indexedBatches(job, before.lastLine), jobLimits.batchesAhead);
    for await (const batch of batches) {
      if (inFlight.length > jobLimits.batchesInFlight) await inFlight.shift();
      const atMs = job.now();
      const source = `${renderUuid(sourceId)} batch ${batchNo}`;
      const decided = await job.work.decide(await batch.indexed, { sourceId, batchNo, source, atMs });
      rowsRead += batch.rowCount;
      const place = { sourceId, batchNo, rowsRead, atMs };
      written = sealAndWrite(job.databases.register, batch, decided, place, rejects, written);
      // Thrown where it is awaited, a batch or two later; until then it is not unhandled.
      written.catch(() => undefined);
      inFlight.push(written);
      batchNo += 1;
      job.onProgress({ rows: rowsRead, bytesRead: batch.bytesRead, byteLength: job.table.byteLength });
    }
  } finally {
    // A batch that fails before its turn must not end the import, and let go of its lock, while those ahead still commit.
    await Promise.allSettled(inFlight);
  }
  await written;
}

/** Where a batch stands in its source. */
interface BatchPlace {
  readonly sourceId: Uint8Array;
  readonly batchNo: number;
  readonly rowsRead: number;
  readonly atMs: number;
}

async function sealAndWrite(
  register: Database,
  batch: Batch<unknown>,
  decided: DecidedBatch,
  place: BatchPlace,
  rejects: Rejects,
  before: Promise<void>,
): Promise<void> {
  const prepared = await decided.seal();
  const keys = prepared.beforeCommit();
  // Both to their end: behind a failure of one, the other must not run on.
  await Promise.allSettled([keys, before]);
  await Promise.all([keys, before]);
  await writeBatch(register, batch, prepared, place, rejects);
}

interface Batch<Indexed> {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly rowCount: number;
  readonly bytesRead: number;
  readonly indexed: Promise<Indexed>;
  readonly rejects: readonly RejectedLine[];
}

/** Batches with their tokens already asked for. */
async function* indexedBatches<Draft, Indexed>(
  job: RunningJob<Draft, Indexed>,
  afterLine: number,
): AsyncGenerator<Batch<Indexed>> {
  const { batchRows = jobLimits.batchRows } = job;
  let batch = new BatchReading(job);
  for await (const { rows, bytesRead } of job.table.rows({ afterLine })) {
    for (const row of rows) {
      batch.read(row);
      if (batch.rowCount % jobLimits.turnRows === 0) await nextTurn();
      if (batch.rowCount < batchRows && !batch.isFull) continue;
      yield batch.end(bytesRead);
      batch = new BatchReading(job);
    }
  }
  if (batch.rowCount > 0) yield batch.end(job.table.byteLength);
}

class BatchReading<Draft, Indexed> {
  readonly #parse: (row: Row) => IntakeLine<Draft>;
  readonly #begun: BatchBegun<Draft, Indexed>;
  readonly #rejects: RejectedLine[] = [];
  #firstLine = 0;
  #lastLine = 0;
  rowCount = 0;

  constructor({ parse, work }: RunningJob<Draft, Indexed>) {
    this.#parse = parse;
    this.#begun = work.begin();
  }

  get isFull(): boolean {
    return this.#begun.isFull;
  }

  read(row: Row): void {
    const line = this.#parse(row);
    if (line.kind === "draft") this.#begun.take(line);
    else this.#rejects.push(line);
    if (this.rowCount === 0) this.#firstLine = line.line;
    this.#lastLine = line.line;
    this.rowCount += 1;
  }

  end(bytesRead: number): Batch<Indexed> {
    const indexed = this.#begun.index();
    // Thrown where it is awaited; until then it is not unhandled.
    indexed.catch(() => undefined);
    const { rowCount } = this;
    return {
      firstLine: this.#firstLine,
      lastLine: this.#lastLine,
      rowCount,
      bytesRead,
      indexed,
      rejects: this.#rejects,
    };
  }
}

function checkCounts(batch: Batch<unknown>, prepared: PreparedBatch): void {
  const { accepted, known } = prepared;
  const rejected = batch.rejects.length + prepared.rejected.length;
  // INVARIANT: run-source.db.test.ts "ends every line in exactly one of accepted, known and rejected".
  if (accepted + known + rejected !== batch.rowCount) {
    throw new Breach("the lines of a batch do not add up", {
      lines: batch.rowCount,
      accepted,
      known,
      rejected,
    });
  }
}

async function writeBatch(
  register: Database,
  batch: Batch<unknown>,
  prepared: PreparedBatch,
  { sourceId, batchNo, rowsRead, atMs }: BatchPlace,
  rejects: Rejects,
): Promise<void> {
  checkCounts(batch, prepared);
  const rejected = [...batch.rejects, ...prepared.rejected].sort((a, b) => a.line - b.line);
  const rejectsBytes = await rejects.append(rejected.map((line) => ({ kind: "reject", ...line })));
  const { firstLine, lastLine } = batch;
  const { accepted, known, receivedCount, receivedYen } = prepared;
  const counts = { accepted, known, rejected: rejected.length, receivedCount, receivedYen };
  await register.transact(async (tx) => {
    await store.appendBatch(
      tx,
      sourceId,
      { batchNo, firstLine, lastLine, rowsRead, ...counts, rejectsBytes },
      atMs,
    );
    await prepared.commit(tx);
  });
}

function reportOf(progress: store.SourceProgress): Omit<ImportReport, "resumedRows" | "finishedBefore"> {
  const { accepted, known, rejected, receivedCount, receivedYen } = progress;
  return { lines: progress.rowsRead, accepted, known, rejected, receivedCount, receivedYen };
}

function repeatedReport(progress: store.SourceProgress, finishedBefore: Date): ImportReport {
  const { rowsRead, accepted, known, rejected } = progress;
  return {
    lines: rowsRead,
    accepted: 0,
    known: accepted + known,
    rejected,
    receivedCount: 0n,
    receivedYen: 0n,
    resumedRows: rowsRead,
    finishedBefore,
  };
}
