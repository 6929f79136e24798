/**
 * From a holder under suspicion to an incident about it in three clicks: here, the form that is filled already, and its
 * button. What is suspected goes along in the browser's memory of this page, not in an address.
 */
import { Link } from "@tanstack/react-router";
import { useWords } from "../../words/words.ts";

/** What an incident begins with: its first piece of evidence. */
export interface Suspicion {
  /** A kind of evidence. */
  readonly kind: "actor" | "workstation" | "extract";
  readonly subject: string;
  /** Where it was noticed. */
  readonly source: string;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    suspicion?: Suspicion;
  }
}

const evidenceKinds: Readonly<Record<string, Suspicion["kind"]>> = {
  account: "actor",
  workstation: "workstation",
  extract: "extract",
};

/** Nothing for a holder that is no evidence by itself, as an office. */
export function StartIncidentLink({
  of: { kind, name, source },
}: {
  readonly of: { readonly kind: string; readonly name: string; readonly source: string };
}) {
  const words = useWords();
  const evidence = evidenceKinds[kind];
  if (evidence === undefined || name === "") return null;
  return (
    <Link to="/incidents" state={{ suspicion: { kind: evidence, subject: name, source } }} className="nowrap">
      {words.incidents.startHere}
    </Link>
  );
}
