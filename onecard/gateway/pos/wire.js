/** JSON as the protocol writes it: whole numbers of 64 bits, of which JavaScript holds the larger ones only as text. */

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d{16,}/g;

/** What the text says; numbers that a Number cannot hold exactly become decimal text. */
export function parse(text) {
  const isExact = (token) => token[0] === '"' || Number.isSafeInteger(Number(token));
  return JSON.parse(text.replace(TOKEN, (token) => (isExact(token) ? token : `"${token}"`)));
}

/** A record as it is sent, each time byte for byte the same. `card_no` is decimal text of any 64-bit number. */
export function recordText({ batch_no, seq, card_no, amount_fen, occurred_at_us, blacklist_version, mac }) {
  const version = blacklist_version === undefined ? "" : `"blacklist_version":${blacklist_version},`;
  return (
    `{"batch_no":${batch_no},"seq":${seq},"card_no":${card_no},"amount_fen":${amount_fen},` +
    `"occurred_at_us":${occurred_at_us},${version}"mac":"${mac}"}`
  );
}

/** The record's text with the PIN that goes along once and is kept nowhere. */
export function withPin(text, pin) {
  return pin === null ? text : `${text.slice(0, -1)},"pin":"${pin}"}`;
}
