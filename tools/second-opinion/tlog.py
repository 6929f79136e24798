#!/usr/bin/env python3
"""A second opinion on the transparency log: checks packages/tlog/vectors with none of its code.

Written from RFC 6962 section 2.1, draft-ietf-plants-merkle-tree-certs section 4 and the C2SP specifications alone, over
hashlib; Ed25519 through `cryptography` where that is installed (said at the end where it is not). Nothing is trusted
but the entries in the bundles and the policy file. Usage: tlog.py [folder of vectors]
"""
import base64, hashlib, pathlib, struct, sys
try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None
checks = 0
def check(holds, what):
    global checks
    checks += 1
    if not holds:
        sys.exit("DISAGREES: " + what)


sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(leaves):
    """MTH over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha()
    k = split(len(leaves))
    return sha(b"\x01", mth(leaves[:k]), mth(leaves[k:]))


def path(m, leaves):
    """PATH(m, D): the inclusion proof."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return path(m, leaves[:k]) + [mth(leaves[k:])] if m < k else path(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(start, end, leaves, known):
    """SUBTREE_SUBPROOF; with start 0 the SUBPROOF of RFC 6962."""
    n = len(leaves)
    if start == 0 and end == n:
        return [] if known else [mth(leaves)]
    k = split(n)
    if end <= k:
        return subproof(start, end, leaves[:k], known) + [mth(leaves[k:])]
    if start >= k:
        return subproof(start - k, end - k, leaves[k:], known) + [mth(leaves[:k])]
    return subproof(0, end - k, leaves[k:], False) + [mth(leaves[:k])]


hashes = lambda text: [base64.b64decode(word, validate=True) for word in text.split()]


def vkey(text):
    name, key_id, key = text.split("+", 2)
    raw = base64.b64decode(key, validate=True)
    check(sha(name.encode(), b"\n", raw)[:4].hex() == key_id, "key ID of " + name)
    return (name, key_id), raw[0], raw[1:]


def signers(note, keys):
    """Names of the known keys whose lines verify; every known line must."""
    body, lines = note.rsplit("\n\n", 1)
    body, found = body + "\n", set()
    for line in lines.splitlines():
        dash, name, b64 = line.split(" ")
        raw = base64.b64decode(b64, validate=True)
        kind, public = keys.get((name, raw[:4].hex()), (None, None))
        check(dash == "\u2014", "dash of a signature line")
        if kind is None:
            continue
        message, signature = body, raw[4:]
        if kind == 4:
            (time,), signature = struct.unpack(">Q", raw[4:12]), raw[12:]
            message = "cosignature/v1\ntime %d\n%s" % (time, body)
        if Ed25519PublicKey:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signature, message.encode())
            except InvalidSignature:
                check(False, "signature of " + name)
        check(len(signature) == 64, "length of the signature of " + name)
        found.add(name)
    return found


folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "packages/tlog/vectors")
read = lambda name: (folder / name).read_bytes()

entries = []
for bundle in (read("log/tile/entries/000"), read("log/tile/entries/001.p/44")):
    while bundle:
        (length,) = struct.unpack(">H", bundle[:2])
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
leaves = [sha(b"\x00", entry) for entry in entries]
check(len(leaves) == 300, "number of entries")

check(read("log/tile/0/000") == b"".join(leaves[:256]), "tile/0/000")
check(read("log/tile/0/001.p/44") == b"".join(leaves[256:]), "tile/0/001.p/44")
check(read("log/tile/1/000.p/1") == mth(leaves[:256]), "tile/1/000.p/1")

for line in read("roots.txt").decode().splitlines():
    size, root = line.split()
    check(base64.b64decode(root) == mth(leaves[: int(size)]), "root of size " + size)
for line in read("consistency.txt").decode().splitlines():
    old, size, *proof = line.split()
    check(hashes(" ".join(proof)) == subproof(0, int(old), leaves[: int(size)], True), "consistency " + line[:8])
for line in read("subtrees.txt").decode().splitlines():
    where, root, in_tree, in_subtree = line.split("|")
    start, end, size, index = map(int, where.split())
    check(hashes(root) == [mth(leaves[start:end])], "subtree root " + where)
    check(hashes(in_tree) == subproof(start, end, leaves[:size], True), "subtree consistency " + where)
    check(hashes(in_subtree) == path(index - start, leaves[start:end]), "subtree inclusion " + where)

log_keys, witness_keys = {}, {}
for words in map(str.split, read("policy.txt").decode().splitlines()):
    if words[0] in ("log", "witness"):
        who, kind, public = vkey(words[-1])
        (log_keys if words[0] == "log" else witness_keys)[who] = (kind, public)

checkpoint = read("log/checkpoint").decode()
origin, size, root = checkpoint.split("\n")[:3]
check(size == "300" and base64.b64decode(root) == mth(leaves), "checkpoint")
check({name for name, _ in log_keys} == {origin}, "origin and log key")
check(signers(checkpoint, log_keys) == {origin}, "the log's signature")
check(len(signers(checkpoint, witness_keys)) >= 2, "two of three witnesses")

for index in (77, 299):
    head, note = read("entry-%d.tlog-proof" % index).decode().split("\n\n", 1)
    header, *rest = head.split("\n")
    rest = rest[1:] if rest[0].startswith("extra ") else rest
    check(header == "c2sp.org/tlog-proof@v1" and rest[0] == "index %d" % index, "head of a proof")
    check(hashes(" ".join(rest[1:])) == path(index, leaves) and note == checkpoint, "proof of entry %d" % index)

head, note = read("add-checkpoint.txt").decode().split("\n\n", 1)
old, *proof = head.split("\n")
check(old == "old 100" and note == checkpoint, "head of a witness request")
check(hashes(" ".join(proof)) == subproof(0, 100, leaves, True), "proof of a witness request")

print("agrees: %d checks%s" % (checks, "" if Ed25519PublicKey else "; signatures NOT checked, `cryptography` is not installed"))
