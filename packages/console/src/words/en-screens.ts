/** Screens, which select by what only the keeper can compare: the words in English. */
import type { ScreenWords } from "./ja-screens.ts";
import { plural } from "./plural.ts";

const persons = plural("en", { one: "person", other: "persons" });

export const enScreens: ScreenWords = {
  screens: {
    heading: "Screens",
    lead: "The keeper compares inside and says only who it is: no record is opened for anybody, and what is asked for is sealed.",
    asked: "Asked for",
    empty: "Nothing has been asked for yet.",
    emptyHint:
      "For choosing by town, birth date or the start of a name. Above fifty persons a second actor agrees by saying the same.",
    columns: { at: "Asked", reason: "Reason", candidates: "Compared", found: "Meet it", state: "State" },
    states: { waits: "awaits agreement", ready: "can be run", running: "comparing", done: "done" },
    run: "Run",
    toWorklist: "Make a worklist",
    ask: "Ask for a screen",
    purpose: "Purpose",
    reason: "Reason",
    reasonHint: "Nobody's name or number, and not what is looked for.",
    criterion: "All of this must hold",
    names: {
      bornFrom: "Born on or after",
      bornTo: "Born on or before",
      postalPrefix: "Postal code begins",
      addressPrefix: "Address begins",
      kanaPrefix: "Name in kana begins",
      sex: "Sex",
    },
    hints: {
      bornFrom: "1951-04-02, or an era: S26.4.2",
      bornTo: "1951-05-01, or an era: S26.5.1",
      postalPrefix: "two digits at least",
      addressPrefix: "from the prefecture on",
      kanaPrefix: "voiced and unvoiced are one",
      sex: "beside one of the others",
    },
    any: "any",
    cost: "Each person compared stands in the journal and counts in your budget.",
    askNow: "Seal and ask",
    isAsked: "Asked. Above fifty persons it awaits somebody else's agreement.",
    waiting: (n, purpose) => `Screen of ${n} ${persons(n)}: ${purpose}`,
    agree: "Say it and agree",
    agreeHint:
      "What is looked for is not shown. Hear it from whoever asked, by telephone or on paper, and type it yourself: the keeper checks that both have said the same.",
    agreeNow: "Seal and agree",
    agreed: "Agreed. The keeper begins to compare.",
  },
};
