// Names what the theme leaves nameless for screen readers: its search dialog and the copy buttons' landmarks.
const name = () => {
  const search = document.querySelector("[data-md-component=search]");
  const input = search && search.querySelector("input");
  if (input) search.setAttribute("aria-label", input.getAttribute("aria-label"));
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((nav, index) => {
    const button = nav.querySelector("button");
    nav.setAttribute("aria-label", `${button ? button.title : "Code"} ${index + 1}`);
  });
};
name();
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
// The switch leads to the same section: the ids of headings are the same in both languages.
const keepAnchor = () => {
  document.querySelectorAll("a.eventure-language").forEach((link) => { link.hash = location.hash; });
};
keepAnchor();
addEventListener("hashchange", keepAnchor);
// A table that is wider than the screen scrolls with the arrow keys too (WCAG 2.1.1).
const reachable = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  else target.removeAttribute("tabindex");
}));
const reach = () => document.querySelectorAll(".md-typeset__scrollwrap").forEach((table) => reachable.observe(table));
reach();
new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
