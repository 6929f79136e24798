-- One index for both reads of kept sets: those of an account in given segments, and every set of a segment. A segment's sets are
-- written side by side behind the last one, where the key that began with the holder touched a page of its own for each set.
alter table exposure_sets drop constraint exposure_sets_pkey;
drop index exposure_sets_by_segment;
alter table exposure_sets add primary key (level, first_event, holder, scope, fields);
