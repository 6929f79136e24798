/**
 * Everybody asks whether they are exposed. What is right is what the model says, which went through everything person by
 * person; an answer is wrong when it is another, or a bare no.
 *
 * All of the register is answered by the rule that the desk answers by, from the revision as it is stored. Some ask at the
 * desk itself: a case, a look at them, the answer kept, each as a clerk does it.
 */
import { journalSource } from "@kura/custodian/disclosure/journal-source.ts";
import { projectJournal } from "@kura/custodian/disclosure/project-journal.ts";
import { type Answer, decideAnswer } from "@kura/custodian/incident/answer.ts";
import { answerPerson } from "@kura/custodian/incident/desk/answer-desk.ts";
import { numbersIn } from "@kura/custodian/incident/field-mask.ts";
import type { IncidentParts } from "@kura/custodian/incident/incidents.ts";
import { everybodyIn, findRevision, verifyList } from "@kura/custodian/incident/revision.ts";
import type { KeeperClient } from "@kura/custodian/vault/keeper-client.ts";
import type { NaiveExposure } from "../../packages/custodian/test/naive-exposure.ts";
import type { Desks, DrillAgency } from "./agency.ts";
import type { Loot } from "./attack.ts";

/** Persons who ask at the desk: half of them are exposed. */
export const askedAtDesk = 40;

/** How many of all answers are wrong, and whom the flags miss. */
export async function askEverybody(
  parts: IncidentParts,
  incidentId: string,
  people: ReadonlyMap<string, number>,
  model: NaiveExposure,
  loot: Loot,
): Promise<{ readonly wrong: number; readonly broken: readonly string[] }> {
  const revision = await findRevision(parts.register, incidentId);
  if (revision === undefined) throw new Error("there is no revision");
  let wrong = 0;
  for (const personNo of people.values()) {
    if (!isRight(decideAnswer(revision.classes, personNo), model, personNo)) wrong += 1;
  }
  const flagged = everybodyIn(revision.classes);
  const missed = [...loot.bySessions].filter((key) => !flagged.has(people.get(key) ?? -1)).length;
  // The list that letters are made of, read back.
  verifyList(revision, flagged, [...flagged.toNumbers()]);
  return { wrong, broken: missed === 0 ? [] : [`${missed} persons whom the attacker read are not flagged`] };
}

/** How many of those who ask at the desk are told something wrong. */
export async function askAtDesk(
  agency: DrillAgency,
  desks: Desks,
  keeper: KeeperClient,
  parts: IncidentParts,
  people: ReadonlyMap<string, number>,
  model: NaiveExposure,
): Promise<number> {
  const clerk = agency.clerks.at(-2);
  if (clerk === undefined) throw new Error("there are no clerks");
  const half = askedAtDesk / 2;
  const all = [...people];
  const callers = [
    ...all.filter(([, no]) => model.persons.has(no)).slice(0, half),
    ...all.filter(([, no]) => !model.persons.has(no)).slice(-half),
  ];
  const desk = await desks.signIn(clerk.key, clerk.office, clerk.workstation);
  let wrong = 0;
  for (const [personKey, personNo] of callers) {
    const about = await desks.openCase(desk, [personKey]);
    if ((await desks.look(desk, [personKey], about)) === undefined)
      throw new Error("a caller was not looked at");
    await projectJournal(parts.register, journalSource(keeper));
    const { actor, session } = desk.asker;
    const told = await answerPerson(parts, { personKey, actor, session, caseId: about.caseId });
    const answers = told.outcome === "answered" ? told.answers : [];
    if (answers.length !== 1 || answers.some(({ answer }) => !isRight(answer, model, personNo))) wrong += 1;
  }
  await desks.signOut(desk);
  return wrong;
}

function isRight(answer: Answer, model: NaiveExposure, personNo: number): boolean {
  const own = model.persons.get(personNo);
  const sure = [...(own ?? [])].filter(([, grade]) => grade !== "cannot-rule-out").map(([field]) => field);
  const wanted = sure.length > 0 ? sure : [...(own?.keys() ?? [])];
  const expected = own === undefined ? "nothing-found" : sure.length > 0 ? "exposed" : "cannot-rule-out";
  const told = answer.answer === "nothing-found" ? [] : numbersIn(answer.fields);
  return answer.answer === expected && told.join() === wanted.toSorted((a, b) => a - b).join();
}
