// Russian words are searched by their stems: "запросов" finds "запросы". The theme appends "*" to each
// word of a query, and lunr sends words with a wildcard past its stemmer; so an ending is cut here, where the
// question goes to the search worker (message type 2). The endings are those of nouns and adjectives.
const ENDINGS = /(?:иями|ями|ами|иях|ях|ах|ией|иям|ием|ого|ему|ому|ыми|ими|ые|ие|ый|ий|ой|ая|яя|ое|ее|ую|юю|ых|их|ым|им|ом|ем|ам|ям|ов|ев|ей|ия|ии|ию|а|я|о|е|ы|и|у|ю|ь|й)$/;
const stem = (word) => (word.length < 5 ? word : word.replace(ENDINGS, (ending, at) => (at < 3 ? ending : "")));
const russianStems = (query) => query.replace(/[а-яё]+/gi, stem);

const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
  const isQuery = message && message.type === 2 && typeof message.data === "string";
  return post.call(this, isQuery ? { ...message, data: russianStems(message.data) } : message, ...rest);
};
