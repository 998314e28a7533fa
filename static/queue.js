/* Marks of a roster, kept on this phone until the server has them. One event a page:

     readingQueue.add(mark, personId) → Promise of the mark as kept (rejects when it could not be kept)
       mark: {resident | guest + name | card, status, reason?} or {heads: 42}; id and happened_at are filled in.
       ``personId``: the resident a card is of, where the roster knows.
     readingQueue.rosterFor(eventId) → Promise of the roster with the phone's own marks in it, or null:
       {event, people: [{id, name, home, keys, why, status, since, heads, card: {code, qr: its last characters}, mine, pending}],
        guests: [{id, name, waiting, status, since, heads, mine, pending}], counts, headcount, downloaded_at}
     readingQueue.items → this account's marks that wait or were refused; .dismiss(id) takes a refused one away
     readingQueue.state → {signIn, trouble, offline: null before the first answer}; .onchange(function) is called after every change
     readingQueue.load(eventId, address) gets the roster afresh; readingQueue.send() sends what waits

   A mark leaves the phone only when the server answered that it has it. Nothing is shown to, or sent for, any
   account but the one that is signed in here: everything is kept under the account's tag (a cookie). */
(function () {
  "use strict";
  var store = window.readingStore, view = window.readingView;
  var BATCH = 50, MOST_SEEN = 50, ANSWER_MS = 20000, KEPT_MS = 24 * 3600 * 1000;
  var tag = cookie("account"), listeners = [], rosters = [], counter = 0;
  var token = null, sending = null, more = false, page = null;
  var told = window.BroadcastChannel ? new BroadcastChannel("reading-roster") : null;
  var isSettled = false, settle;
  // Until the roster was asked for once, nobody knows what a mark replaces; until then nothing is sent.
  var settled = new Promise(function (resolve) { settle = resolve; });

  function cookie(name) {
    var found = document.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
    return found ? found[1] : "";
  }

  function newId() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  var queue = {
    items: [], state: { signIn: false, trouble: "", offline: null }, tag: tag,
    add: add, rosterFor: rosterFor, dismiss: dismiss, load: load, send: send, newId: newId,
    onchange: function (listener) { listeners.push(listener); },
    isMine: function () { return cookie("account") === tag; }
  };
  window.readingQueue = queue;

  function changed(isOwn) {
    count();
    listeners.forEach(function (listener) { listener(); });
    if (isOwn && told) { told.postMessage("changed"); }
  }

  function waiting() { return queue.items.filter(function (one) { return one.state === "waiting"; }); }

  /* Signing out asks first while marks wait; it learns of them by this cookie: how many, whose, of which event. */
  function count() {
    var all = waiting(), own = cookie("unsent").split(".")[1] === tag;
    if (!store.lasting || (!all.length && !own)) { return; }
    store.tell("unsent", all.length ? [all.length, tag, all[0].event].join(".") : "", all.length ? 31536000 : 0);
  }

  function refresh() {
    return store.read("queue").then(function (kept) {
      var unsaved = queue.items.filter(function (one) { return one.unsaved; });
      queue.items = kept.filter(function (one) { return one.tag === tag; }).concat(unsaved);
      queue.items.sort(function (one, other) { return one.turn - other.turn; });
    });
  }

  var ready = store.ready.then(function () { return store.read("rosters"); }).then(function (kept) {
    rosters = kept.filter(function (one) { return one.tag === tag; });
    return refresh().then(function () { return forget(kept); });
  }).then(function () { changed(false); });

  /* A roster leaves the phone a day after its event, once nothing of it waits. */
  function forget(kept) {
    return store.read("queue").then(function (marks) {
      var over = kept.filter(function (one) {
        var waits = marks.some(function (mark) { return mark.event === one.event && mark.tag === one.tag; });
        return !waits && Date.now() + one.offset * 1000 > Date.parse(one.data.event.ends_at) + KEPT_MS;
      });
      rosters = rosters.filter(function (one) { return over.indexOf(one) < 0; });
      return over.length ? store.write(null, { rosters: over }) : null;
    });
  }

  function rosterOf(event) { return rosters.find(function (one) { return one.event === event; }); }

  function rosterFor(event) {
    return ready.then(function () {
      var row = rosterOf(event);
      return row && queue.isMine() ? view.withMarks(row, queue.items) : null;
    });
  }

  function add(mark, personId) {
    return ready.then(function () {
      if (!queue.isMine()) { throw new Error(""); }
      var event = mark.event || page, row = rosterOf(event);
      var item = { id: mark.id || newId(), tag: tag, event: event, state: "waiting", turn: Date.now() * 1000 + counter++ };
      item.mark = Object.assign({}, mark, { id: item.id, happened_at: mark.happened_at || new Date().toISOString() });
      delete item.mark.event;
      if (!mark.guest) { delete item.mark.name; }
      item.person = view.personOf(item.mark, personId);
      item.name = mark.name || view.nameOf(row, item.person) || mark.card || "";
      if (row) {
        item.mark.clock_offset = row.offset;
        item.mark.downloaded_at = row.downloaded_at;
      }
      if (isSettled) { see(item); }
      item.unsaved = true;
      queue.items.push(item);
      changed(false);
      return store.write({ queue: [saved(item)] }).then(function () {
        delete item.unsaved;
        changed(true);
        send();
        return item;
      }, function (error) {
        // The phone is full. What it cannot keep it can still send.
        item.failed = true;
        return send().then(function () { if (item.dropped) { throw error; } return item; });
      });
    });
  }

  function saved(item) {
    var copy = Object.assign({}, item);
    delete copy.unsaved;
    return copy;
  }

  /* Note what the mark replaces: what this phone knows to stand, its own marks included. */
  function see(item) {
    if (item.mark.heads !== undefined || item.mark.seen !== undefined) { return; }
    var row = rosterOf(item.event);
    if (!row && item.person) { return; }
    item.mark.seen = item.person ? view.heads(row, queue.items, item).slice(-MOST_SEEN) : [];
  }

  function dismiss(id) {
    var gone = queue.items.filter(function (one) { return one.id === id && one.state !== "waiting"; });
    queue.items = queue.items.filter(function (one) { return gone.indexOf(one) < 0; });
    return store.write(null, { queue: gone }).then(function () { changed(true); });
  }

  function ask(address, options) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, ANSWER_MS);
    var headers = Object.assign({ "Accept": "application/json" }, options && options.headers);
    var all = Object.assign({ credentials: "same-origin", signal: stop.signal }, options, { headers: headers });
    return fetch(address, all).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (body) {
        clearTimeout(timer);
        queue.state.offline = false;
        return { status: answer.status, body: body };
      });
    }).catch(function (error) {
      clearTimeout(timer);
      queue.state.offline = true;
      throw error;
    });
  }

  /* Get the roster afresh; never while marks are on their way, whose answers are newer. */
  function load(event, address) {
    page = event;
    return ready.then(function () { return isSettled ? sending : null; }).then(function () {
      var began = Date.now();
      return ask(address).then(function (answer) {
        queue.state.signIn = answer.status === 401;
        if (answer.status !== 200 || answer.body.account !== tag) { return null; }
        var middle = (began + Date.now()) / 2, data = answer.body, now = data.server_now;
        return keepRoster({ tag: tag, event: event, data: data, downloaded_at: now,
          offset: Math.round((Date.parse(now) - middle) / 1000), got: Date.now() });
      }).catch(function () { return null; });
    }).then(function (row) {
      if (!isSettled) {
        isSettled = true;
        waiting().forEach(see);
        settle();
      }
      changed(false);
      return row;
    });
  }

  function keepRoster(row) {
    rosters = rosters.filter(function (one) { return one.event !== row.event; }).concat(row);
    // Signing out takes them off the phone; it learns of them by this cookie.
    store.tell("rosters", "1", 172800);
    return store.write({ rosters: [row] }).then(function () { return row; }, function () { return row; });
  }

  function send() {
    if (sending) {
      more = true;
      return sending;
    }
    sending = settled.then(function () {
      return navigator.locks ? navigator.locks.request("reading-roster", flush) : flush();
    }).catch(function () {}).then(function () {
      sending = null;
      dropUnsent();
      changed(false);
      if (more) {
        more = false;
        return send();
      }
      return null;
    });
    return sending;
  }

  /* What could be neither kept to last nor sent is let go, and the page says so. */
  function dropUnsent() {
    var lost = waiting().filter(function (one) { return !store.lasting || one.failed; });
    if (!lost.length) { return; }
    more = more && store.lasting;
    lost.forEach(function (one) { one.dropped = true; });
    queue.items = queue.items.filter(function (one) { return !one.dropped; });
    store.write(null, { queue: lost });
    queue.state.lost = lost.filter(function (one) { return !one.failed; }).map(function (one) { return one.name; });
  }

  /* What one event's roster is told no about holds up no other event's marks. */
  async function flush() {
    var stuck = [], isOpen = function (one) { return stuck.indexOf(one.event) < 0; };
    await refresh();
    queue.state.trouble = "";
    for (var all = waiting(); all.length && queue.isMine(); all = waiting().filter(isOpen)) {
      var event = all[0].event;
      var batch = all.filter(function (one) { return one.event === event; }).slice(0, BATCH);
      var answer = await post(event, batch, true);
      if (queue.state.signIn) { return; }
      if (answer && await take(event, batch, answer)) { changed(true); } else { stuck.push(event); }
    }
  }

  async function post(event, batch, mayRetry) {
    if (!token) {
      var fresh = await ask("/csrf-token");
      queue.state.signIn = fresh.status === 401;
      token = fresh.body.token || null;
      if (!token) { return null; }
    }
    var marks = batch.filter(function (one) { return one.mark.heads === undefined; });
    var heads = batch.filter(function (one) { return one.mark.heads !== undefined; });
    var body = { account: tag, marks: marks.map(function (one) { return one.mark; }), headcounts: heads.map(view.headsSent) };
    var answer = await ask("/events/" + event + "/attendance", { method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token } });
    queue.state.signIn = answer.status === 401;
    if (answer.status === 401 || answer.status === 400) {
      token = null;
      return answer.status === 400 && mayRetry ? post(event, batch, false) : null;
    }
    if (!answer.body.marks) { queue.state.trouble = answer.body.error || queue.state.trouble; }
    return answer.body.marks ? answer.body : null;
  }

  /* Let go what the server has, keep what it refused for a person to see, and note how people stand now. */
  async function take(event, batch, answer) {
    var byId = {}, row = rosterOf(event), gone = [], kept = [];
    answer.marks.concat(answer.headcounts).forEach(function (one) { byId[one.id] = one; });
    batch.forEach(function (item) {
      var one = byId[item.id];
      if (!one) { return; }
      if (one.result === "stored" || one.result === "duplicate") {
        gone.push(item);
        return;
      }
      Object.assign(item, { state: "refused", why: one.why || "", code: one.code || "" });
      kept.push(item);
      // What was to replace a refused mark replaces what that one was to replace.
      waiting().forEach(function (later) {
        if (view.inherit(later, item)) { kept.push(later); }
      });
    });
    queue.items = queue.items.filter(function (item) { return gone.indexOf(item) < 0; });
    if (row) { view.learn(row, answer); }
    await store.write({ queue: kept.map(saved), rosters: row ? [row] : [] }, { queue: gone }).catch(function () {
      return store.write(null, { queue: gone });
    });
    return gone.length + kept.length > 0;
  }
  store.onlost = function () {
    store.write({ rosters: rosters, queue: queue.items.map(saved) }).then(function () { changed(true); }, function () {});
  };
  if (told) {
    told.onmessage = function () {
      ready.then(refresh).then(function () { return store.read("rosters"); }).then(function (kept) {
        rosters = kept.filter(function (one) { return one.tag === tag; });
        changed(false);
      });
    };
  }
})();
