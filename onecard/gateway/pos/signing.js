/** Keys, MACs, signatures and checksums of protocol v1 (docs/terminal-protocol.md §2 to §4 and §8), by WebCrypto. */

const ABSENT = -1;
const DIGESTS_AT_ONCE = 1_000;
const subtle = crypto.subtle;

export const ED25519 = "ed25519";
export const HMAC_SHA256 = "hmac-sha256";

export function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function bytesOf(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A key that signs here and never leaves the browser. */
export function hmacKey(raw) {
  return subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** What a device enrols with: a pair of its own, or, in a browser without Ed25519, the scheme for which the centre makes the key. */
export async function newKeys() {
  try {
    const pair = await subtle.generateKey(ED25519, false, ["sign", "verify"]);
    return { scheme: ED25519, key: pair.privateKey, public_key: hex(await subtle.exportKey("raw", pair.publicKey)) };
  } catch (problem) {
    if (problem.name !== "NotSupportedError") throw problem;
    return { scheme: HMAC_SHA256, key: null, public_key: null };
  }
}

export function sessionText({ terminal, challenge, sent_at_us }) {
  return `onecard/1 session\n${terminal}\n${challenge}\n${sent_at_us}\n`;
}

export function rollText({ terminal, public_key }) {
  return `onecard/1 roll\n${terminal}\n${public_key}\n`;
}

/** The signature in hexadecimal, by whichever key this is. */
export async function sign(text, key) {
  return hex(await subtle.sign(key.algorithm.name, key, new TextEncoder().encode(text)));
}

/** The record's MAC in hexadecimal. Numbers may be Number, BigInt or decimal text; what a record doesn't have is absent. */
export async function recordMac(record, key) {
  const { batch_no, seq, card_no, amount_fen, occurred_at_us, blacklist_version = ABSENT } = record;
  const numbers = [batch_no, seq, card_no, amount_fen, occurred_at_us, blacklist_version, ABSENT, ABSENT, ABSENT, ABSENT];
  return hex(await subtle.sign("HMAC", key, int64s(numbers))).slice(0, 32);
}

/** The checksum of a set of card numbers: first 8 bytes of each one's SHA-256, XORed, as 16 hexadecimal digits. */
export function blacklistChecksum(cards) {
  return checksum([...cards].map((card_no) => [card_no]));
}

/** The same of what cards may spend: number and allowance. */
export function allowanceChecksum(allowances) {
  return checksum([...allowances]);
}

async function checksum(all) {
  let sum = 0n;
  for (let first = 0; first < all.length; first += DIGESTS_AT_ONCE) {
    const part = all.slice(first, first + DIGESTS_AT_ONCE);
    const digests = await Promise.all(part.map((numbers) => subtle.digest("SHA-256", int64s(numbers))));
    for (const digest of digests) sum ^= new DataView(digest).getBigUint64(0);
  }
  return sum.toString(16).padStart(16, "0");
}

function int64s(numbers) {
  const view = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((number, at) => view.setBigInt64(8 * at, BigInt(number)));
  return view.buffer;
}
