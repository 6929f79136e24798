/**
 * What the keeper writes down. An event is durable before what it tells of leaves the keeper.
 *
 * Persons are named by their random key in hexadecimal; no event ever holds a name, a number or a value of a person.
 * The journal adds `number` and `time` (UTC). Everything the keeper knows besides its keys is built from these events
 * (`state.ts`), so an event says all that a restart must know.
 *
 * To add a kind: one member of {@link JournalEvent} here, its line in `state.ts` (the compiler asks for it), and a `record` where
 * it happens. It is then in the log, salted, like every other. Of a kind that tells of persons, three things more: it is
 * {@link Linked}, stands in `personKinds` here and in `custodian/src/disclosure/journal-copy.ts`, and is recorded with
 * `recordOfPersons`; then it is in each of these persons' chains, in `kura who-looked` and in their receipts.
 */
import type { RowSpender } from "../orders/budget.ts";
import type { OrderKind } from "../client-side.ts";
import type { PersonLink } from "./person-index.ts";
import type { ExtractTerms } from "../protocol/extracts.ts";
import type { ResolveSubject } from "../protocol/incidents.ts";
import type { AnswerName, Operation } from "../protocol/names.ts";

/** Who ordered, under which order. */
export interface Ordered {
  readonly session: string;
  readonly actor: string;
  readonly office: string;
  readonly orderNumber: number;
  readonly purpose: string;
  readonly caseId: string;
  readonly caseKind: string;
}

/** The order itself, so that whoever kept its text can prove that the actor's session signed it. */
export interface OrderEvidence {
  /** SHA-256 of the order's text in hexadecimal. */
  readonly order: string;
  /** Base64. */
  readonly signature: string;
}

/** Of each person of an event, in the order of `persons`, their place in the chain of their events. */
export interface Linked {
  readonly persons: readonly string[];
  readonly links: readonly PersonLink[];
}

/**
 * What the custodian says it holds of a person at a receipt. The keeper cannot know it; signed into the log it can be held
 * against the custodian for ever: whoever shows another entry of that time has proved a lie.
 */
export type Stated = {
  /** The number of the last premium entry, and its digest in hexadecimal (docs/formats/premium-chain.md). */
  readonly premiumEntries: number;
  readonly premiumHead: string;
  /** Sealed records of the person, and SHA-256 over them (docs/formats/receipt.md). */
  readonly records: number;
  readonly recordsDigest: string;
};

/** Tells of persons: their fields leave the keeper, or their key is gone. */
export type PersonEvent =
  | (Ordered &
      OrderEvidence &
      Linked & { readonly kind: "opened"; readonly fields: readonly number[]; readonly records: number })
  /**
   * Answers the search, the preview of an extract, or a part of the screen, of the same session and order number: `fields` were
   * shown masked, or it was told what they say.
   */
  | (Ordered &
      OrderEvidence &
      Linked & {
        readonly kind: "found";
        readonly fields: readonly number[];
        /** Of a preview: in which rows of the extract the persons are to stand. */
        readonly rows?: readonly number[];
        /** Of a screen: in answer to which part. */
        readonly part?: number;
      })
  | (Ordered & OrderEvidence & Linked & { readonly kind: "erased"; readonly reason: string })
  /** The person's receipt, of which this is the last event. */
  | (Ordered & OrderEvidence & Linked & { readonly kind: "receipt"; readonly stated: Stated })
  /** These fields of theirs are in part `part` of the extract `caseId`, as its request's order says. Shown to nobody yet. */
  | (Ordered &
      OrderEvidence &
      Linked & {
        readonly kind: "extracted";
        readonly fields: readonly number[];
        readonly part: number;
        /** The selection's step after it (`selectionStep`), in hexadecimal. */
        readonly step: string;
      })
  /** What these fields of theirs say is compared with the criterion of the screen `caseId`. Nobody is told anything by that. */
  | (Ordered &
      OrderEvidence &
      Linked & {
        readonly kind: "screened";
        readonly fields: readonly number[];
        readonly part: number;
        /** Step of the part behind it (`candidateStep`), in hexadecimal. */
        readonly behind: string;
      })
  /** They get another number; ordered by whoever seconded it. The number itself is sealed elsewhere. */
  | (Ordered & OrderEvidence & Linked & { readonly kind: "reissued"; readonly fields: readonly number[] });

const personKinds: readonly string[] = [
  "opened",
  "found",
  "erased",
  "receipt",
  "extracted",
  "screened",
  "reissued",
];

export function isPersonEvent(event: JournalEvent): event is PersonEvent {
  return personKinds.includes(event.kind);
}

