/**
 * The lines of the orphan file and of the truth beside it. The orphan file has the premium file's columns and what the
 * old handbook said of its holder; birth dates stand in their era, as on paper. The truth is not for the register.
 */
import { civilDate } from "@kura/kernel/civil-date.ts";
import { renderEraDate } from "@kura/kernel/era.ts";
import type { Day } from "./person.ts";
import type { OrphanRecord } from "./orphan.ts";
import { sexText } from "./person-lines.ts";
import { premiumHeader } from "./premium-lines.ts";
import type { Written } from "./premium-lines.ts";

export const orphanHeader = premiumHeader.replace("\n", ",旧制度番号,漢字氏名,カナ氏名,生年月日,性別\n");

/** The reference without its running number · lines · yen · the owner's number or nothing · error kinds joined by `+`. */
export const truthHeader = "受付番号の頭,件数,納付額,本人の基礎年金番号,誤りの種類\n";

/** The number of today and another of the same person. */
export const duplicatesHeader = "基礎年金番号,同一人の番号\n";

/** What follows the reference on each line of the record, with the line's end. */
export function orphanTail(record: OrphanRecord): string {
  const born = eraText(record.born);
  return `,${record.schemeNumber},${record.name},${record.kana},${born},${sexText(record.female)}\n`;
}

export function truthLine(record: OrphanRecord, written: Written): string {
  return `${record.reference},${written.lines},${written.yen},${record.owner},${record.errors.join("+")}\n`;
}

function eraText(day: Day): string {
  const date = civilDate(day.year, day.month, day.day);
  return date === undefined ? "" : renderEraDate(date);
}
