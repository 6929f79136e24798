/** What waits for a second actor, and long work: the words in English. */
import type { OfficeWords } from "./ja-office.ts";
import { plural } from "./plural.ts";

const persons = plural("en", { one: "person", other: "persons" });
const rows = plural("en", { one: "row", other: "rows" });
const lines = plural("en", { one: "line", other: "lines" });

export const enOffice: OfficeWords = {
  office: {
    heading: "In hand",
    lead: "What awaits somebody else's signature, and long work. It moves by itself when something happens.",
    waiting: "Awaiting the second",
    noneWaiting: "Nothing awaits a second actor.",
    noneWaitingHint:
      "Revisions, closings, new numbers, extracts and changes of the roster stand here once somebody has proposed them.",
    revision: (title) => `${title}: approve this revision`,
    persons: (n) => `${n} exposed ${persons(n)}`,
    extract: (holder, n) => `Extract for ${holder} (${n} ${rows(n)})`,
    roster: (n) => `Change of the roster, no. ${n}`,
    by: (who) => `proposed by ${who}`,
    own: "waits for somebody else",
    read: "Read and sign",
    readFirst: "You sign these words. The keeper checks that both have signed the same.",
    digest: "Digest",
    sign: "Sign",
    openIncident: "Open the incident",
    toExtracts: "To the extracts",
    toRoster: "Sign in the roster",
    works: "Long work",
    noWorks: "No long work yet.",
    noWorksHint:
      "Once an import, a run of matching, the sealing of an extract or an exchange of numbers begins, its progress stands here.",
    columns: { what: "Work", state: "State", progress: "Progress", by: "By", since: "Since", act: "Act" },
    kinds: {
      "seal-extract": "Sealing an extract",
      screen: "Screening persons",
      import: "Taking in a file",
      matching: "Run of matching",
      reissue: "Exchange of numbers",
    },
    steps: {
      "persons-file": "file of persons",
      "premiums-file": "file of premiums",
      persons: "persons of the register",
      owners: "unknown owners",
      comparing: "comparing",
      weighing: "weighing",
      agreed: "agreed upon",
    },
    states: {
      queued: "queued",
      running: "running",
      waiting: "waits to be tried again",
      stopped: "stopped",
      done: "done",
      refused: "refused",
      cancelled: "taken back",
      "given-up": "given up",
    },
    done: (done, total) => `${done} of ${total}`,
    lines: (n) => `${n} ${lines(n)}`,
    takeBack: "Take back",
  },
};
