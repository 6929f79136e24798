/** What unseals the keeper of an instance: a passphrase or a key file, and nothing else. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { KuraFolder } from "../system/kura-folder.ts";

let folder: KuraFolder | undefined;

afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

describe("an instance", () => {
  it("is unsealed by its passphrase, and neither by another nor without one", async () => {
    folder = await KuraFolder.make();
    const path = join(folder.path, "passphrase");
    await writeFile(path, "a passphrase of a test\n", { mode: 0o600 });
    const auditWith = async (env: NodeJS.ProcessEnv): Promise<number | null> =>
      (await folder?.spawn(["audit"], env).ended)?.code ?? null;
    expect(await auditWith({ KURA_PASSPHRASE_FILE: path })).toBe(0);
    expect(await auditWith({ KURA_PASSPHRASE_FILE: path })).toBe(0);
    await writeFile(path, "another passphrase of a test\n");
    expect(await auditWith({ KURA_PASSPHRASE_FILE: path })).toBe(1);
    expect(await auditWith({})).toBe(1);
  });

  it("whose key file is missing says so and makes no other", async () => {
    folder = await KuraFolder.make();
    expect((await folder.run("audit")).code).toBe(0);
    const keyFile = `${folder.dataDir}.key`;
    await rename(keyFile, `${keyFile}.elsewhere`);
    const refused = await folder.run("audit");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("no-key-file") });
    await rename(`${keyFile}.elsewhere`, keyFile);
    expect((await folder.run("audit")).code).toBe(0);
  });
});
