/**
 * The insured life of one sample person: which scheme and kind held in each month, as runs of months in order.
 *
 * Runs never overlap; months without any (before April 1961, abroad, the wife of an employee before April 1986) have none.
 * Drawn from its own stream, so that it depends on the person alone. The shares are plausible, not measured.
 */
import type { PremiumKind, Scheme } from "@kura/custodian/premiums/entry.ts";
import { gradeOf, monthAt, wageLevel } from "./money.ts";
import type { SamplePerson } from "./person.ts";
import type { Random } from "./random.ts";

/** Months `from` to before `to`, counted since year 0. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly scheme: Scheme;
  readonly kind: PremiumKind;
  /** 標準報酬月額 of employees, else 0. */
  readonly remunerationYen: number;
  /** An additional contribution stands beside each month. */
  readonly additional: boolean;
}

/** The runs of a person up to and including `untilMonth`, oldest first. `random` stands at the start of its stream. */
export function drawCareer(person: SamplePerson, untilMonth: number, random: Random): Run[] {
  const life = lifeOf(person, untilMonth, random);
  const runs: Run[] = [];
  let month = life.start;
  let stage = firstStage(life, random);
  while (month < life.end) {
    const next = stage(life, month, random);
    addStage(runs, life, month, Math.min(life.end, next.to), next.state, random);
    month = next.to;
    stage = nextStage;
  }
  return runs;
}

type State = "employees" | "self" | "spouse" | "student" | "none" | "voluntary";
type Stage = (life: Life, month: number, random: Random) => { readonly to: number; readonly state: State };

interface Life {
  readonly birthMonth: number;
  readonly start: number;
  readonly end: number;
  readonly female: boolean;
  readonly marriedMonth: number;
  /** Pay against others of the age, about 1. */
  readonly talent: number;
  /** 0 pays never, 1 always. */
  readonly diligence: number;
  readonly selfEmployed: boolean;
  readonly schoolLeaver: boolean;
}

const nationalStart = monthAt(1961, 4);
/** Dependent spouses became category 3, and had been outside unless they joined. */
const spouseStart = monthAt(1986, 4);
const studentsInsured = monthAt(1991, 4);
const studentSpecial = monthAt(2000, 4);

function lifeOf(person: SamplePerson, untilMonth: number, random: Random): Life {
  const birthMonth = monthAt(person.born.year, person.born.month);
  const schoolLeaver = random.chance(person.born.year < 1960 ? 0.6 : 0.25);
  const selfEmployed = random.chance(0.13);
  const begins = schoolLeaver && !selfEmployed ? nextApril(birthMonth + 18 * 12) : birthMonth + 20 * 12;
  const died = person.died === undefined ? untilMonth + 1 : monthAt(person.died.year, person.died.month);
  return {
    birthMonth,
    start: Math.max(nationalStart, begins),
    end: Math.min(untilMonth + 1, died, birthMonth + 70 * 12),
    female: person.female,
    marriedMonth: person.marriedMonth,
    talent: Math.exp(random.normal() * 0.28),
    diligence: Math.min(1, Math.max(0, 0.75 + random.normal() * 0.3)),
    selfEmployed,
    schoolLeaver,
  };
}

function nextApril(month: number): number {
  return month + ((15 - (month % 12)) % 12);
}

function firstStage(life: Life, random: Random): Stage {
  const studies = !life.schoolLeaver && !life.selfEmployed && random.chance(0.75);
  if (!studies) return nextStage;
  const graduation = nextApril(life.birthMonth + 22 * 12);
  return (at, month) => ({
    to: Math.max(month + 1, graduation),
    state: at.birthMonth + 20 * 12 < studentsInsured ? "none" : "student",
  });
}

function nextStage(life: Life, month: number, random: Random): ReturnType<Stage> {
  const age = (month - life.birthMonth) / 12;
  const sixty = life.birthMonth + 60 * 12;
  if (age >= 60) return lateStage(life, month, random);
  const to = (months: number) => Math.min(sixty, month + Math.max(1, months));
  if (age < 20) return { to: Math.max(month + 1, life.birthMonth + 20 * 12), state: "employees" };
  if (life.selfEmployed)
    return { to: to(random.between(60, 300)), state: random.chance(0.93) ? "self" : "employees" };
  const beforeMarriage = life.female && life.marriedMonth > month;
  const home = life.female && life.marriedMonth !== 0 && !beforeMarriage;
  if (home && random.chance(life.birthMonth < monthAt(1975, 1) ? 0.6 : 0.35)) {
    return { to: to(random.between(36, 240)), state: "spouse" };
  }
  if (random.chance(0.8)) {
    const months = random.between(12, life.female ? 140 : 260);
    return {
      to: to(beforeMarriage ? Math.min(months, life.marriedMonth - month) : months),
      state: "employees",
    };
  }
  // Between two jobs, or for years on her or his own.
  const gap = random.chance(0.55) ? random.between(1, 14) : random.between(12, 90);
  return { to: to(gap), state: random.chance(0.04) ? "none" : "self" };
}

