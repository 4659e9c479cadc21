// The section in view is marked in the sticky navigation, which scrolls itself to show it.
addEventListener("DOMContentLoaded", () => {
  for (const nav of document.querySelectorAll("[data-spy]")) {
    const links = [...nav.querySelectorAll("a[href^='#']")];
    const byId = new Map(links.map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const inView = new Set();
    const mark = () => {
      const current = [...byId.keys()].find((id) => inView.has(id));
      if (!current) return;
      for (const [id, link] of byId) {
        if (id !== current) { link.removeAttribute("aria-current"); continue; }
        if (link.hasAttribute("aria-current")) continue;
        link.setAttribute("aria-current", "true");
        const row = link.closest("ul");
        row.scrollTo({ left: link.offsetLeft - row.clientWidth / 3, behavior: "auto" });
      }
    };
    const watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) entry.isIntersecting ? inView.add(entry.target.id) : inView.delete(entry.target.id);
      mark();
    }, { rootMargin: "-120px 0px -55% 0px" });
    for (const id of byId.keys()) {
      const section = document.getElementById(id);
      if (section) watcher.observe(section);
    }
  }
});
