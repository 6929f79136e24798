/**
 * What the keeper writes down. An event is durable before what it tells of leaves the keeper.
 *
 * Persons are named by their random key in hexadecimal; no event ever holds a name, a number or a value. Texts are the
 * custodian's words for actor, purpose, case, source and reason. The journal adds `number` and `time` (UTC).
 */
import type { AnswerName, Operation } from "./protocol.ts";

export type JournalEvent =
  | { readonly kind: "started"; readonly kekVersion: number; readonly protocolVersion: number }
  | {
      readonly kind: "sealed";
      readonly source: string;
      readonly records: number;
      readonly persons: number;
      readonly newPersons: number;
      /** SHA-256 of the answer's list of wrapped keys and sealed records. */
      readonly digest: string;
    }
  | {
      readonly kind: "opened";
      readonly actor: string;
      readonly purpose: string;
      readonly caseId: string;
      readonly fields: readonly number[];
      readonly persons: readonly string[];
      readonly records: number;
    }
  | {
      /** Nothing left the keeper; for an `open`, an `opened` event of the same call stands before it. */
      readonly kind: "refused";
      readonly operation: Operation;
      readonly outcome: AnswerName;
      readonly person: string;
      readonly recordKind: number;
      readonly recordNo: number;
    }
  | { readonly kind: "rotated"; readonly kekVersion: number }
  | {
      readonly kind: "rewrapped";
      readonly kekVersion: number;
      readonly keys: number;
      readonly erased: number;
      readonly unopened: number;
    }
  | { readonly kind: "erased"; readonly person: string; readonly reason: string };
