/**
 * What an import knows of the kind of file it reads: how a batch of its lines is indexed, decided, sealed and written.
 * Implemented by the register and by the ledger; driven by `run-source.ts`.
 */
import type { Tx } from "../db/database.ts";
import type { Reason } from "../intake/draft.ts";
import type { Row } from "../intake/table-file.ts";

/** A line that was understood. */
export interface DraftLine<Draft> {
  readonly line: number;
  readonly row: Row;
  readonly draft: Draft;
}

/** A line that goes back to its sender. */
export interface RejectedLine {
  readonly line: number;
  readonly cells: readonly string[];
  readonly reasons: readonly Reason[];
}

export interface BatchContext {
  readonly sourceId: Uint8Array;
  /** Counts from 0 within the source. */
  readonly batchNo: number;
  /** For the keeper's journal: which source and batch; never a name of a file. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** A batch that needs only to be written. */
export interface PreparedBatch {
  readonly accepted: number;
  readonly known: number;
  readonly rejected: readonly RejectedLine[];
  /** What the accepted lines bring into the ledger; 0 for the register. */
  readonly receivedCount: bigint;
  readonly receivedYen: bigint;
  /** Durable before the batch's own transaction begins. */
  beforeCommit(): Promise<void>;
  /** Inside the transaction that also writes the batch's counts. */
  commit(tx: Tx): Promise<void>;
}

/** A batch whose lines are decided. */
export interface DecidedBatch {
  /** Has the keeper seal what was accepted. */
  seal(): Promise<PreparedBatch>;
}

/** A batch that is being read. */
export interface BatchBegun<Draft, Indexed> {
  /** Takes in the next line. What it need not keep of the draft is garbage at once, which costs the collector nothing. */
  take(line: DraftLine<Draft>): void;
  /** Whether it can take no further line, however many it has. */
  readonly isFull: boolean;
  /** Has the keeper blind its terms. */
  index(): Promise<Indexed>;
}

/**
 * The steps of a batch. `index` and `seal` overlap with any step of other batches; `decide` sees the batches in their
 * order, while up to `jobLimits.batchesInFlight` batches before this one may still be sealed or written: what they brought
 * is not in the database yet, and the work itself remembers it.
 */
export interface BatchWork<Draft, Indexed> {
  begin(): BatchBegun<Draft, Indexed>;
  decide(indexed: Indexed, context: BatchContext): Promise<DecidedBatch>;
}