function lateStage(life: Life, month: number, random: Random): ReturnType<Stage> {
  const age = (month - life.birthMonth) / 12;
  const works = random.chance(life.selfEmployed ? 0.05 : age < 65 ? 0.55 : 0.3);
  if (works) return { to: month + random.between(12, 60), state: "employees" };
  if (age < 65 && random.chance(0.08))
    return { to: Math.min(month + random.between(6, 48), life.birthMonth + 65 * 12), state: "voluntary" };
  return { to: life.end, state: "none" };
}

function addStage(runs: Run[], life: Life, from: number, to: number, state: State, random: Random): void {
  switch (state) {
    case "none":
      return;
    case "employees":
      return addEmployment(runs, life, from, to, random);
    case "spouse":
      return addSpouse(runs, life, from, to, random);
    case "student":
      return addStudent(runs, from, to, life, random);
    case "self":
      return addPayer(runs, life, "national1", from, to, random);
    case "voluntary": {
      runs.push(plainRun(from, to, "voluntary", "paid"));
    }
  }
}

/** Pay is fixed anew each September (定時決定). */
function addEmployment(runs: Run[], life: Life, from: number, to: number, random: Random): void {
  const partTime =
    life.female && life.marriedMonth !== 0 && life.marriedMonth < from && random.chance(0.4) ? 0.55 : 1;
  const level = 345_000 * (life.female ? 0.76 : 1) * life.talent * partTime;
  for (let month = from; month < to;) {
    const september = month + 1 + ((19 - (month % 12)) % 12);
    const end = Math.min(to, september);
    const age = (month - life.birthMonth) / 12;
    const payYen = level * ageFactor(age) * wageLevel(month);
    const remunerationYen = gradeOf(month, payYen);
    const last = runs.at(-1);
    if (last !== undefined && last.to === month && last.remunerationYen === remunerationYen) {
      runs[runs.length - 1] = { ...last, to: end };
    } else {
      runs.push({
        from: month,
        to: end,
        scheme: "employees",
        kind: "paid",
        remunerationYen,
        additional: false,
      });
    }
    month = end;
  }
}

function ageFactor(age: number): number {
  if (age >= 60) return age < 65 ? 0.72 : 0.6;
  return 0.58 + 0.5 * Math.sin((Math.min(54, Math.max(16, age)) - 16) * (Math.PI / 2 / 38));
}

/** Before April 1986 half of the employees' wives joined of their own will; since then they are category 3. */
function addSpouse(runs: Run[], life: Life, from: number, to: number, random: Random): void {
  const before = Math.min(to, spouseStart);
  if (from < before && random.chance(0.55)) addPayer(runs, life, "voluntary", from, before, random);
  const since = Math.max(from, spouseStart);
  if (since < to) runs.push(plainRun(since, to, "national3", "paid"));
}

function addStudent(runs: Run[], from: number, to: number, life: Life, random: Random): void {
  const draw = random.fraction();
  const special = draw < 0.65;
  for (let month = from; month < to;) {
    const end = Math.min(to, month + 12 - ((month + 9) % 12));
    const kind: PremiumKind =
      special && month >= studentSpecial
        ? life.diligence > 0.95
          ? "paidLate"
          : "student"
        : draw < 0.85
          ? "paid"
          : "unpaid";
    runs.push(plainRun(month, end, "national1", kind));
    month = end;
  }
}

/** Somebody who pays for her- or himself: how is settled for each fiscal year. */
function addPayer(runs: Run[], life: Life, scheme: Scheme, from: number, to: number, random: Random): void {
  const additional = scheme === "national1" && life.diligence > 0.85 && random.chance(0.25);
  for (let month = from; month < to;) {
    const end = Math.min(to, month + 12 - ((month + 9) % 12));
    const kind = scheme === "voluntary" ? "paid" : drawKind(life, month, random);
    const pays = kind === "paid" || kind === "prepaid";
    runs.push({
      ...plainRun(month, end, scheme, kind),
      additional: additional && pays && month >= monthAt(1970, 10),
    });
    month = end;
  }
}

function drawKind(life: Life, month: number, random: Random): PremiumKind {
  if (random.fraction() < life.diligence) return random.chance(life.diligence * 0.2) ? "prepaid" : "paid";
  const draw = random.fraction();
  if (draw < 0.42) return "unpaid";
  if (draw < 0.74) return "exemptFull";
  if (draw < 0.79) return month >= monthAt(2006, 7) ? "exemptThreeQuarters" : "exemptFull";
  if (draw < 0.85) return month >= monthAt(2002, 4) ? "exemptHalf" : "exemptFull";
  if (draw < 0.88) return month >= monthAt(2006, 7) ? "exemptQuarter" : "unpaid";
  const young = month < life.birthMonth + 50 * 12;
  if (draw < 0.95) return young && month >= monthAt(2005, 4) ? "deferred" : "exemptFull";
  return "paidLate";
}

function plainRun(from: number, to: number, scheme: Scheme, kind: PremiumKind): Run {
  return { from, to, scheme, kind, remunerationYen: 0, additional: false };
}
