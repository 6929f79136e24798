/**
 * Matching in a real browser: an unknown owner beside the person who could be them, chosen by one actor, agreed to by another,
 * and undone, by keyboard. The owner's kana name has a voiced mark too many, so that a machine must not decide.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, ja, TestConsole, type Visit } from "../system/console.ts";
import { fileOf, premiumHeader } from "../system/people.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
  const file = join(console.folder.path, "unknown.csv");
  const lines = ["1975-04", "1975-05"].map(
    (month, i) => `,,シケン　ガクウコ,昭和25年1月4日,${month},国民年金第1号,納付,450,M${i}`,
  );
  await writeFile(file, fileOf(premiumHeader, lines));
  for (const command of [
    ["import", "premiums", file],
    ["match", "run"],
  ]) {
    const { code, stderr } = await console.folder.run(...command);
    if (code !== 0) throw new Error(stderr);
  }
});
afterAll(() => console.stop());

async function enter(actor: string, standing: keyof typeof en.matching.standings): Promise<Visit> {
  const visit = await console.open();
  await visit.enterDemo(actor);
  await visit.page.getByRole("link", { name: en.shell.matching, exact: true }).click();
  await visit.button(en.matching.standings[standing]).click();
  await visit.page.locator(".candidate-card").first().waitFor();
  return visit;
}

it("is decided by two people and undone, each with a key, and nothing moves before the person is asked", async () => {
  const operator = await enter("operator", "open");
  await operator.page.locator("h1").focus();
  await operator.page.keyboard.press("1");
  await operator.page.keyboard.press("a");
  await operator.page.locator(".notice-good").waitFor();
  const said = await operator.page.locator(".notice-good").innerText();
  expect(said).toBe(en.matching.decided["wants-second"]);
  // Whoever chose it cannot agree to it.
  await operator.button(en.matching.standings["wants-second"]).click();
  await operator.button(en.matching.second).click();
  await operator.page.getByText(en.problems["own-match"]).waitFor();

  const approver = await enter("approver", "wants-second");
  await approver.button(en.matching.second).click();
  await approver.page.getByText(en.matching.decided["to-ask"]).waitFor();

  const undoing = await enter("approver", "to-ask");
  await undoing.page.locator("h1").focus();
  await undoing.page.keyboard.press("z");
  await undoing.page.getByText(en.matching.undone(0)).waitFor();
  await undoing.button(en.matching.standings.open).click();
  await undoing.page.locator(".candidate-card").first().waitFor();
  expect([operator.wrongs, approver.wrongs, undoing.wrongs]).toEqual([[], [], []]);
  for (const visit of [operator, approver, undoing]) await visit.context.close();
});

it.each(["ja-JP", "en-GB"] as const)(
  "is free of barriers with the candidates side by side (%s)",
  async (locale) => {
    const visit = await console.open(locale);
    const words = locale === "ja-JP" ? ja : en;
    await visit.enterDemo("operator");
    await visit.page.getByRole("link", { name: words.shell.matching, exact: true }).click();
    await visit.page.locator(".candidate-card").first().waitFor();
    await visit.button(words.matching.compare).click();
    await visit.page.locator(".compare tbody tr").first().waitFor();
    for (const theme of ["light", "dark"] as const) {
      await visit.page.emulateMedia({ colorScheme: theme });
      expect([theme, await visit.barriers()]).toEqual([theme, []]);
    }
    await visit.drawn("matching", locale);
    expect(visit.wrongs).toEqual([]);
    await visit.context.close();
  },
);
