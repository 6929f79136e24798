/**
 * What a line of a file becomes once it is understood, before anything is sealed or looked up.
 *
 * A draft is made only by `parse-person.ts` and `parse-premium.ts`; every value in it is normalised
 * (width folded, dates civil, numbers without hyphens) and the name stays as written but for width and outer space.
 * All drafts of a kind have the same members, absent values as `undefined`: millions of objects of one shape.
 */
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import type { Row } from "./table-file.ts";
import type { PremiumEntry } from "../premiums/entry.ts";
import type { Sex } from "../register/field.ts";
import type { PensionNumber, SchemeNumber } from "../register/pension-number.ts";

/** Who a line is about, as far as it says. */
export interface Identity {
  readonly pensionNumber?: PensionNumber | undefined;
  readonly schemeNumbers: readonly SchemeNumber[];
  /** Kanji name as written. */
  readonly name?: string | undefined;
  /** Full-width katakana. */
  readonly kana?: string | undefined;
  readonly birthDate?: CivilDate | undefined;
  readonly sex?: Sex | undefined;
}

export interface PersonDraft extends Identity {
  /** The sender's own mark of the line, where there is one. */
  readonly reference?: string | undefined;
  readonly formerNames: readonly string[];
  readonly formerKanas: readonly string[];
  /** Seven digits. */
  readonly postalCode?: string | undefined;
  readonly address?: string | undefined;
  /** Digits with an optional leading +. */
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  readonly diedOn?: CivilDate | undefined;
  /** From when the line's facts hold, where the file says so. */
  readonly asOf?: CivilDate | undefined;
}

export interface PremiumDraft extends Identity {
  /** The sender's own mark of the line, where there is one. */
  readonly reference?: string | undefined;
  readonly entry: PremiumEntry;
}

/** Why a line, or one value of it, was refused. Never holds the value. */
export interface Reason {
  /** The sender's own column header, or `undefined` when the whole line is meant. */
  readonly column?: string;
  /** Stable, for programs: `pension-number-digits`, `month-out-of-range`, … */
  readonly code: string;
  /** For the sender to read, in one sentence. */
  readonly text: string;
}

/** Every line of a file, in order, is exactly one of these. `line` counts from 1 and includes the header. */
export type IntakeLine<Draft> =
  | {
      readonly kind: "draft";
      readonly line: number;
      readonly draft: Draft;
      readonly row: Row;
    }
  | {
      readonly kind: "reject";
      readonly line: number;
      readonly reasons: readonly Reason[];
      readonly cells: readonly string[];
      /** The line's bytes as they came, only where they could not be decoded. */
      readonly raw?: Uint8Array;
    };
