"""A tiny terminal for the Onecard gateway, written from docs/terminal-protocol.md alone (§ names its chapters).

tiny_terminal.py --centre URL --folder DIR enrol TERMINAL CODE | sell CARD FEN [--offline] [--pin] | sync
"""

import argparse
import fcntl
import getpass
import hashlib
import hmac
import http.client
import json
import os
import random
import shutil
import struct
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Json = dict[str, Any]
SIGNED = "batch_no seq card_no amount_fen occurred_at_us blacklist_version card_counter purse_after_fen sam_id sam_seq"
# What the journal says of a record: settled took money, unpaid took none.
ASKED, OFFLINE, GIVEN_UP, SETTLED, UNPAID = "ASKED", "OFFLINE", "GIVEN_UP", "SETTLED", "UNPAID"
FIRMWARE, TIMEOUT_S, CUSTOMER_WAITS_S, SYNC_WAITS_S, COLLECT_AT_ONCE = "tiny 1.0", 5, 10, 180, 500


class NotSold(Exception):
    """The customer has not paid; the text says why."""


class Refused(Exception):
    """The centre refused the request as a whole; `code` says why (§1)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class NoAnswer(Exception):
    """Nobody knows whether it was booked: send the same again (§1)."""

    def __init__(self, message: str, retry_after_s: float = 0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def record_mac(record_key: bytes, record: Json) -> str:
    """§4: ten signed 64-bit integers, −1 for each that is absent. (No on-card purse here, so no `tac`.)"""
    numbers = struct.pack(">10q", *(record.get(name, -1) for name in SIGNED.split()))
    return hmac.digest(record_key, numbers, "sha256")[:16].hex()


def checksum(cards: Iterable[int]) -> str:
    """§8: the first 8 bytes of each card number's SHA-256, XORed."""
    total = 0
    for card in cards:
        total ^= int.from_bytes(hashlib.sha256(card.to_bytes(8, "big")).digest()[:8], "big")
    return f"{total:016x}"


