-- What an incident's first hour reads, kept or found by an index. Citus: `exposure_payers` is a small reference table.

-- Every set of a segment, for folding segments into one of the next level and for what is at risk. By the primary key, which
-- begins with the holder, either would read every set there is, once more for each segment.
create index exposure_sets_by_segment on exposure_sets (level, first_event);

-- Who has a premium for `since_month` or a later month, counted when the ledger had come out of so many batches of files and
-- so many entries that no file brought. It stands for as long as both numbers do: neither table ever loses a row.
-- Derived: emptied, it is counted again.
create table exposure_payers (
  since_month date not null,
  batches bigint not null,
  operations bigint not null,
  person_count integer not null,
  -- numbers of persons, Roaring bitmap in its portable format
  persons bytea not null,
  primary key (since_month, batches, operations)
);
alter table exposure_payers alter column persons set storage external;
