/**
 * The only thing this browser remembers: language, theme, the workstation's name, the keeper's public key, and the log's
 * last head that it verified.
 *
 * No personal data, no session, no key that opens anything. The keeper's key is remembered so that another one in its
 * place is noticed: search terms are sealed to it, and whoever relays could name a key of their own. The log's head is
 * remembered so that a log that was rolled back, or that tells this machine another story, is found out here.
 */
import * as v from "valibot";

const shape = v.object({
  language: v.optional(v.picklist(["ja", "en"])),
  theme: v.optional(v.picklist(["auto", "light", "dark"])),
  workstation: v.optional(v.string()),
  keeperKey: v.optional(v.string()),
  log: v.optional(v.object({ key: v.string(), size: v.string(), root: v.string() })),
});
export type Prefs = v.InferOutput<typeof shape>;

export const prefsKey = "kura";

export function readPrefs(storage: Storage): Prefs {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), storage.getItem(prefsKey));
  return parsed.success ? parsed.output : {};
}

export function changePrefs(storage: Storage, change: Prefs): Prefs {
  const prefs = { ...readPrefs(storage), ...change };
  storage.setItem(prefsKey, JSON.stringify(prefs));
  return prefs;
}
