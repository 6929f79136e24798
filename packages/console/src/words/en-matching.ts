/** Matching of records: the words in English. What agrees is said in the API's own. */
import type { MatchingWords } from "./ja-matching.ts";
import { plural } from "./plural.ts";

const candidates = plural("en", { one: "candidate", other: "candidates" });
const monthsAre = plural("en", { one: "month is", other: "months are" });
const entries = plural("en", { one: "entry", other: "entries" });

export const enMatching: MatchingWords = {
  matching: {
    heading: "Matching",
    lead: "Premiums of unknown owners, and persons in the register. People decide, and nothing moves before the person has been asked.",
    standings: {
      open: "To review",
      "wants-second": "Second opinion",
      "to-ask": "To be asked",
      asked: "Asked",
      confirmed: "Confirmed",
      posted: "Posted",
    },
    empty: "Nothing stands here.",
    emptyHint: "kura match run computes candidates; they are listed here.",
    owners: "Unknown owners",
    owner: "Record",
    months: (n) => `${n} ${entries(n)}`,
    since: (date) => `waiting since ${date}`,
    candidates: (n) => `${n} ${candidates(n)}`,
    noCandidates: "There are no candidates.",
    candidate: (letter) => `Candidate ${letter}`,
    probability: "Probability",
    close: "Close: needs a second opinion",
    overlap: (n) => `${n} ${monthsAre(n)} paid by both`,
    stages: {
      "official-1": "Official stage 1",
      "official-2a": "Official stage 2a",
      "official-2b": "Official stage 2b",
      model: "Statistical model",
    },
    evidence: { "no month is paid twice": "no month is paid twice" },
    compare: "Side by side (opens the seals)",
    compareHint: "Opens a matching case; each person seen is a look in the journal.",
    comparing: "Opening …",
    field: "Field",
    unknown: "Unknown owner",
    same: "agrees",
    reason: "Reason",
    reasonHint: "No personal data here.",
    reasonDefault: "what agrees and the periods were checked",
    accept: "Likely this person",
    none: "None of them",
    unsure: "Unsure, next",
    second: "I agree",
    oppose: "I do not agree",
    undo: "Undo",
    undone: (moved) => `Undone; ${moved} ${entries(moved)} moved back.`,
    decided: {
      open: "This record is open again.",
      "wants-second": "Chosen. Somebody else's opinion is awaited.",
      "to-ask": "Chosen. The person is to be asked next.",
      asked: "Noted as asked.",
      confirmed: "The person's yes is noted.",
      posted: "Posted.",
    },
    acceptedBy: (who) => `Chosen by ${who}`,
    keys: "1–9 choose a candidate, A likely this person, N none, U unsure, Z undo",
    backlog: "What waits",
    backlogColumns: { reason: "Reason", age: "Age", owners: "Owners", entries: "Entries", yen: "Yen" },
    reasons: {
      "one-owner": "one candidate",
      "several-owners": "several candidates",
      weak: "agrees too weakly",
      "nothing-agrees": "nobody agrees",
      "not-compared": "not compared yet",
      "says-too-little": "says too little",
    },
  },
};
