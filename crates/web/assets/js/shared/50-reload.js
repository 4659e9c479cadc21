// While pages are being written (`cargo xtask dev`): reload when another process answers, or with
// other assets.
(() => {
  if (document.documentElement.dataset.reloads === undefined) return;
  let first;
  setInterval(async () => {
    try {
      const answer = await fetch('/livez', { cache: 'no-store' });
      const version = answer.headers.get('x-version');
      first ??= version;
      if (version !== first) location.reload();
    } catch {
      // The next process is on its way.
    }
  }, 500);
})();
