/** What a person's page is asked to open, and for what. */
import type { Field } from "@kura/custodian/register/field.ts";

export interface LookWishes {
  readonly purpose: string;
  readonly fields: readonly Field[];
  /** Kept with the case; where more is opened than at first. */
  readonly reason?: string;
}
