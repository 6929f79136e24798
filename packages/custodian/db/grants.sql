-- Who may do what, on one page. One role per process; facts, entries and what counts them are INSERT and SELECT only.
-- `-- database:` lines say where the block applies. A test tries every statement that is not granted here.

-- database: register
grant usage on schema public to kura_custodian, kura_auditor;
grant select, insert on sources                to kura_custodian;
grant select, insert on source_batches         to kura_custodian;
grant select, insert on sources_finished       to kura_custodian;
grant select, insert on person_no_blocks       to kura_custodian;
grant select, insert on persons                to kura_custodian;
grant select, insert on person_moves           to kura_custodian;
grant select, insert on records                to kura_custodian;
grant select, insert on record_batches         to kura_custodian;
grant select, insert, delete on person_tokens  to kura_custodian; -- an erased person leaves no token
grant select, insert on premium_entries        to kura_custodian;
grant select, insert on premium_batches        to kura_custodian;
grant select, insert on known_premium_lines    to kura_custodian;
grant select, insert on suspense_owners        to kura_custodian;
grant select, insert, delete on suspense_tokens to kura_custodian; -- an owner who became a person is no longer searched
grant select, insert on suspense_entries       to kura_custodian;
grant select, insert on known_suspense_lines   to kura_custodian;
grant select, insert on suspense_settlements   to kura_custodian;
grant select, insert on premium_returns        to kura_custodian;
grant select, insert on erasures               to kura_custodian;
grant select, insert on case_events            to kura_custodian;
grant select, insert on policy_sets            to kura_custodian;
grant select, insert on refused_orders         to kura_custodian;
grant select, insert on journal_events         to kura_custodian;
grant select, insert on disclosures            to kura_custodian;
grant select, insert on sessions               to kura_custodian;
grant select, insert on session_ends           to kura_custodian;
grant select on session_spans                  to kura_custodian;
grant select, insert on roster_proposals       to kura_custodian;
grant select, insert on roster_signatures      to kura_custodian;
grant select, insert on extracts               to kura_custodian;
grant select, insert on extract_parts          to kura_custodian;
grant select, insert, delete on extract_chunks to kura_custodian; -- ciphertext that nobody may open any more goes
grant select, insert on extract_honey          to kura_custodian;
grant select, insert on extract_files          to kura_custodian;
grant select, insert on screens                to kura_custodian;
grant select, insert on screen_parts           to kura_custodian;
grant select, insert on screen_orders          to kura_custodian;
grant select, insert on screen_results         to kura_custodian;
grant select on extract_events          to kura_custodian;
grant select on extract_states          to kura_custodian;
grant select on extract_rows            to kura_custodian;
grant select on extract_released        to kura_custodian;
grant select, insert on letters                to kura_custodian;
grant select, insert on letter_persons         to kura_custodian;
grant select, insert on letter_uses            to kura_custodian;
grant select, insert on queued_jobs            to kura_custodian;
grant select, insert on queued_job_events      to kura_custodian;
grant select, insert on worklists              to kura_custodian;
grant select, insert on worklist_lots          to kura_custodian;
grant select, insert on worklist_events        to kura_custodian;
grant select, insert, truncate on match_features to kura_custodian; -- scratch of a run of matching
grant select, insert, truncate on match_probes to kura_custodian;
grant select, insert, truncate on match_pairs  to kura_custodian;
grant select, insert on match_runs             to kura_custodian;
grant select, insert on match_runs_finished    to kura_custodian;
grant select, insert on match_run_steps        to kura_custodian;
grant select, insert on match_run_cancels      to kura_custodian;
grant select, insert on match_outcomes         to kura_custodian;
grant select, insert on match_candidates       to kura_custodian;
grant select, insert on match_events           to kura_custodian;
grant select, insert on exposure_segments      to kura_custodian;
grant select, insert on exposure_sets          to kura_custodian;
grant select, insert on exposure_extracts      to kura_custodian;
grant select, insert on exposure_releases      to kura_custodian;
grant select, insert on exposure_payers        to kura_custodian;
grant select, insert on incidents              to kura_custodian;
grant select, insert on incident_closings      to kura_custodian;
grant select, insert on evidence               to kura_custodian;
grant select, insert on evidence_withdrawals   to kura_custodian;
grant select, insert on revisions              to kura_custodian;
grant select, insert on revision_classes       to kura_custodian;
grant select, insert on revision_approvals     to kura_custodian;
grant select, insert on revision_uses          to kura_custodian;
grant select, insert on answers_given          to kura_custodian;
grant select, insert on held_changes_proved    to kura_custodian;
grant select, insert on held_changes           to kura_custodian;
grant select, insert on incident_proposals     to kura_custodian;
grant select, insert on reissues               to kura_custodian;
grant select, insert on number_reissues        to kura_custodian;
grant select, insert on incident_measures      to kura_custodian;
grant select, insert on incident_measures_done to kura_custodian;
grant select on all tables in schema public    to kura_auditor;

-- database: keys
grant usage on schema public to kura_custodian, kura_auditor;
grant select, insert, update, delete on person_keys to kura_custodian; -- update: rewrap; delete: erasure
grant select (person_key, kek_version) on person_keys to kura_auditor;
