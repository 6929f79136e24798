/** Live screens: what happens in one browser is on another's screen without a touch, and nothing of anybody is in the stream. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, secrets, TestConsole } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
});
afterAll(() => console.stop());

it("shows an incident that somebody else opened, and what is left after a look; and stops at sign-out", async () => {
  const watching = await console.open();
  await watching.enterDemo("officer-2");
  await watching.page.getByRole("link", { name: en.shell.incidents, exact: true }).click();
  await watching.page.getByText(en.incidents.empty).waitFor();

  const clerk = await console.open();
  // Behind its own back: the stream's bytes as they come.
  await clerk.enterDemo("clerk");
  const stream = clerk.page.evaluate(`(async () => {
    const answer = await fetch("/api/events");
    const reader = answer.body.getReader();
    globalThis.told = answer.headers.get("Content-Type") + " ";
    for (;;) { const { done, value } = await reader.read(); if (done) return told;
      told += new TextDecoder().decode(value); }
  })()`) as Promise<string>;
  await clerk.lookAt(1);
  await clerk.page.getByText(en.budget.left("59", "60")).first().waitFor();

  const officer = await console.open();
  await officer.enterDemo("officer-1");
  await officer.page.getByRole("link", { name: en.shell.incidents, exact: true }).click();
  await officer.page.getByLabel(en.incidents.title).fill("an invented incident");
  await officer.button(en.incidents.open).click();
  await watching.page.getByRole("link", { name: "an invented incident" }).waitFor();

  // What the journal says comes a beat later than the answer to the look.
  await clerk.page.waitForFunction('told.includes("data: budget")');
  await clerk.button(en.shell.signOut).click();
  const told = await stream;
  expect(told).toMatch(/^text\/event-stream/u);
  expect(told).not.toContain("incidents");
  for (const secret of secrets) expect(told).not.toContain(secret);
  expect([watching.wrongs, officer.wrongs]).toEqual([[], []]);
  for (const visit of [watching, clerk, officer]) await visit.context.close();
});
