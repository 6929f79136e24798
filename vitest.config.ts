import { defineConfig } from "vitest/config";

const slow = [
  "test/flow/**/*.test.ts",
  "test/crash/**/*.test.ts",
  "test/abuse/**/*.test.ts",
  "test/web/**/*.test.ts",
];
// A condition that is waited for comes about, or never: how soon is the machine's business.
const expect = { poll: { timeout: 30_000 } };
const shared = {
  expect,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  globalSetup: "packages/custodian/test/global-setup.ts",
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "parts",
          include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: slow,
          maxWorkers: 2,
        },
      },
      {
        // Whole systems, one after another and behind everything else: each starts servers and kills them.
        test: {
          expect,
          name: "system",
          include: slow,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
