/**
 * Letters of an incident's approved revision: how many are left, lists made of it, and what one person's letter says.
 *
 * Lists are made by those who may do the incident's work; a print run by whoever may ask for extracts as well, who signs it.
 * What a letter says is for whoever has looked at its person in the list's case (`notification/letters.ts`). Nobody is named.
 */
import * as v from "valibot";
import { encodeHex } from "@kura/kernel/bytes.ts";
import type { Reader } from "../../db/database.ts";
import { fieldNamesIn } from "../../incident/field-mask.ts";
import { grades } from "../../incident/grade.ts";
import { countLetters, type LettersLeft, makeLetters, writeLetter } from "../../notification/letters.ts";
import { type LetterList, type LetterUse, listLetters } from "../../notification/store.ts";
import { getProgress } from "../../worklists/store.ts";
import { answerShape, renderAnswer } from "./answer-routes.ts";
import { incidentParts, incidentProblems } from "./incident-routes.ts";
import { problem } from "../problem.ts";
import { mayAnswerIncidents, mayOrder } from "../rights.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { hex, integer, name, reason, time, uuid } from "../schemas.ts";

const oneIncident = v.strictObject({ incident: uuid });
const positive = v.pipe(integer, v.minValue(1));
const partSchema = v.strictObject({
  letter: v.optional(v.pipe(v.string(), v.regex(/^\d{1,10}-\d{1,10}$/))),
  grade: v.optional(v.picklist(grades)),
  office: v.optional(name),
  prefecture: v.optional(name),
  most: v.optional(positive),
});
const useSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("worklist"),
    title: name,
    dueOn: v.optional(v.pipe(v.string(), v.isoDate())),
  }),
  v.strictObject({ kind: v.literal("extract"), reason }),
]);
/** What was made of a list: its persons and their digest, proved to be those that were chosen. */
const useShape = {
  kind: v.picklist(["worklist", "extract"]),
  id: uuid,
  persons: integer,
  digest: hex,
  /** Of a worklist, persons with a result. */
  workedOff: v.optional(integer),
};

const list = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/incidents/{incident}/letters",
    name: "listLetters",
    summary: "Letters of the newest approved revision, how many are left, and the lists that were made.",
    params: oneIncident,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      /** Absent while none is approved. */
      due: v.optional(
        v.strictObject({
          revision: integer,
          persons: integer,
          left: integer,
          kinds: v.array(
            v.strictObject({
              letter: v.string(),
              fields: v.array(v.string()),
              doubtful: v.array(v.string()),
              persons: integer,
              left: integer,
            }),
          ),
        }),
      ),
      lists: v.array(
        v.strictObject({
          letters: uuid,
          revision: integer,
          persons: integer,
          madeBy: v.string(),
          madeAt: time,
          use: v.strictObject(useShape),
        }),
      ),
    }),
    problems: incidentProblems,
  },
  async ({ params: { incident } }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const ready = await incidentParts(parts);
    const due = await countLetters(ready, incident);
    const lists = await listLetters(ready.register, { incidentId: incident });
    return {
      ...(due !== undefined && { due: renderDue(due) }),
      lists: (await Promise.all(lists.map((one) => renderList(ready.register, one)))).flat(),
    };
  },
);

const make = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/incidents/{incident}/letters",
    name: "makeLetters",
    summary:
      "Letters for a part of an approved revision, as a worklist or as a planned extract; equal to it by count and digest.",
    params: oneIncident,
    query: nothing,
    body: v.strictObject({ revision: integer, part: partSchema, use: useSchema }),
    answer: v.strictObject({
      letters: uuid,
      use: v.strictObject(useShape),
      /** What an order of kind extract signs. */
      plan: v.optional(
        v.strictObject({ rows: integer, chunkRows: integer, honeyAt: v.array(integer), selection: hex }),
      ),
    }),
    problems: [
      ...incidentProblems,
      "unknown-revision",
      "not-approved",
      "nobody-selected",
      "too-many-persons",
      "letters-differ",
      "letters-busy",
      "bad-title",
    ],
  },
  async ({ params: { incident }, body: { revision, part, use } }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    if (use.kind === "extract" && !mayOrder(session, "extract")) return problem("purpose-not-held");
    const { actor, office } = session;
    const asked = { incidentId: incident, revisionNo: revision, part, use };
    const made = await makeLetters(await incidentParts(parts), { ...asked, actor, office });
    if (made.outcome !== "done") return problem(made.outcome);
    const { lettersId: letters, plan } = made;
    if (plan === undefined) return { letters, use: renderUse(made.use) };
    const { rows, chunkRows, honeyAt, selection } = plan;
    return {
      letters,
      use: renderUse(made.use),
      plan: { rows, chunkRows, honeyAt: [...honeyAt], selection },
    };
  },
);

const write = staffRoute(
  "staff",
  {
    method: "post",
    path: "/api/letters/{letters}/answers",
    name: "writeLetter",
    summary: "What the letter to a person of the list says, by its revision; kept before it is given.",
    params: v.strictObject({ letters: uuid }),
    query: nothing,
    body: v.strictObject({ person: uuid, case: uuid }),
    answer: answerShape,
    problems: [
      "purpose-not-held",
      "unknown-letters",
      "unknown-person",
      "not-looked-at",
      "letter-superseded",
      "journal-breach",
    ],
  },
  async ({ params, body }, { parts, session }) => {
    if (!mayAnswerIncidents(session)) return problem("purpose-not-held");
    const { actor, session: id } = session;
    const asked = {
      lettersId: params.letters,
      personKey: body.person,
      caseId: body.case,
      actor,
      session: id,
    };
    const written = await writeLetter(await incidentParts(parts), asked);
    return written.outcome === "done" ? renderAnswer(written) : problem(written.outcome);
  },
);

export const letterRoutes: readonly Route[] = [list, make, write];

function renderDue({ revisionNo: revision, persons, left, kinds }: LettersLeft) {
  return {
    revision,
    persons,
    left,
    kinds: kinds.map(({ fields, doubtful, ...kind }) => ({
      ...kind,
      fields: fieldNamesIn(fields),
      doubtful: fieldNamesIn(doubtful),
    })),
  };
}

/** One of which nothing was made keeps nobody from a letter, and is not shown. */
async function renderList(
  reader: Reader,
  { lettersId, revisionNo, persons, madeBy, madeAt, use }: LetterList,
) {
  if (use === undefined) return [];
  const results = use.kind === "worklist" ? (await getProgress(reader, use.useId)).results : undefined;
  const workedOff = results?.values().reduce((sum, one) => sum + one, 0);
  return [
    {
      letters: lettersId,
      revision: revisionNo,
      persons: persons.size,
      madeBy,
      madeAt: madeAt.toISOString(),
      use: { ...renderUse(use), ...(workedOff !== undefined && { workedOff }) },
    },
  ];
}

function renderUse({ kind, useId: id, persons, digest }: LetterUse) {
  return { kind, id, persons, digest: encodeHex(digest) };
}
