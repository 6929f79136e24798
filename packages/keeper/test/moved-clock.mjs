// Preloaded into a keeper by tests: its clock stands KEEPER_CLOCK_MS milliseconds beside the system's.
const offsetMs = Number(process.env.KEEPER_CLOCK_MS);
const SystemDate = Date;
globalThis.Date = class extends SystemDate {
  constructor(...values) {
    if (values.length === 0) super(SystemDate.now() + offsetMs);
    else super(...values);
  }
};
