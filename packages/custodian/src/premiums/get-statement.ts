/**
 * A person's statement and estimate from the ledger. Reads premiums only; the birth date comes from whoever opened it
 * under an order, and nothing personal is in the answer.
 */
import type { CivilDate, CivilMonth } from "@kura/kernel/civil-date.ts";
import type { Reader } from "../db/database.ts";
import { parseUuid } from "../db/uuid.ts";
import { listByTokens } from "../register/store.ts";
import type { Token } from "../vault/terms.ts";
import { countMonths, estimateBasicPension } from "./basic-pension.ts";
import type { Estimate } from "./basic-pension.ts";
import { foldMonths } from "./month-status.ts";
import type { MonthRange } from "./month-status.ts";
import { fiscalYearOf } from "./rates.ts";
import { statementOf } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { listEntries } from "./store.ts";

export interface StatementWish {
  readonly personKey: Uint8Array;
  readonly birthDate: CivilDate;
  readonly period: MonthRange;
  /** The month of death. */
  readonly lastMonth?: CivilMonth;
}

/** The statement over the period, and the estimate on the terms of the fiscal year in which the period ends. */
export async function getStatement(
  reader: Reader,
  { personKey, ...wish }: StatementWish,
): Promise<{ readonly statement: Statement; readonly estimate: Estimate }> {
  const entries = await listEntries(reader, "person", personKey);
  const { birthDate, period } = wish;
  const statuses = foldMonths(entries).filter(({ month }) => month <= period.to);
  const months = countMonths(statuses, birthDate);
  const estimate = estimateBasicPension({ birthDate, fiscalYear: fiscalYearOf(period.to), months });
  return { statement: statementOf({ entries, ...wish }), estimate };
}

/** Whose number that is: a number may be several persons', and a clerk tells them apart. */
export async function listPersonsOfNumber(reader: Reader, numberToken: Token): Promise<Uint8Array[]> {
  const rows = await listByTokens(reader, [numberToken]);
  return [...new Set(rows.map(({ personKey }) => personKey))].map(parseUuid);
}
