#!/usr/bin/env python3
"""A second opinion on receipts: verifies one with none of Kura's code, and needs nothing but Python's own library.

Written from docs/formats/receipt.md, RFC 6962 section 2.1, RFC 8032 section 5.1.7 and the C2SP specifications signed-note,
tlog-checkpoint, tlog-cosignature and tlog-policy (Ed25519 keys).

Usage: receipt.py FILE POLICY     prints "whole: ..." or "refused: <code>", with exit code 0 or 1
       receipt.py --vectors DIR   compares with the verdicts of packages/receipt/vectors
"""
import base64, hashlib, json, pathlib, struct, sys

sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
leaf = lambda *parts: sha(b"\x00", *parts)
unhex = bytes.fromhex


class Refused(Exception):
    pass


def need(holds, code):
    if not holds:
        raise Refused(code)


# Ed25519 (RFC 8032), verification only; slow, and slow is enough for a few signatures.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + y1 * x2) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(n, point):
    total = (0, 1)
    while n:
        total, point, n = (add(total, point) if n & 1 else total), add(point, point), n >> 1
    return total


def point(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(y < P and v * x * x % P == u, "bad-signature")
    return (P - x if x % 2 != data[31] >> 7 else x), y


def ed25519(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return s < L and times(s, base) == add(point(r), times(k, point(key)))


# Policy and checkpoint.
def read_key(text):
    name, _, data = text.split("+", 2)
    data = base64.b64decode(data)
    return name, data[0], data[1:]


def read_policy(text):
    logs, witnesses, groups, quorum = [], {}, {}, "none"
    for word in (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")):
        if word[0] == "log":
            logs.append(read_key(word[1]))
        elif word[0] == "witness":
            witnesses[word[1]] = read_key(word[2])
        elif word[0] == "group":
            groups[word[1]] = (word[2], word[3:])
        else:
            quorum = word[1]
    return logs, witnesses, groups, quorum


def enough(name, groups, signed):
    if name not in groups:
        return name == "none" or name in signed
    wanted, members = groups[name]
    wanted = {"any": 1, "all": len(members)}.get(wanted) or int(wanted)
    return sum(enough(member, groups, signed) for member in members) >= wanted


def open_checkpoint(note, policy):
    logs, witnesses, groups, quorum = policy
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    origin, size, root = text.split("\n")[:3]

    def signed_by(name, kind, key):
        identity, found = sha(name.encode(), b"\n", bytes([kind]), key)[:4], False
        for line in lines.splitlines():
            _, signer, data = line.split(" ")
            data = base64.b64decode(data)
            if signer != name or data[:4] != identity:
                continue
            message, signature = text.encode(), data[4:]
            if kind == 4:
                message = b"cosignature/v1\ntime %d\n" % struct.unpack(">Q", data[4:12]) + message
                signature = data[12:]
            need(ed25519(key, message, signature), "bad-signature")
            found = True
        return found

    known = [one for one in logs if one[0] == origin]
    need(known, "unknown-log")
    own = [signed_by(*one) for one in known]
    signed = {label for label, (name, _, key) in witnesses.items() if signed_by(name, 4, key)}
    need(any(own), "unknown-signer")
    need(enough(quorum, groups, signed), "quorum-missing")
    return int(size), base64.b64decode(root)


# RFC 6962.
def included(index, size, hash, path, root, code):
    need(0 <= index < size, code)
    path, last = [unhex(one) for one in path], size - 1
    for sibling in path:
        need(last > 0, code)
        if index % 2 or index == last:
            hash = sha(b"\x01", sibling, hash)
            while index % 2 == 0:
                index, last = index >> 1, last >> 1
        else:
            hash = sha(b"\x01", hash, sibling)
        index, last = index >> 1, last >> 1
    need(last == 0 and hash == root, code)


canonical = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def verify(text, policy):
    try:
        r = json.loads(text)
        need(canonical(r) + "\n" == text and r["format"] == "kura-receipt/1", "malformed-receipt")
    except (ValueError, TypeError, KeyError):
        raise Refused("malformed-receipt")
    size, root = open_checkpoint(r["checkpoint"], policy)
    previous, number, time, entry = "0" * 64, 0, 0, {}
    for n, event in enumerate(r["events"], 1):
        entry = event["entry"]
        need(entry["n"] == n, "event-missing")
        follows = entry["previous"] == previous and entry["number"] > number and entry["timeMs"] >= time
        need(follows and entry["person"] == r["person"] and event["part"] >= 1, "event-altered")
        link = sha(b"kura/person-event/1\n" + canonical(entry).encode())
        commitment = unhex(event["commitment"])
        part = leaf(unhex(event["salt"]), link)
        included(event["part"], event["parts"], part, event["path"], commitment, "event-altered")
        included(entry["number"] - 1, size, leaf(commitment), event["proof"], root, "event-altered")
        previous, number, time = link.hex(), entry["number"], entry["timeMs"]
    need(entry.get("kind") == "receipt" and "stated" in entry, "not-ended")
    stated = entry["stated"]

    digest, heads, sealed = bytes(32), {}, {}
    for n, one in enumerate(r["premiums"], 1):
        need(one["entryNo"] == n, "premium-missing")
        year, month = map(int, one["month"].split("-"))
        what = struct.pack(">IHBBqII", n, year * 12 + month - 1, one["scheme"], one["kind"], one["amountYen"],
                           one["remunerationYen"], one["reverses"])
        place = unhex(one["sourceId"]) + struct.pack(">I", one["sourceLine"])
        digest = sha(b"kura/premium/1", digest, unhex(r["person"]), what, place)
        if one["batch"] >= 0:
            heads[one["batch"]] = digest.hex()
    need(len(r["premiums"]) == stated["premiumEntries"], "premium-missing")
    need(digest.hex() == stated["premiumHead"], "premium-altered")
    held = b"".join(struct.pack(">IB", one["recordNo"], one["kind"]) + unhex(one["digest"]) for one in r["records"])
    need(len(r["records"]) == stated["records"] and sha(held).hex() == stated["recordsDigest"], "records-altered")
    for one in r["records"]:
        if one["batch"] >= 0:
            sealed.setdefault(one["batch"], set()).add(one["digest"])
    for i, batch in enumerate(r["batches"]):
        event = json.loads(batch["text"])
        own = {"premiums": {heads.get(i)}, "sealed": sealed.get(i, {None})}.get(event.get("kind"), {None})
        need(1 <= event["number"] <= number and own <= set(batch["digests"]), "batch-altered")
        commitment = leaf(unhex(batch["salt"]), batch["text"].encode())
        included(event["number"] - 1, size, leaf(commitment), batch["proof"], root, "batch-altered")
        group = leaf(*map(unhex, batch["digests"]))
        included(batch["group"], batch["groups"], group, batch["path"], unhex(event["root"]), "batch-altered")
    need(sorted([*heads, *sealed]) == list(range(len(r["batches"]))), "batch-altered")
    return f"whole: {len(r['events'])} events, {len(r['premiums'])} premium entries, {len(r['records'])} records"


def verdict(path, policy):
    try:
        return verify(pathlib.Path(path).read_text(encoding="utf-8"), read_policy(pathlib.Path(policy).read_text()))
    except Refused as refused:
        return f"refused: {refused}"


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--vectors":
        folder = pathlib.Path(sys.argv[2])
        expected = [line.split("\t") for line in (folder / "verdicts.tsv").read_text().splitlines()]
        wrong = [name for name, code, _ in expected if verdict(folder / name, folder / "policy.txt").split(":")[0 if code == "" else 1].strip() != (code or "whole")]
        print(f"{len(expected)} receipts, {len(wrong)} disagreements {wrong}")
        sys.exit(1 if wrong else 0)
    said = verdict(*sys.argv[1:3])
    print(said)
    sys.exit(0 if said.startswith("whole") else 1)
