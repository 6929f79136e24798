/**
 * The attackers that the drill plays, in the words of SECURITY.md: the rows marked there, and these, are the same
 * (test/tidy/blast-radius.test.ts).
 */
export interface Attacker {
  readonly attacker: string;
  /** What the same attacker got of the Japanese pension service in 2015. */
  readonly in2015: string;
  /** What Kura must show, in words; the number is the attack's `bound`. */
  readonly aim: string;
}

export const attackers = {
  store: {
    attacker: "every byte of both databases, their backups, the data folder, the logs",
    in2015: "all",
    aim: "0",
  },
  keeperDisk: { attacker: "the keeper's disk, without the unsealing secret", in2015: "all", aim: "0" },
  custodian: {
    attacker: "the custodian's code and its connections, with orders it relayed",
    in2015: "all",
    aim: "nothing stored",
  },
  phisher: { attacker: "a member of staff's password", in2015: "all", aim: "0" },
  clerk: { attacker: "a live session, or an actor's key file", in2015: "all", aim: "the actor's budget" },
  extracts: { attacker: "every sealed extract", in2015: "1,250,000 records", aim: "0" },
  root: { attacker: "root on the machine of the keeper", in2015: "–", aim: "all" },
} as const satisfies Readonly<Record<string, Attacker>>;
