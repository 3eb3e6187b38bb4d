// Search (tìm): what is typed against every way in which an entry is asked for, all folded: small letters, no marks.
"use strict";

const Folding = {
  fold: (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d"),
  words: (text) => Folding.fold(text).replace(/\b(h|k|l|m|s|t|qu)i\b/g, "$1y").match(/\d+(?:\.\d+)+|\d+|[a-z]+/g) || [],
};

class Search {
  static TITLE = 1.4;
  static BODY = 0.45;
  static SPREAD = 0.5; // words found anywhere in the entry, in whatever passage
  static PRECISION = 0.3; // a phrasing that says nothing else counts more
  static LIGHT = 0.4; // a word such as "cần" or "gì" says little about what is asked
  static UNFINISHED = 0.85; // a word of which the beginning is typed
  static SLIP = 0.7;
  static PAIR = 0.5;
  static EXACT = 1;
  static MOST_READINGS = 3;
  static MOST_VARIANTS = 12;
  static MOST_ENDINGS = 40;
  static REFINED = 40;
  static ENOUGH = 0.5; // of the best score; what is further off is not shown

  // `book` is the data of the page; the index takes a moment, so make this when it is first needed.
  constructor(book) {
    this.book = book;
    this.passages = [];
    this.ofEntry = [];
    this.known = new Map();
    book.entries.forEach((entry, number) => this._add(entry, number));
    this.vocabulary = [...this.known.keys()].sort();
    this._weigh(new Set(book.light));
  }

  // Entries for what is typed, best first: [{entry, score}].
  find(typed, most = 20) {
    const words = Folding.words(typed);
    const unfinished = /[^\s?.!,;]$/.test(typed);
    const best = new Map();
    for (const variant of this._variants(words)) {
      for (const [number, score] of this._scores(variant, unfinished)) {
        if (score > (best.get(number) || 0)) best.set(number, score);
      }
    }
    const found = [...best].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, most);
    const enough = found.length ? found[0][1] * Search.ENOUGH : 0;
    return found.filter(([, score]) => score >= enough).map(([number, score]) => ({ entry: this.book.entries[number], score }));
  }

  _add(entry, number) {
    this.ofEntry.push([]);
    const title = Folding.words(`${entry.title} ${entry.procedure || ""}`);
    this._passage(number, title.join(" "), title, Search.TITLE);
    for (const asked of entry.asked) this._passage(number, asked, asked.split(" "));
    const body = [entry.answer, ...entry.sections.map((section) => section.join(" ")), ...entry.sources].join(" ");
    this._passage(number, "", Folding.words(body));
  }

  // A passage of a body has no text: which of its words stand together is not asked.
  _passage(entry, text, words, weight = 1) {
    const place = this.passages.length;
    const facts = [];
    for (const word of words) {
      let known = this.known.get(word);
      if (!known) this.known.set(word, (known = { places: [], holders: 0, latest: -1, rarity: 0 }));
      if (known.places[known.places.length - 1] === place) continue;
      known.places.push(place);
      if (known.latest !== entry) known.holders += 1;
      known.latest = entry;
      if (text) facts.push(known);
    }
    this.passages.push({ entry, text: text && ` ${text} `, facts, weight, mass: 0 });
    this.ofEntry[entry].push(place);
  }

  _weigh(light) {
    const weight = (holders) => Math.log(1 + (this.ofEntry.length - holders + 0.5) / (holders + 0.5));
    for (const [word, known] of this.known) known.rarity = weight(known.holders) * (light.has(word) ? Search.LIGHT : 1);
    for (const passage of this.passages) for (const known of passage.facts) passage.mass += known.rarity;
    this.unseen = weight(0);
  }

  _rarity(word) {
    const known = this.known.get(word);
    return known ? known.rarity : this.unseen;
  }

  // What may be meant: abbreviations spelled out in all their readings.
  _variants(words) {
    let variants = [[]];
    for (const word of words) {
      const spelled = (this.book.abbreviations[word] || []).slice(0, Search.MOST_READINGS).map((reading) => reading.split(" "));
      const readings = [...spelled, [word]];
      variants = variants.flatMap((head) => readings.map((reading) => [...head, ...reading])).slice(0, Search.MOST_VARIANTS);
    }
    return variants.filter((variant) => variant.length);
  }

  _scores(variant, unfinished) {
    const tally = this._tally(variant, unfinished);
    const best = new Map();
    for (const place of tally.sums.keys()) {
      const { entry } = this.passages[place];
      best.set(entry, Math.max(best.get(entry) || 0, this._passageScore(place, tally) + this._spreadScore(entry, tally)));
    }
    const nearest = [...best].sort((one, other) => other[1] - one[1]).slice(0, Search.REFINED);
    return nearest.map(([entry]) => [entry, this._refined(entry, variant, tally)]);
  }

  // What of a question each passage (`sums`) and each entry as a whole (`spread`) has, of `total`.
  _tally(variant, unfinished) {
    const tally = { sums: new Map(), spread: new Map(), total: 0 };
    const last = variant[variant.length - 1];
    for (const word of new Set(variant)) {
      const heard = this._alternatives(word, unfinished && word === last);
      const rarity = heard.length ? Math.max(...heard.map(([other]) => this._rarity(other))) : this._rarity(word);
      tally.total += rarity;
      this._count(heard, rarity, tally);
    }
    return tally;
  }

  _count(heard, rarity, { sums, spread }) {
    const counted = new Set();
    const met = new Set();
    for (const [word, weight] of heard) {
      const worth = weight * Math.min(rarity, this._rarity(word));
      for (const place of this.known.get(word).places) {
        if (counted.has(place)) continue;
        counted.add(place);
        sums.set(place, (sums.get(place) || 0) + worth);
        const { entry } = this.passages[place];
        if (!met.has(entry)) spread.set(entry, (spread.get(entry) || 0) + worth);
        met.add(entry);
      }
    }
  }

  _passageScore(place, { sums, total }) {
    const { text, weight, mass } = this.passages[place];
    const sum = sums.get(place);
    if (!text) return (sum / total) * Search.BODY;
    return weight * (sum / total) * (1 - Search.PRECISION + Search.PRECISION * Math.min(1, sum / mass));
  }

  _spreadScore(entry, { spread, total }) {
    return (Search.SPREAD * spread.get(entry)) / total;
  }

  // Words next to each other count as well, and a question asked in the very same words most of all.
  _refined(entry, variant, tally) {
    const pairs = variant.slice(1).map((word, at) => [` ${variant[at]} ${word} `, this._rarity(variant[at]) + this._rarity(word)]);
    const most = pairs.reduce((sum, [, weight]) => sum + weight, 0) || 1;
    const whole = ` ${variant.join(" ")} `;
    const scores = this.ofEntry[entry].filter((place) => tally.sums.has(place)).map((place) => {
      const { text } = this.passages[place];
      const adjacent = pairs.reduce((found, [pair, weight]) => found + (text.includes(pair) ? weight : 0), 0) / most;
      return this._passageScore(place, tally) + Search.PAIR * adjacent + (text === whole ? Search.EXACT : 0);
    });
    return Math.max(...scores) + this._spreadScore(entry, tally);
  }

  // Words of the book that a typed word may stand for: [word, how sure], the surest first.
  _alternatives(word, unfinished) {
    const known = this.known.has(word) ? [[word, 1]] : [];
    const longer = unfinished && word.length > 1 ? this._beginningWith(word).filter((other) => other !== word) : [];
    const found = [...known, ...longer.map((other) => [other, Search.UNFINISHED])];
    if (found.length || word.length < 3 || /\d/.test(word)) return found;
    return this.vocabulary.filter((other) => oneSlipApart(word, other)).map((other) => [other, Search.SLIP]);
  }

  _beginningWith(word) {
    let low = 0;
    let high = this.vocabulary.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.vocabulary[middle] < word) low = middle + 1;
      else high = middle;
    }
    const found = [];
    while (low < this.vocabulary.length && this.vocabulary[low].startsWith(word) && found.length < Search.MOST_ENDINGS) found.push(this.vocabulary[low++]);
    return found;
  }
}

// Whether two words differ by one letter more, less or other, or by two neighbours that changed places.
function oneSlipApart(one, other) {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
