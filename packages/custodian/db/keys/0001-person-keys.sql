-- Each person's data key, wrapped by the keeper's key-encryption key. A database apart from the sealed facts, so that
-- its backups expire sooner and an erased key is erased from the facts' backups too.
create table person_keys (
  person_key uuid primary key,
  -- format, version of the key-encryption key, nonce, ciphertext, tag: 65 bytes
  wrapped bytea not null,
  kek_version integer not null
);
