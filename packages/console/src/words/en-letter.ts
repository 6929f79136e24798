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
};