def refusal_of(error: urllib.error.HTTPError) -> Refused | NoAnswer:
    """§1. What does not come from the gateway (a proxy's page, say) is no answer."""
    retry_after = error.headers.get("Retry-After", "")
    try:
        problem = json.load(error)["error"]
        refusal = Refused(problem["code"], problem["message"])
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return NoAnswer(f"status {error.code} without a reason")
    is_passing = error.code in (408, 429) or error.code >= 500
    return NoAnswer(str(refusal), int(retry_after) if retry_after.isdecimal() else 0) if is_passing else refusal


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def save(path: Path, content: Json) -> None:
    """Replaces a file so that a power cut leaves the old one or the new one."""
    draft = path.with_suffix(".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def journal_path(folder: Path, batch_no: int) -> Path:
    return folder / f"journal-{batch_no}.jsonl"


class Journal:
    """The records of one batch: a line for each record, and one for each thing that became of it. Never rewritten."""

    def __init__(self, path: Path) -> None:
        self.last_seq, self.records = 0, dict[int, Json]()
        self.status: dict[int, str] = {}
        self.file = path.open("a+b")
        self.file.seek(0)
        whole = 0
        for line in self.file:
            if not line.endswith(b"\n"):
                break
            self._take(json.loads(line))
            whole += len(line)
        self.file.truncate(whole)  # half a line: the power went while it was written, so nobody was told of it

    def _take(self, entry: Json) -> None:
        if "record" in entry:
            self.last_seq = entry["seq"]
            self.records[self.last_seq] = entry["record"]
        self.status[entry["seq"]] = entry["status"]

    def write(self, seq: int, status: str, **more: Any) -> None:
        """Returns when it is on the disk, not before."""
        entry = {"seq": seq, "status": status, **more}
        self.file.write(json.dumps(entry).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        self._take(entry)

    def that_are(self, status: str) -> list[Json]:
        return [record for seq, record in self.records.items() if self.status[seq] == status]


class Centre:
    """Requests and sessions (§1, §3)."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.state_path = url.rstrip("/"), folder / "state.json"
        self.keys, self.state, self.token = load(folder / "keys.json"), load(self.state_path), ""

    def now_us(self) -> int:
        return time.time_ns() // 1000 + int(self.state.get("clock_offset_us", 0))

    def note(self, **changes: Any) -> None:
        self.state.update(changes)
        save(self.state_path, self.state)

    def exchange(self, path: str, body: Json | None = None, token: str = "") -> Any:
        """One request, one answer: POST with a body, GET without."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers), timeout=TIMEOUT_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise refusal_of(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(f"no answer: {error}") from error

    def open_session(self) -> None:
        """§3. A signature refused three times running: the key is not the enrolled one, or the terminal was revoked."""
        terminal, key = self.keys["terminal"], Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.keys["private_key"]))
        for tries_left in (2, 1, 0):
            sent_at_us = time.time_ns() // 1000
            challenge = self.exchange("/v1/challenge", {"terminal": terminal})["challenge"]
            signature = key.sign(f"onecard/1 session\n{terminal}\n{challenge}\n{sent_at_us}\n".encode()).hex()
            wanted = {"terminal": terminal, "challenge": challenge, "sent_at_us": sent_at_us, "signature": signature}
            try:
                session = self.exchange("/v1/session", wanted)
            except Refused as refusal:
                if refusal.code != "BAD_SIGNATURE":
                    raise
                if not tries_left:
                    self.stop(refusal)
            else:
                self.token = session["token"]
                self.note(stopped="", clock_offset_us=session["clock_offset_us"], in_touch_at_us=session["time_us"])
                return

    def stop(self, refusal: Refused) -> NoReturn:
        self.note(stopped=str(refusal))
        raise NotSold(str(refusal)) from refusal

    def call(self, path: str, body: Json | None = None) -> Any:
        """In a session; on BAD_TOKEN (it expired, say) opens another one and sends the same again."""
        for is_second in (False, True):
            if not self.token:
                self.open_session()
            try:
                return self.exchange(path, body, self.token)
            except Refused as refusal:
                if refusal.code != "BAD_TOKEN":
                    raise
                self.token = ""
                if is_second:
                    self.stop(refusal)
        raise AssertionError

    def call_until_answered(self, path: str, body: Json | None = None, patience_s: float = SYNC_WAITS_S) -> Any:
        """The same request again after 1 s, 2 s, 4 s … 60 s, until it is answered or patience ends (NoAnswer)."""
        gives_up_at, pause_s = time.monotonic() + patience_s, 1.0
        while True:
            try:
                return self.call(path, body)
            except NoAnswer as trouble:
                wait_s = max(trouble.retry_after_s, pause_s) * random.uniform(1, 1.3)
                if time.monotonic() + wait_s > gives_up_at:
                    raise
                time.sleep(wait_s)
                pause_s = min(pause_s * 2, 60)


