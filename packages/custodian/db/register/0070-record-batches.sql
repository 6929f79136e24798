-- The event of the keeper's journal in which records were sealed together, and what its root was made of: SHA-256 of each sealed
-- record, 32 bytes each, in the order of their lines (docs/formats/receipt.md). Its lines are those of `records`.
-- Citus: local to the coordinator, like source_batches.
create table record_batches (
  source_id uuid not null,
  first_line integer not null,
  last_line integer not null,
  event_number bigint not null,
  digests bytea not null,
  primary key (source_id, first_line)
);
