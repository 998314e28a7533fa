/* Suggests books under a title field while somebody types: an ARIA combobox. The field works without it.
   <div class="suggest"><input data-books="/books/search" data-label="…" data-found="… #" …></div>
   data-go opens the chosen book's page; else its title, author and number go into the field and into those
   whose ids data-author and data-number name. */
(() => {
  "use strict";
  const WAIT = 250;

  function attach(input) {
    const box = input.parentNode, list = document.createElement("ul"), said = document.createElement("p");
    let books = [], at = -1, asked = 0, timer = 0, filled = "";
    box.classList.add("suggest");
    list.id = input.id + "-books";
    list.className = "suggested";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.label);
    said.className = "vh";
    said.setAttribute("role", "status");
    box.appendChild(list);
    box.appendChild(said);
    input.setAttribute("role", "combobox");
    input.setAttribute("autocomplete", "off");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function other(name) {
      return input.dataset[name] ? document.getElementById(input.dataset[name]) : null;
    }

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function show(found) {
      books = found;
      list.textContent = "";
      close();
      books.forEach((book, index) => {
        const item = document.createElement("li"), author = document.createElement("small");
        item.id = list.id + "-" + index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.appendChild(document.createTextNode(book.title));
        if (book.author) {
          author.textContent = book.author;
          item.appendChild(document.createTextNode(" "));
          item.appendChild(author);
        }
        list.appendChild(item);
      });
      said.textContent = input.dataset.found.replace("#", books.length);
      if (books.length) {
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
        // On a phone the keyboard and the tabs cover the lower half: bring field and list above them.
        if (list.getBoundingClientRect().bottom > innerHeight / 2) input.scrollIntoView({ block: "start" });
      }
    }

    function mark(index) {
      const items = list.children;
      if (at >= 0) items[at].setAttribute("aria-selected", "false");
      at = (index + items.length) % items.length;
      items[at].setAttribute("aria-selected", "true");
      items[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", items[at].id);
    }

    function choose(book) {
      clearTimeout(timer);
      asked += 1;
      close();
      if ("go" in input.dataset) {
        location.href = book.url;
        return;
      }
      input.value = book.title;
      if (other("author")) other("author").value = book.author;
      if (other("number")) other("number").value = filled = book.number;
      input.dispatchEvent(new CustomEvent("bookchosen", { bubbles: true }));
    }

    function ask() {
      const mine = asked += 1, text = input.value.trim();
      if (!text) {
        show([]);
        said.textContent = "";
        return;
      }
      fetch(input.dataset.books + "?q=" + encodeURIComponent(text), { credentials: "same-origin", headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { books: [] }))
        .then((found) => { if (mine === asked && document.activeElement === input) show(found.books); })
        .catch(() => { if (mine === asked) close(); }); // No network: the field stays what it was, a field.
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    }

    input.addEventListener("input", (event) => {
      // A number that came with a chosen title does not belong to another title.
      if (filled && other("number") && other("number").value === filled) other("number").value = filled = "";
      if (!event.isComposing) later();
    });
    input.addEventListener("compositionend", later);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) {
          if (event.key === "ArrowDown") ask();
        } else {
          mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? books.length - 1 : at - 1);
        }
        event.preventDefault();
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        choose(books[at]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    // Pressing must not take the focus away before the click arrives.
    list.addEventListener("mousedown", (event) => { event.preventDefault(); });
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) choose(books[Array.from(list.children).indexOf(item)]);
    });
    // The script may have come after the first letters.
    if (document.activeElement === input && input.value !== input.defaultValue) later();
  }

  document.querySelectorAll("input[data-books]").forEach(attach);
})();
