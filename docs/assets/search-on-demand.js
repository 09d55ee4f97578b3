// The search index has more than a megabyte, and the theme requests it on every page. Here the request waits
// until somebody opens the search: a field with the focus, the button of a phone, or an address with a query.
(() => {
  const INDEX = /\/search\/search_index\.json$/;
  const waiting = [];
  const { open, send } = XMLHttpRequest.prototype;
  const query = new URLSearchParams(location.search);
  let isOpened = query.has("q") || query.has("h");
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    this.isSearchIndex = INDEX.test(address);
    return open.call(this, method, address, ...rest);
  };
  XMLHttpRequest.prototype.send = function (...body) {
    if (isOpened || !this.isSearchIndex) return send.apply(this, body);
    waiting.push(this);
    return undefined;
  };
  const release = ({ target }) => {
    if (isOpened || !target.closest?.("[data-md-component=search], [data-md-toggle=search]")) return;
    isOpened = true;
    waiting.splice(0).forEach((request) => send.call(request));
  };
  ["focusin", "change", "pointerdown"].forEach((type) => document.addEventListener(type, release));
})();