export type JournalEvent =
  | PersonEvent
  | {
      readonly kind: "started";
      readonly kekVersion: number;
      readonly protocolVersion: number;
      /** What is sealed to the keeper is sealed to this point, in base64. */
      readonly hpkeKey: string;
    }
  | {
      readonly kind: "roster";
      readonly sequence: number;
      /** SHA-256 of the text in hexadecimal. */
      readonly digest: string;
      /** The statement as it was signed. */
      readonly text: string;
      readonly signatures: readonly StatementSigned[];
    }
  | {
      readonly kind: "signed-in";
      readonly session: string;
      readonly actor: string;
      readonly office: string;
      readonly credential: string;
      readonly signCount: number;
      readonly signingKey: string;
      readonly hpkeKey: string;
      readonly workstation: string;
      readonly expiresMs: number;
    }
  | (Ordered & OrderEvidence & { readonly kind: "signed-out" })
  /** Well signed, fresh, and refused. Nothing left the keeper. */
  | (Ordered &
      OrderEvidence & {
        readonly kind: "denied";
        readonly orderKind: OrderKind;
        readonly outcome: AnswerName;
        /** Of `extract-refused`. */
        readonly reason?: string;
      })
  /** The session met a honey person and is at its end. Nothing left the keeper; which person it was is not said. */
  | (Ordered &
      OrderEvidence & { readonly kind: "alarm"; readonly reason: "honey"; readonly orderKind: OrderKind })
  /** `terms`: their kinds. */
  | (Ordered & OrderEvidence & { readonly kind: "searched"; readonly terms: readonly number[] })
  | (Ordered &
      OrderEvidence & {
        readonly kind: "ticket";
        readonly orderKind: "ingest" | "rewrap" | "match";
        readonly source: string;
        readonly terms: number;
        /** Records to seal, or keys to wrap. */
        readonly records: number;
      })
  | (Ordered & OrderEvidence & { readonly kind: "honey"; readonly persons: number })
  | (Ordered & OrderEvidence & ExtractTerms & { readonly kind: "extract-requested" })
  /** `holderActor`, `office`: whose budgets it counts in. The honey rows are those of the order, sealed to the keeper. */
  | (Ordered &
      OrderEvidence & {
        readonly kind: "extract-approved";
        readonly sealedHoney: string;
        readonly budget: RowSpender;
      })
  /** Every part is in and the persons are those of the request. */
  | (Ordered & OrderEvidence & { readonly kind: "extract-sealed"; readonly rows: number })
  /** The keys of these rows left the keeper, for this machine. */
  | (Ordered &
      OrderEvidence & {
        readonly kind: "released";
        readonly workstation: string;
        readonly firstRow: number;
        readonly rows: number;
      })
  | (Ordered & OrderEvidence & { readonly kind: "extract-ended"; readonly reason: "revoked" | "destroyed" })
  /** Where no second actor is needed, the candidates count at once: in `budget`, and as persons whom nobody else sees. */
  | (Ordered &
      OrderEvidence & {
        readonly kind: "screen-requested";
        readonly fields: readonly number[];
        readonly candidates: number;
        readonly selection: string;
        readonly budget?: RowSpender;
      })
  | (Ordered & OrderEvidence & { readonly kind: "screen-agreed"; readonly budget: RowSpender })
  /** An actor stands for what the digest says of the incident `caseId`. */
  | (Ordered &
      OrderEvidence & {
        readonly kind: "resolved";
        readonly subject: ResolveSubject;
        readonly digest: string;
        /** The order of another actor who had said the same; empty for the first. */
        readonly seconds: string;
      })
  | (Ordered & OrderEvidence & { readonly kind: "rotated"; readonly kekVersion: number })
  | {
      readonly kind: "sealed";
      readonly actor: string;
      readonly source: string;
      readonly records: number;
      readonly persons: number;
      readonly newPersons: number;
      /** Over the sealed records in their order (`record-root.ts`), in hexadecimal. */
      readonly root: string;
    }
  | {
      /** A batch of premium entries that is about to be written (docs/formats/receipt.md). */
      readonly kind: "premiums";
      /** Empty where the custodian noted it by itself, for an operation that is written already. */
      readonly actor: string;
      readonly source: string;
      readonly entries: number;
      /** Accounts that they belong to: one digest of the batch for each. */
      readonly accounts: number;
      /** Over the last digest of each account, in hexadecimal. */
      readonly root: string;
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
  | {
      readonly kind: "rewrapped";
      readonly actor: string;
      readonly kekVersion: number;
      readonly keys: number;
      readonly erased: number;
      readonly unopened: number;
    };

export interface StatementSigned {
  readonly actor: string;
  readonly credential: string;
  /** Of the passkey; 0 for a key file. */
  readonly signCount: number;
  /** The proof's parts in base64: one of a key file; authenticator data, client data, signature of a passkey. */
  readonly proof: readonly string[];
}

/** When and where in the journal. */
export interface Stamp {
  readonly number: number;
  /** Milliseconds since 1970; never before the event before. */
  readonly timeMs: number;
}
