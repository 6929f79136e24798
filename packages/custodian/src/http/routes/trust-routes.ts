/** What the keeper says of itself and how far the copy has come: for whoever wants to compare, not to believe. */
import * as v from "valibot";
import { encodeBase64, encodeHex } from "@kura/kernel/bytes.ts";
import { findHead } from "../../disclosure/store.ts";
import { logSource } from "../../log/log-source.ts";
import { nothing, type Route, staffRoute } from "../route.ts";
import { base64, decimal, hex, integer } from "../schemas.ts";

const show = staffRoute(
  "staff",
  {
    method: "get",
    path: "/api/trust",
    name: "showTrust",
    summary:
      "The journal's length and head as the keeper gives them, the roster's, and how far the copy has come.",
    params: nothing,
    query: nothing,
    body: nothing,
    answer: v.strictObject({
      journalEvents: decimal,
      headHash: hex,
      keeperKey: base64(200),
      rosterSequence: integer,
      rosterDigest: hex,
      openSessions: integer,
      isJournalSound: v.boolean(),
      copiedEvents: decimal,
      /** The log's key as a policy names it (c2sp.org/signed-note); the log itself is at /log/. */
      logKey: v.string(),
    }),
    problems: [],
  },
  async (_given, { parts }) => {
    const status = await parts.keeper.status();
    const { verifierKey } = await logSource(parts.keeper).entries(0n, 0);
    const copied = await findHead(parts.databases.register);
    return {
      journalEvents: status.journalEvents.toString(),
      headHash: encodeHex(status.headHash),
      keeperKey: encodeBase64(status.hpkeKey),
      rosterSequence: status.rosterSequence,
      rosterDigest: encodeHex(status.rosterDigest),
      openSessions: status.openSessions,
      isJournalSound: parts.isJournalSound(),
      copiedEvents: copied.number.toString(),
      logKey: verifierKey,
    };
  },
);

export const trustRoutes: readonly Route[] = [show];
