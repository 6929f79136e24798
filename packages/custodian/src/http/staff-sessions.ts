/**
 * Who is signed in to the custodian: a random cookie for each session that the keeper has begun.
 *
 * The cookie lets its holder see cases and lists; it lets nobody look, because a look is signed with a key that only the
 * browser has. Kept in memory by its digest: whoever reads the memory's copy on a disk cannot be somebody, and a restart
 * signs everybody out of the custodian (the keeper's own sessions stay).
 */
import { createHash, randomBytes } from "node:crypto";
import type { Asker } from "../disclosure/door.ts";
import { httpLimits } from "./limits.ts";

export interface StaffSession extends Asker {
  /** As the sign-in named it. */
  readonly workstation: string;
  readonly isOfficer: boolean;
  readonly purposes: readonly string[];
  /** Of the orders that these purposes allow, as the roster has them at the sign-in. */
  readonly orderKinds: readonly string[];
  /** The actor's own, by which extracts name their holder. */
  readonly credentials: readonly string[];
  readonly expiresMs: number;
}

export class StaffSessions {
  readonly #sessions: Map<string, StaffSession> = new Map();
  readonly #now: () => Date;
  readonly #ended: (session: string) => void;

  /** @param ended told of each session of the keeper whose cookies were ended. */
  constructor(now: () => Date, ended: (session: string) => void = () => undefined) {
    this.#now = now;
    this.#ended = ended;
  }

  /** The cookie's value. The oldest session gives way when there are too many. */
  begin(session: StaffSession): string {
    const token = randomBytes(32).toString("base64url");
    this.#sessions.set(digestOf(token), session);
    if (this.#sessions.size > httpLimits.sessions) {
      const [oldest] = this.#sessions.keys();
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
    return token;
  }

  find(token: string | undefined): StaffSession | undefined {
    if (token === undefined) return undefined;
    const session = this.#sessions.get(digestOf(token));
    if (session !== undefined && session.expiresMs > this.#now().getTime()) return session;
    this.#sessions.delete(digestOf(token));
    return undefined;
  }

  /** Ends every cookie of a session of the keeper. */
  end(session: string): void {
    for (const [digest, { session: known }] of this.#sessions) {
      if (known === session) this.#sessions.delete(digest);
    }
    this.#ended(session);
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
