-- The register of persons and the premium ledger. Personal data stand here only sealed, or as tokens that cannot be
-- tested without the keeper. Citus: `person_key`, `owner_key` or the token is the distribution column; keys contain it.

-- Where rows came from: one file, one correction, one posting out of suspense. Small; local to the coordinator.
create table sources (
  source_id uuid primary key,
  -- persons-file, premiums-file, correction, return, suspense-posting, erasure
  kind text not null,
  -- SHA-256 of the file and of the mapping it was read with; null where there is no file
  file_digest bytea,
  mapping_digest bytea,
  -- of a correction, a return, a posting out of suspense; never personal data
  reason text,
  recorded_at timestamptz not null
);
create index sources_by_file on sources (file_digest) where file_digest is not null;

-- A source is worked off in batches, each committed whole with its counts: what resumes after a stop, and what is
-- summed for `received`. lines = accepted + known + rejected; received counts what entered the ledger, signed.
create table source_batches (
  source_id uuid not null,
  batch_no integer not null,
  first_line integer not null,
  last_line integer not null,
  -- rows read so far from the beginning of the file, this batch included
  rows_read bigint not null,
  accepted integer not null,
  known integer not null,
  rejected integer not null,
  received_count bigint not null,
  received_yen bigint not null,
  -- length of the file of rejects after this batch
  rejects_bytes bigint not null,
  recorded_at timestamptz not null,
  primary key (source_id, batch_no)
);

-- Written once, when every batch is in.
create table sources_finished (
  source_id uuid primary key,
  lines integer not null,
  recorded_at timestamptz not null
);

-- Dense numbers for sets of persons are given out in blocks; a block belongs to one batch.
create table person_no_blocks (
  first_no bigint primary key,
  person_count integer not null,
  source_id uuid not null,
  batch_no integer not null
);

create table persons (
  person_key uuid primary key,
  person_no bigint not null,
  source_id uuid not null,
  registered_at timestamptz not null
);

-- Facts recorded together are sealed together: one row. record_no is 0, 1, 2 … within the person; nothing is overwritten.
create table records (
  person_key uuid not null,
  record_no integer not null,
  kind smallint not null,
  sealed bytea not null,
  -- keyed tokens, for comparing without opening: of the whole content, of kana name and birth date, of kanji name and
  -- birth date. Not indexed: they answer "is this line about the same person?", never "who is this?"
  content_token bigint not null,
  kana_token bigint,
  name_token bigint,
  source_id uuid not null,
  source_line integer not null,
  recorded_at timestamptz not null,
  primary key (person_key, record_no)
);

-- Blind index: eight bytes of a keyed hash, so that what is found is a candidate and never a proof.
-- No primary key on purpose: the same token may be recorded twice and is read as a set.
create table person_tokens (
  token bigint not null,
  kind smallint not null,
  person_key uuid not null
);
create index person_tokens_by_token on person_tokens (token);

-- Months and yen in clear under the person's random key. Corrected only by an entry that reverses another.
create table premium_entries (
  person_key uuid not null,
  entry_no integer not null,
  premium_month date not null,
  scheme smallint not null,
  kind smallint not null,
  amount_yen bigint not null,
  remuneration_yen integer,
  -- the sender's receipt number
  reference text,
  reverses_entry_no integer,
  -- links each entry to all before it; docs/formats/premium-chain.md
  chain_digest bytea not null,
  source_id uuid not null,
  source_line integer not null,
  recorded_at timestamptz not null,
  primary key (person_key, entry_no)
);

create index premium_entries_by_month on premium_entries (person_key, premium_month);

-- A line of a file that repeats an entry already in the ledger names it; one entry excuses at most one line of a file.
create table known_premium_lines (
  person_key uuid not null,
  entry_no integer not null,
  source_id uuid not null,
  source_line integer not null,
  primary key (person_key, entry_no, source_id)
);

-- Premiums whose person is unknown belong to an owner who is nobody yet: what the line said of them is sealed as a person's.
create table suspense_owners (
  owner_key uuid primary key,
  sealed bytea not null,
  content_token bigint not null,
  source_id uuid not null,
  source_line integer not null,
  recorded_at timestamptz not null
);

create table suspense_tokens (
  token bigint not null,
  kind smallint not null,
  owner_key uuid not null
);
create index suspense_tokens_by_token on suspense_tokens (token);

create table suspense_entries (
  owner_key uuid not null,
  entry_no integer not null,
  premium_month date not null,
  scheme smallint not null,
  kind smallint not null,
  amount_yen bigint not null,
  remuneration_yen integer,
  reference text,
  reverses_entry_no integer,
  chain_digest bytea not null,
  source_id uuid not null,
  source_line integer not null,
  recorded_at timestamptz not null,
  primary key (owner_key, entry_no)
);

create index suspense_entries_by_month on suspense_entries (owner_key, premium_month);

create table known_suspense_lines (
  owner_key uuid not null,
  entry_no integer not null,
  source_id uuid not null,
  source_line integer not null,
  primary key (owner_key, entry_no, source_id)
);

-- How an entry left suspense: posted to a person (who then has entry person_entry_no) or returned to the payer.
create table suspense_settlements (
  owner_key uuid not null,
  entry_no integer not null,
  outcome text not null check (outcome in ('posted', 'returned')),
  person_key uuid,
  person_entry_no integer,
  reason text not null,
  source_id uuid not null,
  recorded_at timestamptz not null,
  primary key (owner_key, entry_no),
  check ((outcome = 'posted') = (person_key is not null and person_entry_no is not null))
);

-- Where an entry of a person's ledger was in suspense before.
create index suspense_settlements_by_person on suspense_settlements (person_key, person_entry_no)
  where person_key is not null;

-- Money sent back to who paid it, out of a person's ledger: names the entry that took it out.
create table premium_returns (
  person_key uuid not null,
  entry_no integer not null,
  reason text not null,
  source_id uuid not null,
  recorded_at timestamptz not null,
  primary key (person_key, entry_no)
);

-- A person whose key was destroyed. The premiums stay; the facts can never be read again.
create table erasures (
  person_key uuid primary key,
  reason text not null,
  recorded_at timestamptz not null
);
