/**
 * What a line of a file becomes once it is understood, before anything is sealed or looked up.
 *
 * A draft is made only by `parse-person.ts` and `parse-premium.ts`; every value in it is normalised
 * (width folded, dates civil, numbers without hyphens) and the name stays as written but for width and outer space.
 */
import type { CivilDate } from "@kura/kernel/civil-date.ts";
import type { PremiumEntry } from "../premiums/entry.ts";
import type { Sex } from "../register/field.ts";
import type { PensionNumber, SchemeNumber } from "../register/pension-number.ts";

/** Who a line is about, as far as it says. */
export interface Identity {
  readonly pensionNumber?: PensionNumber;
  readonly schemeNumbers: readonly SchemeNumber[];
  /** Kanji name as written. */
  readonly name?: string;
  /** Full-width katakana. */
  readonly kana?: string;
  readonly birthDate?: CivilDate;
  readonly sex?: Sex;
}

export interface PersonDraft extends Identity {
  /** The sender's own mark of the line, where there is one. */
  readonly reference?: string;
  readonly formerNames: readonly string[];
  readonly formerKanas: readonly string[];
  /** Seven digits. */
  readonly postalCode?: string;
  readonly address?: string;
  /** Digits with an optional leading +. */
  readonly phone?: string;
  readonly email?: string;
  readonly diedOn?: CivilDate;
  /** From when the line's facts hold, where the file says so. */
  readonly asOf?: CivilDate;
}

export interface PremiumDraft extends Identity {
  /** The sender's own mark of the line, where there is one. */
  readonly reference?: string;
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
      readonly cells: readonly string[];
    }
  | {
      readonly kind: "reject";
      readonly line: number;
      readonly reasons: readonly Reason[];
      readonly cells: readonly string[];
      /** The line's bytes as they came, only where they could not be decoded. */
      readonly raw?: Uint8Array;
    };
