// Reads the groups that an earlier run wrote (cluster_id, id, and input where there were several).

import { openDuckDb, attachSources } from "./source.ts";
import { LinkageFault } from "./fault.ts";

/** Record name ("id", or "input:id") to group id. */
export async function readGroupIds(path: string): Promise<Map<string, string>> {
  const database = await openDuckDb(1);
  try {
    const [names = []] = await attachSources(database, [{ path }]);
    if (!names.includes("cluster_id") || !names.includes("id")) {
      throw new LinkageFault("missing-column", `${path} must have the columns cluster_id and id.`);
    }
    const input = names.includes("input") ? "input::DOUBLE::INTEGER::VARCHAR" : "NULL";
    const answer = await database.connection.runAndReadAll(
      `SELECT ${input}, id::VARCHAR, cluster_id::VARCHAR FROM source_0`,
    );
    return new Map(
      answer
        .getRows()
        .map(([at, id, group]) => [at === null ? String(id) : `${String(at)}:${String(id)}`, String(group)]),
    );
  } finally {
    database.close();
  }
}
