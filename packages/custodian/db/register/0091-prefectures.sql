-- Where persons live, as coarsely as an incident is counted: one byte each, in the order of the block's numbers, JIS X 0401
-- code of the prefecture, 0 where it is not known. In clear, and the only attribute of a person that is; SECURITY.md.
alter table person_no_blocks add column prefectures bytea;

-- Later addresses in a batch, one byte for each of the persons in their order. One row for a batch that has any.
create table person_moves (
  source_id uuid not null,
  batch_no integer not null,
  person_keys uuid[] not null,
  prefectures bytea not null,
  recorded_at timestamptz not null,
  primary key (source_id, batch_no)
);
