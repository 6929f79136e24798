/** Why a receipt is not believed. The message is for the person who holds it; it repeats nothing of what the receipt says. */
import { Fault } from "@kura/kernel/fault.ts";

export type ReceiptCode =
  /** Not in the format. */
  | "malformed-receipt"
  /** The events are not 1, 2, 3 … in their order: one was taken out, put in, or moved. */
  | "event-missing"
  /** An event is not the one that the log holds, or is another person's. */
  | "event-altered"
  /** The list does not end with the receipt's own event, so nothing says that it is all. */
  | "not-ended"
  /** The premium entries are not as many as the agency stated in the log. */
  | "premium-missing"
  /** A premium entry does not continue the chain of those before. */
  | "premium-altered"
  /** An entry's batch is not in the log, or does not hold the entry. */
  | "batch-altered"
  /** The sealed records are not those that the agency stated in the log. */
  | "records-altered";

export class ReceiptFault extends Fault<ReceiptCode> {}
