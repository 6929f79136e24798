/**
 * What happened in 2015, day by day, as the drill's clock follows it: when mails came, who opened one, from when until when
 * which workstation was under somebody else's control. Source: the agency's and the ministry's reports of August 2015.
 *
 * The mails themselves are told, not sent: the drill begins where a mail has been opened. Everything behind that is done:
 * the sessions at these machines at these hours are real, and what they were shown is what the evidence must find.
 */

/** Days count from 25 April 2015, the first of the drill. */
export const dayOf = {
  "05-08": 13,
  "05-18": 23,
  "05-20": 25,
  "05-21": 26,
  "05-24": 29,
  "05-28": 33,
} as const;

export interface MailWave {
  readonly day: number;
  readonly hour: number;
  readonly mails: number;
  readonly openedBy: readonly string[];
}

const desk = (n: number): string => `desk-${n}`;

export const waves: readonly MailWave[] = [
  { day: dayOf["05-08"], hour: 10, mails: 2, openedBy: [desk(1)] },
  { day: dayOf["05-18"], hour: 10, mails: 100, openedBy: [desk(2), desk(3), desk(4)] },
  { day: dayOf["05-18"], hour: 16, mails: 17, openedBy: [] },
  { day: dayOf["05-20"], hour: 12, mails: 5, openedBy: [desk(5)] },
];

export const mails: number = waves.reduce((sum, wave) => sum + wave.mails, 0);
export const openedMails: number = waves.reduce((sum, { openedBy }) => sum + openedBy.length, 0);

/** A machine in somebody else's hands, in days and hours of the drill. */
export interface Taken {
  readonly workstation: string;
  readonly from: readonly [day: number, hour: number];
  readonly until: readonly [day: number, hour: number];
}

/** When everything was cut off that had not been before. */
const cutOff = [dayOf["05-24"], 8] as const;

/** The first had its cable pulled after some hours; the last began the spread to twenty-six more. */
export const taken: readonly Taken[] = [
  { workstation: desk(1), from: [dayOf["05-08"], 10], until: [dayOf["05-08"], 15] },
  ...[2, 3, 4].map((n) => ({
    workstation: desk(n),
    from: [dayOf["05-18"], 10] as const,
    until: [dayOf["05-18"], 18] as const,
  })),
  ...Array.from({ length: 27 }, (_, i) => ({
    workstation: desk(5 + i),
    from: [dayOf["05-20"], i === 0 ? 12 : 13] as const,
    until: cutOff,
  })),
];

/** Three days of taking all that can be taken, at the machines that are still in their hands. */
export const theftDays = [dayOf["05-21"], dayOf["05-21"] + 1, dayOf["05-21"] + 2] as const;
/** The police call. */
export const knownDay = dayOf["05-28"];
