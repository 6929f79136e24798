-- A receipt shows a person's premium entries and who looked at them, and is counted as a look from here on. Sets that were
-- folded before do not have it: where there ever was a receipt they are folded again, from the looks.
delete from exposure_sets where exists (select from disclosures where kind = 'receipt');
delete from exposure_segments where exists (select from disclosures where kind = 'receipt');