class Terminal:
    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self.lock = folder, (folder / "lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)  # one process at a time: a number is never given twice
        self.centre = Centre(url, folder)
        self.parameters, self.blacklist = load(folder / "parameters.json"), load(folder / "blacklist.json")
        if self.centre.keys:
            self._open_journal()

    def _open_journal(self) -> None:
        keys = self.centre.keys
        if not journal_path(self.folder, keys["batch_no"]).exists():  # wiped: the next batch, never the same one from 1 again
            keys["batch_no"] += 1
            save(self.folder / "keys.json", keys)
        self.journal = Journal(journal_path(self.folder, keys["batch_no"]))
        for record in self.journal.that_are(ASKED):  # switched off in the middle of a sale: nobody was told
            self.journal.write(record["seq"], GIVEN_UP)

    def enrol(self, terminal: str, code: str) -> str:
        """§2. Unsent records of an earlier enrolment stay in their own journal, for the service technician."""
        key = Ed25519PrivateKey.generate()
        keys = self.centre.exchange(
            "/v1/enrol",
            {
                "terminal": terminal,
                "code": code,
                "scheme": "ed25519",
                "public_key": key.public_key().public_bytes_raw().hex(),
                "serial_no": f"TINY-{uuid.getnode():x}",
                "model": "tiny terminal",
                "firmware": FIRMWARE,
            },
        )
        batch_no = keys["next_batch_no"]
        while journal_path(self.folder, batch_no).exists():
            batch_no += 1
        save(
            self.folder / "keys.json",
            {
                "terminal": terminal,
                "private_key": key.private_bytes_raw().hex(),
                "batch_no": batch_no,
                "record_key": keys["record_key"],
                "centre_key": keys["centre_key"],
            },
        )
        self.centre.note(stopped="", is_disabled=False)
        journal_path(self.folder, batch_no).touch()
        return f"enrolled as {terminal}, batch {batch_no}"

    def _write_record(self, status: str, card_no: int, amount_fen: int, **more: int) -> Json:
        record: Json = {
            "batch_no": self.centre.keys["batch_no"],
            "seq": self.journal.last_seq + 1,
            "card_no": card_no,
            "amount_fen": amount_fen,
            "occurred_at_us": self.centre.now_us(),
            **more,
        }
        record["mac"] = record_mac(bytes.fromhex(self.centre.keys["record_key"]), record)
        self.journal.write(record["seq"], status, record=record)
        return record

    def sell(self, card_no: int, amount_fen: int, pin: str = "") -> str:
        """§5: online. When the answer stays away the record is given up, in writing, and the sale is made offline."""
        if self.centre.state.get("is_disabled"):
            raise NotSold("disabled by the centre")
        try:
            self.centre.open_session()
        except NoAnswer:
            return self.sell_offline(card_no, amount_fen)
        record = self._write_record(ASKED, card_no, amount_fen)
        purchase = record | ({"pin": pin} if pin else {})  # the PIN never reaches the journal
        body = {"purchases": [purchase], "wants_balance": True}
        try:
            result = self.centre.call_until_answered("/v1/purchases", body, CUSTOMER_WAITS_S)["results"][0]
        except NoAnswer:
            self.journal.write(record["seq"], GIVEN_UP)
            return self.sell_offline(card_no, amount_fen)
        except (Refused, NotSold):
            self.journal.write(record["seq"], GIVEN_UP)
            raise
        outcome = result["first_outcome"] if result["outcome"] == "REPEATED" else result["outcome"]
        self._settle(record, SETTLED if outcome == "APPROVED" else UNPAID, outcome)
        if outcome != "APPROVED":
            raise NotSold(f"{outcome} (number {record['seq']})")
        return f"paid, number {record['seq']}, balance {result.get('balance_fen')} fen"

    def sell_offline(self, card_no: int, amount_fen: int) -> str:
        if reason := self._why_not_offline(card_no, amount_fen):
            raise NotSold(f"offline: {reason}")
        record = self._write_record(OFFLINE, card_no, amount_fen, blacklist_version=self.blacklist["version"])
        return f"paid offline, number {record['seq']}"

    def _why_not_offline(self, card_no: int, amount_fen: int) -> str:
        """§6. What is not yet collected counts against the limits; zero means no limit of that kind."""
        state = self.centre.state
        if state.get("stopped") or state.get("is_disabled") or not self.parameters or not self.blacklist:
            return state.get("stopped") or "disabled by the centre, or no parameters or blacklist yet"
        limits, unsent = self.parameters["offline"], self.journal.that_are(OFFLINE)
        by_card = sum(record["amount_fen"] for record in unsent if record["card_no"] == card_no)
        total = sum(record["amount_fen"] for record in unsent)
        hours = (self.centre.now_us() - state.get("in_touch_at_us", 0)) / 3_600_000_000
        checks = [
            (amount_fen, limits["single_limit_fen"], "amount"),
            (amount_fen, self.parameters["single_limit_fen"], "amount"),
            (by_card + amount_fen, limits["card_limit_fen"], "sum of this card"),
            (total + amount_fen, limits["total_limit_fen"], "sum"),
            (len(unsent) + 1, limits["max_records"], "records"),
            (hours, limits["max_hours"], "hours without the centre"),
        ]
        if not limits["is_allowed"] or not self._is_open():
            return "not allowed, or closed at this hour"
        if limits["needs_allowance"]:
            return "it needs a list of allowances, and this terminal keeps none"
        if card_no in self.blacklist["cards"]:
            return "the card is on the blacklist"
        return ", ".join(f"{name} above {limit}" for value, limit, name in checks if limit and value > limit)

    def _is_open(self) -> bool:
        opens, closes = self.parameters["opens_at_min"], self.parameters["closes_at_min"]
        minute = (self.centre.now_us() // 60_000_000 + self.parameters["utc_offset_min"]) % 1440
        if opens is None or closes is None or opens == closes:
            return True
        return bool(opens <= minute < closes if opens < closes else minute >= opens or minute < closes)

    def sync(self) -> Iterator[str]:
        """Everything there is to say to the centre: reversals first, or the customer pays twice (§5)."""
        yield from self._reverse(self.journal.that_are(GIVEN_UP))
        yield from self._collect(self.journal.that_are(OFFLINE))
        answer = self._heartbeat()
        if answer["parameters_version"] != self.parameters.get("version"):
            yield self._load_parameters()
        if answer["blacklist_version"] != self.blacklist.get("version"):
            yield self._load_blacklist()
        if answer["has_missing"]:
            yield from self._recollect()
        yield "disabled: sells nothing" if answer["is_disabled"] else "in touch"

    def _reverse(self, records: list[Json]) -> Iterator[str]:
        """§5: after it, the record has taken no money, whether it had been booked or not."""
        for record in records:
            reversal = self.centre.call_until_answered("/v1/reversals", {"reversals": [record]})["results"][0]
            self._settle(record, UNPAID, reversal["outcome"])
            yield f"batch {record['batch_no']} number {record['seq']}: {reversal['outcome']}"

    def _settle(self, record: Json, status: str, outcome: str) -> None:
        if record["batch_no"] == self.centre.keys["batch_no"]:
            self.journal.write(record["seq"], status, outcome=outcome)

    def _collect(self, records: list[Json]) -> Iterator[str]:
        """§6: with any outcome the record is safe with the centre."""
        for start in range(0, len(records), COLLECT_AT_ONCE):
            part = records[start : start + COLLECT_AT_ONCE]
            results = self.centre.call_until_answered("/v1/collections", {"records": part})["results"]
            for record, result in zip(part, results, strict=True):
                self._settle(record, SETTLED, result["outcome"])
                yield f"batch {record['batch_no']} number {record['seq']}: {result['outcome']}"

    def _recollect(self) -> Iterator[str]:
        """§6 补采: what took money is collected, the rest reversed; what the journal has not, the centre is told."""
        for place in self.centre.call_until_answered("/v1/missing")["missing"]:
            path = journal_path(self.folder, place["batch_no"])
            is_current = place["batch_no"] == self.centre.keys["batch_no"]
            journal = self.journal if is_current else Journal(path) if path.exists() else None
            numbers = range(place["first_seq"], place["last_seq"] + 1)
            found = [seq for seq in sorted(journal.records) if seq in numbers] if journal else []
            if journal:
                unpaid = [seq for seq in found if journal.status[seq] in (UNPAID, GIVEN_UP)]
                yield from self._reverse([journal.records[seq] for seq in unpaid])
                yield from self._collect([journal.records[seq] for seq in found if seq not in unpaid])
            yield from self._say_not_found(place, found)

    def _say_not_found(self, place: Json, found: list[int]) -> Iterator[str]:
        first = place["first_seq"]
        for seq in [*found, place["last_seq"] + 1]:
            if first < seq:
                gap = {"batch_no": place["batch_no"], "first_seq": first, "last_seq": seq - 1}
                self.centre.call_until_answered("/v1/not-found", {"places": [gap]})
                yield f"not found: {gap}"
            first = seq + 1

    def _heartbeat(self) -> Json:
        disk = shutil.disk_usage(self.folder)
        unsent = sum(status not in (SETTLED, UNPAID) for status in self.journal.status.values())
        answer: Json = self.centre.call_until_answered(
            "/v1/heartbeat",
            {
                "sent_at_us": time.time_ns() // 1000,
                "batch_no": self.centre.keys["batch_no"],
                "last_seq": self.journal.last_seq,
                "unsent": unsent,
                "storage_pct": 100 * disk.used // disk.total,
                "firmware": FIRMWARE,
                "faults": [],
                "blacklist_version": self.blacklist.get("version", 0),
                "parameters_version": self.parameters.get("version", 0),
            },
        )
        kept = {name: answer[name] for name in ("clock_offset_us", "is_disabled")}
        self.centre.note(in_touch_at_us=answer["time_us"], **kept)
        return answer

    def _load_parameters(self) -> str:
        self.parameters = self.centre.call_until_answered("/v1/parameters")
        save(self.folder / "parameters.json", self.parameters)
        try:
            self.centre.call_until_answered("/v1/parameters/applied", {"version": self.parameters["version"]})
        except Refused as refusal:
            if refusal.code != "CONFLICT":
                raise
            return self._load_parameters()  # another version holds by now
        return f"parameters {self.parameters['version']}"

    def _load_blacklist(self) -> str:
        """§8: the changes since ours; in full when there is none, when the centre doesn't know ours, or when it has drifted."""
        for is_full in (False, True, True) if self.blacklist else (True, True):
            try:
                page, cards = self._read_blacklist(is_full)
            except Refused as refusal:
                if refusal.code != "CONFLICT":
                    raise
                continue
            if (len(cards), checksum(cards)) == (page["count"], page["checksum"]):
                self.blacklist = {"version": page["version"], "cards": sorted(cards)}
                save(self.folder / "blacklist.json", self.blacklist)
                return f"blacklist {page['version']}: {len(cards)} cards"
        return "the blacklist does not match its checksum: the one before stays in use"

    def _read_blacklist(self, is_full: bool) -> tuple[Json, set[int]]:
        cards = set() if is_full else set(self.blacklist["cards"])
        place = "" if is_full else f"&since={self.blacklist['version']}"
        while True:
            page = self.centre.call_until_answered(f"/v1/blacklist?limit=10000{place}")
            cards = (cards | set(page["added"])) - set(page["removed"])
            if not page["has_more"]:
                return page, cards
            place = f"&version={page['version']}&after={page['added'][-1]}" if is_full else f"&since={page['version']}"


def run(terminal: Terminal, command: str, words: list[str], is_offline: bool, asks_pin: bool) -> Iterator[str]:
    if command == "enrol":
        yield terminal.enrol(*words)
    elif not terminal.centre.keys:
        raise NotSold("enrol first")
    elif command == "sync":
        yield from terminal.sync()
    else:
        card_no, amount_fen = map(int, words)
        if card_no < 0 or amount_fen < 1:
            raise NotSold("no such card number or amount")
        pin = getpass.getpass("PIN: ") if asks_pin else ""
        yield terminal.sell_offline(card_no, amount_fen) if is_offline else terminal.sell(card_no, amount_fen, pin)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centre", required=True)
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("command", choices=("enrol", "sell", "sync"))
    parser.add_argument("words", nargs="*", metavar="TERMINAL CODE | CARD FEN")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--pin", action="store_true", help="asks for the holder's PIN")
    given = parser.parse_args()
    if len(given.words) != (0 if given.command == "sync" else 2):
        parser.error("enrol TERMINAL CODE | sell CARD FEN | sync")
    try:
        for line in run(Terminal(given.centre, given.folder), given.command, given.words, given.offline, given.pin):
            print(line)
    except (NotSold, Refused, NoAnswer) as trouble:
        print(f"{type(trouble).__name__}: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
