/**
 * Making letters of a revision: a worklist, or a print run, which is an extract that is planned there and asked for here by a
 * signed order. What is asked for is what the plan says, and the custodian has proved it equal to the revision.
 */
import { extractCaseKind } from "@kura/keeper/protocol/extracts.ts";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import { isRefused } from "../../api/ask.ts";
import { eventShape, type Me, type Roster } from "../../api/shapes.ts";
import { type LettersMade, lettersMadeShape } from "../../api/shapes-letters.ts";
import { useDesk } from "../../desk.ts";
import { type Action, useAction } from "../../ui/use-action.ts";

export interface LetterWish {
  readonly revision: number;
  readonly letter: string;
  readonly grade: string;
  readonly office: string;
  readonly prefecture: string;
  /** Empty: everybody. */
  readonly most: string;
}

/** Who prints, on which machine, until when. */
export interface PrintRun {
  readonly holder: string;
  readonly workstation: string;
  readonly days: string;
}

const dayMs = 24 * 3_600_000;
const addressed = ["name", "postalCode", "address"] as const;

/** @param reason words for the list, and for the extract. */
export function useLetters(
  incident: string,
  onMade: (made: LettersMade) => void,
): Action<[wish: LetterWish, reason: string, run?: PrintRun & { readonly purpose: string }]> {
  const { ask, orders } = useDesk();
  return useAction(async (wish, reason, run) => {
    const use = run === undefined ? { kind: "worklist", title: reason } : { kind: "extract", reason };
    const path = `/api/incidents/${incident}/letters`;
    const body = { revision: wish.revision, part: partOf(wish), use };
    const made = await ask(lettersMadeShape, { method: "POST", path, body });
    if (isRefused(made)) return made;
    const { plan, use: used } = made.value;
    if (run !== undefined && plan !== undefined) {
      const { purpose, holder, workstation, days } = run;
      const fields = addressed.map((field) => fieldNumbers[field]);
      const expiresMs = Date.now() + Number(days) * dayMs;
      const content = { holder, workstation, fields, expiresMs, ...plan };
      const head = { kind: "extract", purpose, case: used.id, caseKind: extractCaseKind } as const;
      const asked = await orders.perform(
        () => ({ ...head, ...content }),
        (order) => ask(eventShape, { method: "POST", path: `/api/extracts/${used.id}/request`, body: order }),
      );
      if (isRefused(asked)) return asked;
    }
    onMade(made.value);
    return made;
  });
}

/** Only what was chosen. */
function partOf({ letter, grade, office, prefecture, most }: LetterWish): object {
  const words = Object.entries({ letter, grade, office, prefecture }).filter(([, text]) => text !== "");
  return { ...Object.fromEntries(words), ...(most !== "" && { most: Number(most) }) };
}

/** A purpose of the actor's that asks for extracts with an address on them. */
export function printingPurpose(me: Me, { purposes }: Roster): string | undefined {
  return me.purposes.find((id) => {
    const { kinds, fields } = purposes[id] ?? { kinds: [], fields: [] };
    return kinds.includes("extract") && addressed.every((field) => fields.includes(fieldNumbers[field]));
  });
}

/** Credentials of those for whom extracts are made. */
export function holdersIn({ actors, purposes, credentials }: Roster): string[] {
  const receivers = Object.entries(actors)
    .filter(([, one]) => one.purposes.some((id) => purposes[id]?.kinds.includes("release")))
    .map(([actor]) => actor);
  return Object.entries(credentials)
    .filter(([, { actor }]) => receivers.includes(actor))
    .map(([credential]) => credential)
    .toSorted();
}
