-- Whoever counts looks asks for the number of each person looked at: with the number in the key's own index the row is not read.
alter table persons drop constraint persons_pkey, add primary key (person_key) include (person_no);
