// Opens the till without a line: keeps its empty screen and the files that this needs, and no page that anybody looked at.
const CACHE = "till:{{ merchant.slug }}";
const SHELL = "{% url "till-shell" merchant.slug %}";
const isFile = ({ origin, pathname }) => origin === location.origin && /^\/(static|theme|logo)\//.test(pathname);

const forget = () => caches.delete(CACHE);

async function keep(files) {
  const shell = await fetch(SHELL);
  if (shell.redirected || !shell.ok) return forget(); // nobody is at this till any more
  const cache = await caches.open(CACHE);
  await cache.put(SHELL, shell);
  await cache.addAll(files);
  const wanted = new Set([new URL(SHELL, location).href, ...files]);
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
}

async function kept(what) {
  const cache = await caches.open(CACHE);
  return (await cache.match(what)) ?? Response.error();
}

addEventListener("message", (event) => {
  event.waitUntil("files" in event.data ? keep(event.data.files) : forget());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(SHELL)));
  else if (isFile(new URL(request.url))) event.respondWith(fetch(request).catch(() => kept(request.url)));
});
