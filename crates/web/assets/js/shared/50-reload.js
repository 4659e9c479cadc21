// While pages are being written (`cargo xtask dev`): reload when another process answers.
(() => {
  if (document.documentElement.dataset.reloads === undefined) return;
  let first;
  setInterval(async () => {
    try {
      const answer = await fetch('/livez', { cache: 'no-store' });
      const process = answer.headers.get('x-process');
      first ??= process;
      if (process !== first) location.reload();
    } catch {
      // The next process is on its way.
    }
  }, 500);
})();
