/**
 * From the text of an order to an {@link Order} within every bound. Pure; whether it is signed, fresh and allowed is
 * decided elsewhere (`admit-order.ts`).
 */
import { encodeBase64 } from "@kura/kernel/bytes.ts";
import { assertNever, Fault } from "@kura/kernel/fault.ts";
import { type Order, type OrderKind, workstationPattern } from "../client-side.ts";
import { limits } from "../limits.ts";
import { extractCaseKind, type ExtractTerms, type PreviewOrder } from "../protocol/extracts.ts";
import { incidentCaseKind, resolveSubjects } from "../protocol/incidents.ts";
import { screenCaseKind } from "../protocol/screens.ts";
import { sealedMinBytes } from "../protocol/orders.ts";
import { type OrderHead, personKeyBytes } from "../protocol/parts.ts";
import { sessionBytes } from "../protocol/sign-in.ts";
import { hexFrom, integerFrom, type Members, parseSignedText } from "./signed-text.ts";

export const orderKinds: readonly OrderKind[] = [
  "look",
  "search",
  "ingest",
  "rewrap",
  "match",
  "rotate",
  "erase",
  "honey",
  "sign-out",
  "receipt",
  "resolve",
  "screen",
  "agree",
  "extract",
  "preview",
  "approve",
  "release",
  "revoke",
  "attest-destroyed",
];
const extractKinds: readonly OrderKind[] = orderKinds.slice(orderKinds.indexOf("extract"));
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws {Fault} `malformed-order` for anything that `orderText` of an order within its bounds cannot have written. */
export function parseOrder(text: string): Order {
  const members = parseSignedText(text);
  const kind = members.oneOf("kind", orderKinds);
  // Looks, searches and receipts are never without a case; keys and imports may be. Of what has an id of its own it is that.
  const ownKind = ownCaseKindOf(kind);
  const hasCase = kind === "look" || kind === "search" || kind === "receipt" || ownKind !== undefined;
  members.integer("v", 1, 1);
  const head: OrderHead = {
    v: 1,
    session: members.hex("session", sessionBytes),
    number: members.integer("number", 1, Number.MAX_SAFE_INTEGER),
    atMs: members.integer("atMs", 0, limits.timeMs),
    purpose: members.text("purpose", limits.nameBytes, kind === "sign-out"),
    case: members.text("case", limits.nameBytes, !hasCase),
    caseKind: members.text("caseKind", limits.nameBytes, !hasCase),
  };
  const order = { ...head, ...contentIn(kind, members) };
  members.end();
  const isOwn = ownCaseKinds.includes(head.caseKind);
  const isNamed = ownKind === undefined ? !isOwn : head.caseKind === ownKind && uuidPattern.test(head.case);
  if (!isNamed) throw new Fault("malformed-order", "malformed order: the case is not of this kind of order");
  return order;
}

const ownCaseKinds: readonly string[] = [extractCaseKind, incidentCaseKind, screenCaseKind];

/** Of an order about an extract, an incident or a screen: its case is the UUID of that. */
function ownCaseKindOf(kind: OrderKind): string | undefined {
  if (extractKinds.includes(kind)) return extractCaseKind;
  if (kind === "resolve") return incidentCaseKind;
  return kind === "screen" || kind === "agree" ? screenCaseKind : undefined;
}

type Content = Order extends infer One ? (One extends Order ? Omit<One, keyof OrderHead> : never) : never;

