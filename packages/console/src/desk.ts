/**
 * Who sits here: the signed-in actor with the tab's session, for every screen. Lives in memory and ends with the tab, so
 * that a reload is a new sign-in.
 */
import { createContext, useContext } from "react";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import type { Refused } from "./api/ask.ts";
import type { Me } from "./api/shapes.ts";
import type { Credential } from "./door/credentials.ts";
import type { Door } from "./door/looks.ts";

export interface Desk extends Door {
  readonly me: Me;
  /** Says yes to roster statements too. */
  readonly credential: Credential;
  readonly isDemo: boolean;
  /** Leaves the session; with the reason where it was not the user's wish. */
  readonly end: (problem?: string) => void;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error("no desk: this screen is for whoever is signed in");
  return desk;
}

/** What a screen says when something was thrown: a contradiction is told as one. */
export function refusalOf(thrown: unknown): Refused {
  const problem = thrown instanceof Breach ? "contradiction" : (codeOf(thrown) ?? "unreadable");
  return { outcome: "refused", problem, because: [], status: 0 };
}

/** Refusals after which nobody is signed in any more. */
export const endings: readonly string[] = ["session-ended", "unknown-session", "stopped", "not-signed-in"];
