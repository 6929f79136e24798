/** Extracts: the words in English. */
import type { BulkWords } from "./ja-bulk.ts";
import { plural } from "./plural.ts";

const days = plural("en", { one: "day", other: "days" });
const hours = plural("en", { one: "hour", other: "hours" });
const times = plural("en", { one: "time", other: "times" });

export const enBulk: BulkWords = {
  extracts: {
    heading: "Extracts",
    lead: "Sealed files for somebody outside. Each opening needs the keeper's leave, and can be stopped at any time.",
    open: "Can be opened",
    closed: "Cannot be opened any more",
    empty: "There are no sealed extracts.",
    emptyHint: "They are asked for with kura extract request; a second actor looks at a sample and approves.",
    columns: {
      holder: "Holder",
      rows: "Rows",
      columns: "Fields",
      expires: "Expires",
      by: "Asked, approved",
      releases: "Opened",
      state: "State",
    },
    states: {
      asked: "awaits approval",
      approved: "to be sealed",
      sealed: "can be opened",
      expired: "expired",
      revoked: "revoked",
      destroyed: "attested destroyed",
    },
    requestedBy: (who, approver) => `${who} → ${approver}`,
    nobodyYet: "not approved",
    releases: (n) => `${n} ${times(n)}`,
    daysLeft: (n) => `${n} ${days(n)} left`,
    hoursLeft: (n) => `${n} ${hours(n)} left`,
    revoke: "Revoke now",
    revoked: "Revoked. From now on nobody opens it.",
    workstation: (name) => `on ${name}`,
  },
};
