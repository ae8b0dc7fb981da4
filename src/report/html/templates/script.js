// What is clicked: sentences of an outlet, filters, tables to save.
(() => {
  "use strict";
  const { byId, element, data, counted, folded } = aslant;
  const PAGE = 30;
  const [ARTICLE, CONTRAST, POLE, VOICE, SPEAKER, BEFORE, MATCH, AFTER] = [0, 1, 2, 3, 4, 5, 6, 7];
  const spoken = { own: "own voice", quoted: "quoted", reported: "reported", scare: "in scare quotes" };

  function source([outlet, date, title, url]) {
    const name = element("bdi", {}, title || "untitled");
    const told = url ? element("a", { href: url, rel: "noopener noreferrer" }, name) : name;
    const line = element("span", { class: "where" }, element("bdi", {}, outlet < 0 ? "unknown outlet" : data.outlets[outlet]), ", ");
    if (date) line.append(element("time", { datetime: date }, date), ", ");
    line.append(told);
    return line;
  }

  function sentence(use) {
    const voice = data.voices[use[VOICE]];
    const chip = element("span", { class: `voice ${voice}` }, spoken[voice] + (use[SPEAKER] ? `: ${use[SPEAKER]}` : ""));
    const [contrast, poles] = data.contrasts[use[CONTRAST]];
    const words = element("bdi", {}, use[BEFORE], element("mark", { class: voice }, use[MATCH]), use[AFTER]);
    return element("li", {}, chip, " ", element("span", { class: "pole" }, `${contrast}: ${poles[use[POLE]]}`),
      element("q", {}, words), source(data.articles[use[ARTICLE]]));
  }

  // Lists grow a page at a time: thousands of sentences at once would stop a phone.
  function listing(list, more) {
    let rest = [];
    const grow = () => {
      list.append(...rest.splice(0, PAGE).map(sentence));
      if (more) more.hidden = rest.length === 0;
    };
    if (more) more.addEventListener("click", () => {
      const at = list.children.length;
      grow();
      const first = list.children[at];
      if (first) { first.tabIndex = -1; first.focus({ preventScroll: true }); }
    });
    return (uses) => { list.replaceChildren(); rest = uses.slice(); grow(); };
  }

  // ---------------------------------------------------------------- all sentences, with filters
  const form = byId("filters");
  const show = listing(byId("list"), byId("more"));
  let searched = null;

  function filter() {
    const wanted = (name) => (form.elements[name].value === "" ? null : Number(form.elements[name].value));
    const [outlet, contrast, voice] = ["outlet", "contrast", "voice"].map(wanted);
    const words = folded(form.elements.words.value.trim());
    if (words && !searched) {
      searched = data.uses.map((u) => folded(u[BEFORE] + u[MATCH] + u[AFTER] + "\n" + u[SPEAKER] + "\n" + data.articles[u[ARTICLE]][2]));
    }
    const found = data.uses.filter((use, i) =>
      (outlet === null || data.articles[use[ARTICLE]][0] === outlet) && (contrast === null || use[CONTRAST] === contrast) &&
      (voice === null || use[VOICE] === voice) && (!words || searched[i].includes(words)));
    byId("found").textContent = `${counted(found.length, "sentence", "sentences")} of ${data.uses.length.toLocaleString("en")} on this page`;
    show(found);
  }
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // ---------------------------------------------------------------- the sentences of one outlet on one contrast
  const sheet = byId("sheet");
  let opener = null;

  function open(button) {
    const { speaker } = button.dataset;
    const [outlet, contrast] = [Number(button.dataset.outlet), Number(button.dataset.contrast)];
    const wanted = folded(speaker ?? "");
    const meant = speaker === undefined ? (use) => data.articles[use[ARTICLE]][0] === outlet : (use) => folded(use[SPEAKER]).includes(wanted);
    const uses = data.uses.filter((use) => use[CONTRAST] === contrast && meant(use));
    const voices = data.voices.map((name, i) => [name, uses.filter((use) => use[VOICE] === i)]);
    byId("sheet-title").textContent = `${speaker ?? data.outlets[outlet]}: ${data.contrasts[contrast][0]}`;
    const row = button.closest("tr");
    const share = row.querySelector(".value").textContent.trim();
    byId("sheet-about").textContent = `Share ${share}; ${row.querySelector(".uses").textContent.trim()}. ` +
      `${counted(uses.length, "sentence", "sentences")} here${data.uses.length < data.all ? ", a sample: evidence.csv has all" : ""}.`;
    const choices = [["all", uses], ...voices.filter(([, of]) => of.length > 0)].map(([name, of]) => {
      const choice = element("button", { type: "button", "aria-pressed": "false" }, `${spoken[name] || "all voices"} (${of.length})`);
      choice.addEventListener("click", () => {
        for (const other of choices) other.setAttribute("aria-pressed", String(other === choice));
        byId("sheet-list").replaceChildren(...of.map(sentence));
      });
      return choice;
    });
    byId("sheet-voices").replaceChildren(...choices);
    choices[0].click();
    opener = button;
    sheet.showModal();
    sheet.scrollTop = 0;
    byId("sheet-title").focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.open");
    if (button) open(button);
  });
  byId("close").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => opener && opener.focus());

  // ---------------------------------------------------------------- only some outlets, on every line of the page
  const find = byId("find");

  function narrow() {
    const wanted = folded(find.elements.outlet.value.trim());
    const named = new Set();
    for (const table of document.querySelectorAll("table[data-outlets]")) {
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) {
        const name = row.querySelector("th").textContent;
        row.hidden = !folded(name).includes(wanted);
        if (!row.hidden) named.add(name);
      }
      const fold = table.closest("details");
      if (!fold) continue;
      fold.hidden = rows.every((row) => row.hidden);
      fold.open = wanted !== "" && !fold.hidden;
    }
    for (const contrast of document.querySelectorAll("article.contrast")) {
      contrast.hidden = [...contrast.querySelectorAll("tbody tr")].every((row) => row.hidden);
    }
    byId("find-told").textContent = wanted ? `${counted(named.size, "outlet", "outlets")} with that name on this page; the tables have all.` : "";
  }
  if (find) {
    find.hidden = false;
    find.addEventListener("input", narrow);
    find.addEventListener("submit", (event) => event.preventDefault());
  }

  // ---------------------------------------------------------------- tables to save
  for (const button of document.querySelectorAll("button.save")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const name = button.dataset.file;
      const text = JSON.parse(document.querySelector(`script[data-table="${name}"]`).textContent);
      const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
      element("a", { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
  }
})();
