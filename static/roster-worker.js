/* Serves the roster's page where there is no network: one page without a name in it, and the files it needs.
   Names and marks are kept by the page itself, for the account they belong to. */
"use strict";
var CACHE = "reading-roster", SHELL = "/events/roster-shell", PATIENCE_MS = 6000;
var ROSTER = /^\/events\/[0-9a-f-]{36}\/roster$/;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

/* A page that came from the network says what it needs: {keep: [addresses]}; answered once it is here. */
self.addEventListener("message", function (event) {
  var port = event.ports[0];
  event.waitUntil(keep(event.data.keep || []).then(function () {
    if (port) { port.postMessage("kept"); }
  }).catch(function () {}));
});

/* The page's files are those it names itself: since the page that asks was opened, they may have changed. It is
   kept after them, so that what is kept is always whole. */
async function keep(addresses) {
  var cache = await caches.open(CACHE), shell = await got(SHELL), text = await shell.clone().text();
  var wanted = new Set(addresses.concat(text.match(/\/static\/[^"'&<>\s]+/g) || []));
  wanted.delete(SHELL);
  await Promise.all(Array.from(wanted).map(async function (address) {
    // A file's address changes with its content.
    if (!await cache.match(address)) { await cache.put(address, await got(address)); }
  }));
  await cache.put(SHELL, shell);
  wanted.add(SHELL);
  var held = await cache.keys();
  await Promise.all(held.map(function (request) {
    var url = new URL(request.url);
    return wanted.has(url.pathname + url.search) ? null : cache.delete(request);
  }));
}

async function got(address) {
  var answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) { throw new Error(address); }
  return answer;
}

self.addEventListener("fetch", function (event) {
  var url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate" && ROSTER.test(url.pathname)) {
    event.respondWith(page(event.request));
  } else if (url.pathname.indexOf("/static/") === 0) {
    event.respondWith(file(event.request));
  }
});

async function page(request) {
  var slow = new Promise(function (resolve) { setTimeout(resolve, PATIENCE_MS); });
  var asked = fetch(request).catch(function () { return null; });
  var answer = await Promise.race([asked, slow]);
  if (answer && answer.status < 500) { return answer; }
  var cache = await caches.open(CACHE);
  return await cache.match(SHELL) || await asked || Response.error();
}

async function file(request) {
  var cache = await caches.open(CACHE);
  return await cache.match(request) || fetch(request);
}
