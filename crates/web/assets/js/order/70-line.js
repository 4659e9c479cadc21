// The tracking page says when its connection is gone, and since when what it shows is old.
const GONE_AFTER = 5000;
let goneSince = 0;
let heardAt = Date.now();

const place = () => document.getElementById("order-lost");
const following = () => document.getElementById("order-live");
const gone = () => { if (following()) goneSince ||= Date.now(); };
const back = () => {
  goneSince = 0;
  heardAt = Date.now();
  if (place()) place().hidden = true;
};
const look = () => {
  const notice = place();
  if (!notice) return;
  if (!following()) { notice.hidden = true; return; }
  if (!goneSince || Date.now() - goneSince < GONE_AFTER || !notice.hidden) return;
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: notice.dataset.zone });
  notice.querySelector("[data-heard]").textContent = time.format(heardAt);
  notice.hidden = false;
};

for (const name of ["htmx:sse:error", "htmx:sse:close"]) document.addEventListener(name, gone);
for (const name of ["htmx:sse:after:connection", "htmx:sse:after:message"]) document.addEventListener(name, back);
addEventListener("offline", gone);
// If the stream has ended meanwhile, it says so itself.
addEventListener("online", back);
addEventListener("DOMContentLoaded", () => { if (place()) setInterval(look, 1000); });
