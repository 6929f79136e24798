-- The event of the keeper's journal in which a batch of premium entries was noted, and what its root was made of: the
-- digest of the last entry of each account, 32 bytes each, in the order of the batch (docs/formats/receipt.md).
-- Citus: local to the coordinator, like source_batches.
create table premium_batches (
  source_id uuid not null,
  batch_no integer not null,
  event_number bigint not null,
  entries integer not null,
  digests bytea not null,
  primary key (source_id, batch_no)
);