function contentIn(kind: OrderKind, members: Members): Content {
  switch (kind) {
    case "look": {
      const persons = some(members.list("persons", limits.openPersons, personFrom));
      return { kind, persons, fields: some(fieldsIn(members)) };
    }
    case "search":
      return { kind, sealedTerms: sealedIn(members, "sealedTerms", limits.sealedTermsBytes) };
    case "ingest": {
      const source = members.text("source", limits.noteBytes);
      const terms = members.integer("terms", 0, limits.ticketTerms);
      return { kind, source, terms, records: members.integer("records", 0, limits.ticketRecords) };
    }
    case "rewrap":
      return { kind, keys: members.integer("keys", 1, limits.ticketRecords) };
    case "match":
      return { kind, persons: members.integer("persons", 1, limits.ticketRecords) };
    case "erase":
      return {
        kind,
        person: members.hex("person", personKeyBytes),
        reason: members.text("reason", limits.noteBytes),
      };
    case "receipt":
      return { kind, person: members.hex("person", personKeyBytes) };
    case "honey":
      return { kind, sealedPersons: sealedIn(members, "sealedPersons", limits.sealedHoneyBytes) };
    case "screen": {
      const candidates = members.integer("candidates", 1, limits.extractRows);
      const selection = members.hex("selection", 32);
      return { kind, fields: some(fieldsIn(members)), candidates, selection, ...criterionIn(members) };
    }
    case "agree":
      return { kind, request: members.hex("request", 32), ...criterionIn(members) };
    case "extract":
      return { kind, ...extractTermsIn(members) };
    case "preview":
      return { kind, ...sampleIn(members) };
    case "approve": {
      const request = members.hex("request", 32);
      return {
        kind,
        request,
        sealedHoney: sealedIn(members, "sealedHoney", limits.sealedHoneyRowsBytes),
      };
    }
    case "release": {
      const firstChunk = members.integer("firstChunk", 0, limits.extractRows);
      const chunks = members.integer("chunks", 1, limits.releaseChunks);
      return {
        kind,
        firstChunk,
        chunks,
        sealedFileKey: sealedIn(members, "sealedFileKey", limits.sealedFileKeyBytes),
      };
    }
    case "resolve": {
      const subject = members.oneOf("subject", resolveSubjects);
      return { kind, subject, digest: members.hex("digest", 32) };
    }
    case "rotate":
    case "sign-out":
    case "revoke":
    case "attest-destroyed":
      return { kind };
    default:
      return assertNever(kind, "kind of order");
  }
}

function criterionIn(members: Members): { readonly sealedCriterion: string } {
  return { sealedCriterion: sealedIn(members, "sealedCriterion", limits.sealedCriterionBytes) };
}

function sampleIn(members: Members): Pick<PreviewOrder, "persons" | "rows"> {
  const persons = some(members.list("persons", limits.previewPersons, personFrom));
  const rows = members.list("rows", limits.previewPersons, (value, name) =>
    integerFrom(value, name, 0, limits.extractRows - 1),
  );
  if (rows.length !== persons.length || !isAscending(rows)) {
    throw new Fault("malformed-order", "malformed order: a sample is not laid out like that");
  }
  return { persons, rows };
}

function isAscending(rows: readonly number[]): boolean {
  return rows.every((row, i) => i === 0 || row > (rows[i - 1] ?? row));
}

function extractTermsIn(members: Members): ExtractTerms {
  const rows = members.integer("rows", 1, limits.extractRows);
  const terms = {
    holder: members.text("holder", limits.credentialBytes),
    workstation: members.text("workstation", limits.workstationLength),
    fields: some(fieldsIn(members)),
    rows,
    chunkRows: members.integer("chunkRows", 1, limits.extractPartRows),
    honeyAt: members.list("honeyAt", limits.honeyRows, (value, name) =>
      integerFrom(value, name, 0, rows - 1),
    ),
    selection: members.hex("selection", 32),
    expiresMs: members.integer("expiresMs", 0, limits.timeMs),
  };
  const isPlaced = isAscending(terms.honeyAt) && workstationPattern.test(terms.workstation);
  if (!isPlaced || limits.extractPartRows % terms.chunkRows !== 0) {
    throw new Fault("malformed-order", "malformed order: an extract is not laid out like that");
  }
  return terms;
}

export function fieldsIn(members: Members): number[] {
  return members.list("fields", 255, (value, name) => integerFrom(value, name, 1, 255));
}

const personFrom = (value: unknown, name: string): string => hexFrom(value, name, personKeyBytes);

function some<T>(values: readonly T[]): readonly T[] {
  if (values.length === 0) throw new Fault("malformed-order", "malformed order: a list is empty");
  return values;
}

/** Base64 of `enc ‖ ciphertext`. */
function sealedIn(members: Members, name: string, maxBytes: number): string {
  const bytes = members.base64(name, maxBytes);
  if (bytes.length < sealedMinBytes) throw new Fault("malformed-order", "malformed order: sealed too short");
  return encodeBase64(bytes);
}
