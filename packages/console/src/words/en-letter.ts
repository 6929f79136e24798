/** The letter to somebody who was exposed: the words in English. */
import type { LetterWords } from "./ja-letter.ts";

export const enLetter: LetterWords = {
  letter: {
    heading: "Letter of notice",
    needAddress:
      "Open name and address under Record to make the letter. That look is written down with its purpose.",
    to: (name) => name,
    subject: "About your pension record: an apology and a notice",
    opening:
      "Of the pension record that we keep for you, something was exposed or may have been. We apologise.",
    exposed: (names) => `Exposed: ${names}`,
    doubtful: (names) => `Cannot be ruled out: ${names}`,
    changes:
      "Until it has been confirmed at a counter, a change of your address or account is held. Your pension is paid as before.",
    fraud:
      "Nobody will ask you for a secret number, an account or a fee because of this, by telephone or at your door.",
    contact: "If anything is unclear, please bring this letter to a pension office.",
    reference: (event) => `Event ${event}`,
  },
  letters: {
    heading: "Letters to those exposed",
    lead: "One letter to each person of an approved revision. Nobody is written the same twice.",
    notApproved: "Letters are made of a revision that somebody else has approved. None is approved yet.",
    newerWaits: "a newer revision awaits approval",
    allMade: "All letters of this revision are made.",
    title: (revision) => `Letters of revision ${revision}`,
    which: "Which letter",
    every: (left) => `All of them (${left} left)`,
    kind: (fields, doubtful, left) =>
      `${[fields, doubtful === "" ? "" : `in doubt: ${doubtful}`].filter(Boolean).join(" / ")} (${left} left)`,
    part: "Only a part",
    parts: { grade: "Grade", office: "Exposed by office", prefecture: "Lives in" },
    wherever: "any",
    most: "At most",
    mostHint: "Empty: everybody. A worklist takes 100,000 persons.",
    makeWorklist: "Make a worklist",
    made: (persons) => `Letters prepared, for this many persons: ${persons}`,
    proved: "Compared with the revision: the same number, the same persons. Digest",
    printRun: "Sealed print run",
    printRunHint:
      "For many thousands: names and addresses, sealed for a printing house. A second actor looks at a sample and approves; each opening needs the keeper's leave.",
    notYours: "A print run is asked for by somebody who holds the purpose of mailing.",
    oneKind: "A printing house has one text. Choose above which letter it is.",
    holder: "Key that may open it",
    workstation: "Machine on which it is opened",
    days: "Days for which it can be opened",
    text: "Text for the printing house",
    askPrintRun: "Ask for the print run",
    lists: "Letters made so far",
    worklist: "Worklist",
    columns: { at: "Made", revision: "Revision", persons: "Persons", digest: "Digest", what: "Where" },
  },
};
