/* What this phone keeps of rosters, in IndexedDB: how each stood when it was loaded, and the marks not yet sent.
   Where there is no IndexedDB (an old WebView, a private window) it is kept in memory, and ``lasting`` is false. */
(function () {
  "use strict";
  var kept = { rosters: [], queue: [] };
  var TRIES = 10, PAUSE_MS = 200, OPEN_MS = 4000;
  var KEYS = { rosters: ["tag", "event"], queue: ["id"] };

  function keyOf(name, value) {
    return KEYS[name].map(function (part) { return value[part]; });
  }

  function open() {
    return new Promise(function (resolve, reject) {
      var asked = indexedDB.open("reading-roster", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("rosters", { keyPath: KEYS.rosters });
        asked.result.createObjectStore("queue", { keyPath: KEYS.queue });
      };
      asked.onsuccess = function () {
        var database = asked.result;
        database.onversionchange = function () { database.close(); };
        database.onclose = function () { again(database); };
        resolve(database);
      };
      asked.onerror = asked.onblocked = function () { reject(asked.error); };
      // Some browsers never answer: then nothing is kept, and marks are sent at once.
      setTimeout(reject, OPEN_MS, new Error("no answer"));
    });
  }

  var opened = open(), current = null;
  opened.then(function (database) { current = database; }, function () {});

  /* The browser closed ``database``: its data were cleared while the page was open. What the page still knows is
     written into a new one, which cannot be had at once. */
  function again(database) {
    if (database !== current) { return; }
    current = null;
    opened = reopen(TRIES);
    opened.then(function (fresh) {
      current = fresh;
      store.onlost();
    }, function () { store.lasting = false; });
  }

  function reopen(tries) {
    return open().catch(function (error) {
      if (!tries) { throw error; }
      return new Promise(function (resolve) { setTimeout(resolve, PAUSE_MS); }).then(function () {
        return reopen(tries - 1);
      });
    });
  }

  function work(database, mode, todo) {
    return new Promise(function (resolve, reject) {
      todo(database.transaction(["rosters", "queue"], mode, { durability: "strict" }), resolve, reject);
    });
  }

  /* Do it in the database, or with what memory keeps where there is none. */
  function within(mode, todo, otherwise) {
    return opened.then(function (database) {
      return work(database, mode, todo).catch(function (error) {
        if (error.name !== "InvalidStateError") { throw error; }
        again(database);
        return opened.then(function (fresh) { return work(fresh, mode, todo); });
      });
    }, otherwise);
  }

  var store = {
    lasting: true,

    /* Called when what was kept is gone from the disk, and can be kept again. */
    onlost: function () {},

    /* Resolves once it is known whether what is kept lasts. */
    ready: opened.then(function () {}, function () { store.lasting = false; }),

    /* Let the server know something of what is kept here, by a cookie. */
    tell: function (name, value, seconds) {
      var safe = location.protocol === "https:" ? "; secure" : "";
      document.cookie = name + "=" + value + "; path=/; max-age=" + seconds + "; samesite=lax" + safe;
    },

    /* All of "rosters" or "queue". */
    read: function (name) {
      return within("readonly", function (transaction, resolve, reject) {
        var asked = transaction.objectStore(name).getAll();
        asked.onsuccess = function () { resolve(asked.result); };
        transaction.onabort = asked.onerror = function () { reject(asked.error || transaction.error); };
      }, function () { return kept[name].slice(); });
    },

    /* Write and remove together: ``changes`` is {rosters: […], queue: […]}, ``gone`` the same of what goes.
       Resolves when it is on disk. */
    write: function (changes, gone) {
      return within("readwrite", function (transaction, resolve, reject) {
        transaction.oncomplete = function () { resolve(); };
        transaction.onabort = function () { reject(transaction.error); };
        each(changes, function (name, value) { transaction.objectStore(name).put(value); });
        each(gone, function (name, value) { transaction.objectStore(name).delete(keyOf(name, value)); });
      }, function () {
        each(gone, drop);
        each(changes, function (name, value) {
          drop(name, value);
          kept[name].push(value);
        });
      });
    }
  };

  function drop(name, value) {
    var key = String(keyOf(name, value));
    kept[name] = kept[name].filter(function (one) { return String(keyOf(name, one)) !== key; });
  }

  function each(of, work) {
    Object.keys(of || {}).forEach(function (name) {
      of[name].forEach(function (value) { work(name, value); });
    });
  }

  window.readingStore = store;
})();
