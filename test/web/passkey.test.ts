/**
 * A passkey from its invitation to its first use, in a real browser with a virtual authenticator: an officer invites, the
 * clerk enrols, two officers sign in their browsers, the clerk signs in and looks.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { en, TestConsole, type Visit } from "../system/console.ts";

let console: TestConsole;
beforeAll(async () => {
  console = await TestConsole.start();
});
afterAll(() => console.stop());

async function addAuthenticator(visit: Visit): Promise<void> {
  const debug = await visit.context.newCDPSession(visit.page);
  await debug.send("WebAuthn.enable");
  await debug.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signRoster(actor: string): Promise<string> {
  const visit = await console.open();
  await visit.enterDemo(actor);
  await visit.page.getByRole("link", { name: en.shell.roster }).click();
  await visit.button(en.roster.sign).click();
  const notice = visit.page.locator(".notice-good");
  await notice.waitFor();
  const text = await notice.innerText();
  expect(visit.wrongs).toEqual([]);
  await visit.context.close();
  return text;
}

async function signIn(visit: Visit, actor: string): Promise<void> {
  await visit.page.goto(visit.url);
  await visit.page.getByLabel(en.signIn.actor).fill(actor);
  await visit.button(en.signIn.passkey).click();
}

it("opens nothing until two officers have signed it, and then signs its owner in", async () => {
  const officer = await console.open();
  await officer.enterDemo("officer-1");
  await officer.page.getByRole("link", { name: en.shell.roster }).click();
  await officer.page.getByLabel(en.roster.inviteActor).fill("clerk");
  await officer.button(en.roster.inviteDo).click();
  const code = await officer.page.locator("[data-code]").innerText();
  await officer.context.close();

  const clerk = await console.open();
  await addAuthenticator(clerk);
  await clerk.page.goto(`${clerk.url}/enrol`);
  await clerk.page.getByLabel(en.enrol.code).fill(code);
  await clerk.button(en.enrol.make).click();
  await clerk.page.getByText(en.enrol.doneTitle).waitFor();
  await signIn(clerk, "clerk");
  await clerk.page.getByText(en.signIn.noPasskey).waitFor();

  await expect(signRoster("officer-1")).resolves.toBe(en.roster.signed);
  await signIn(clerk, "clerk");
  await clerk.page.getByText(en.signIn.noPasskey).waitFor();
  await expect(signRoster("officer-2")).resolves.toBe(en.roster.inForce);

  await signIn(clerk, "clerk");
  await clerk.page.getByRole("navigation").waitFor();
  await clerk.lookAt(1);
  expect(clerk.wrongs).toEqual([]);
  await clerk.context.close();
});

it("is no use to whoever types another's name", async () => {
  const visit = await console.open();
  await addAuthenticator(visit);
  await signIn(visit, "clerk");
  await visit.page.getByText(en.problems["passkey-refused"]).waitFor();
  await expect(visit.page.getByRole("navigation").count()).resolves.toBe(0);
  await visit.context.close();
});
