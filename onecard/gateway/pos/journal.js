/**
 * The journal (流水) and what else the device keeps, in IndexedDB. A promise that has come true means: on the disk.
 *
 * A record's row: `terminal`, `batch_no`, `seq` (together its key), `card_no` (text), `amount_fen`, `occurred_at_us`, `sent` (its
 * text as it is sent), `standing`, `outcome` (what the centre said last, or "").
 */

export const Standing = Object.freeze({
  ASKED: "ASKED", // asked online, no answer yet
  PAID: "PAID", // approved online
  DECLINED: "DECLINED", // declined online
  REVERSING: "REVERSING", // given up: its reversal is to be sent
  REVERSED: "REVERSED", // reversed, or never booked
  SOLD: "SOLD", // sold offline, not yet collected
  COLLECTED: "COLLECTED", // safe with the centre
});
const { ASKED, PAID, REVERSING, SOLD, COLLECTED } = Standing;
const UNSENT = [ASKED, REVERSING, SOLD];

/** Whether the customer paid. */
export const tookMoney = (row) => [PAID, SOLD, COLLECTED].includes(row.standing);
/** Whether the centre still has to hear of it. */
export const isUnsent = (row) => UNSENT.includes(row.standing);

const STRICT = { durability: "strict" };

export class Journal {
  #db;

  constructor(db) {
    this.#db = db;
  }

  static async open(name = "onecard-pos") {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("kept");
      const journal = opening.result.createObjectStore("journal", { keyPath: ["terminal", "batch_no", "seq"] });
      journal.createIndex("standing", "standing");
    };
    return new Journal(await answerOf(opening));
  }

  // Keys, parameters, blacklist: values by name.

  async kept(name) {
    return (await answerOf(this.#read("kept").get(name))) ?? null;
  }

  /** Keep all of these values, or none of them. */
  async keep(values) {
    await this.#write("kept", (store) => {
      for (const [name, value] of Object.entries(values)) store.put(value, name);
    });
  }

  // Records.

  /** Write a new record down; refused when its number is taken, whoever took it. */
  async add(row) {
    await this.#write("journal", (store) => store.add(row));
  }

  /** Write down where the record stands now. */
  async mark(row, standing, outcome = "") {
    const marked = { ...row, standing, outcome };
    await this.#write("journal", (store) => store.put(marked));
    Object.assign(row, marked);
  }

  /** Write down the record's text as it is sent from now on. */
  async signAnew(row, sent) {
    await this.#write("journal", (store) => store.put({ ...row, sent }));
    row.sent = sent;
  }

  async record(terminal, batch_no, seq) {
    return (await answerOf(this.#read("journal").get([terminal, batch_no, seq]))) ?? null;
  }

  /** The last number given in the batch, 0 for none. */
  async lastSeq(terminal, batch_no) {
    const [last] = await this.#newest([terminal, batch_no], () => true, 1);
    return last?.seq ?? 0;
  }

  /** The highest batch that this device ever wrote for the terminal, 0 for none. */
  async lastBatch(terminal) {
    const [last] = await this.#newest([terminal], () => true, 1);
    return last?.batch_no ?? 0;
  }

  /** The newest records of the terminal, newest first. */
  newest(terminal, most) {
    return this.#newest([terminal], () => true, most);
  }

  /** The records since a moment, newest first. */
  since(terminal, us) {
    return this.#newest([terminal], (row) => row.occurred_at_us >= us, Infinity);
  }

  /** All that the centre still has to hear of, of every terminal that this device was; read at one moment, in order of numbers. */
  async unsent() {
    const index = this.#read("journal").index("standing");
    const found = await Promise.all(UNSENT.map((standing) => answerOf(index.getAll(standing))));
    return found.flat().sort((one, other) => one.batch_no - other.batch_no || one.seq - other.seq);
  }

  async countUnsent() {
    const index = this.#read("journal").index("standing");
    const counts = await Promise.all(UNSENT.map((standing) => answerOf(index.count(standing))));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Drop what was sent and is older than this moment; the newest record stays, for the numbers go on from it. */
  async prune(before_us) {
    const transaction = this.#db.transaction("journal", "readwrite", STRICT);
    const cursor = transaction.objectStore("journal").openCursor(null, "prev");
    const batches = new Set();
    cursor.onsuccess = () => {
      const at = cursor.result;
      if (!at) return;
      const batch = `${at.value.terminal}/${at.value.batch_no}`;
      if (batches.has(batch) && !isUnsent(at.value) && at.value.occurred_at_us < before_us) at.delete();
      batches.add(batch);
      at.continue();
    };
    await completed(transaction);
  }

  #read(store) {
    return this.#db.transaction(store).objectStore(store);
  }

  async #write(store, change) {
    const transaction = this.#db.transaction(store, "readwrite", STRICT);
    change(transaction.objectStore(store));
    await completed(transaction);
  }

  #newest(prefix, wanted, most) {
    const range = IDBKeyRange.bound(prefix, [...prefix, []]);
    const cursor = this.#read("journal").openCursor(range, "prev");
    const rows = [];
    return new Promise((resolve, reject) => {
      cursor.onerror = () => reject(cursor.error);
      cursor.onsuccess = () => {
        const at = cursor.result;
        if (!at || rows.length >= most || !wanted(at.value)) return resolve(rows);
        rows.push(at.value);
        at.continue();
      };
    });
  }
}

function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the journal could not be written"));
  });
}
