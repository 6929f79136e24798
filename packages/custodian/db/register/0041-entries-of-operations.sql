-- Entries that no file brought (corrections, returns, postings), by their source: so that those which were not noted in the
-- keeper's journal when they were made can be noted later. Imports never touch these indexes.
create index premium_entries_of_operations on premium_entries (source_id) where source_line = 0;
create index suspense_entries_of_operations on suspense_entries (source_id) where source_line = 0;
