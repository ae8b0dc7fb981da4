// What is clicked: sentences of an outlet, filters, tables to save. Text from articles becomes text nodes only.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const PAGE = 30;
  const [ARTICLE, CONTRAST, POLE, VOICE, SPEAKER, BEFORE, MATCH, AFTER] = [0, 1, 2, 3, 4, 5, 6, 7];
  const spoken = { own: "own voice", quoted: "quoted", reported: "reported", scare: "in scare quotes" };
  const counted = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

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
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
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
    byId("found").textContent = `${counted(found.length, "sentence", "sentences")} of ${data.uses.length.toLocaleString("en")} in this page`;
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
    const [outlet, contrast] = [Number(button.dataset.outlet), Number(button.dataset.contrast)];
    const uses = data.uses.filter((use) => use[CONTRAST] === contrast && data.articles[use[ARTICLE]][0] === outlet);
    const voices = data.voices.map((name, i) => [name, uses.filter((use) => use[VOICE] === i)]);
    byId("sheet-title").textContent = `${data.outlets[outlet]}: ${data.contrasts[contrast][0]}`;
    const row = button.closest("tr");
    const share = row.querySelector(".value").textContent.trim();
    byId("sheet-about").textContent = `Share ${share}; ${row.querySelector(".uses").textContent.trim()}. ` +
      `${counted(uses.length, "sentence", "sentences")} here${data.uses.length < data.all ? ", a sample: all stand in evidence.csv" : ""}.`;
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

  // ---------------------------------------------------------------- the words of two outlets
  function typical([outlet, words]) {
    const number = (value, digits) => (value === null ? "" : value.toFixed(digits).replace("-", "\u2212"));
    const rows = words.map(([term, articles, rate, , ratio, low, high, q]) => element("tr", {},
      element("th", { scope: "row" }, element("bdi", {}, term)),
      element("td", {}, `${number(ratio, 1)} `, element("span", { class: "range" }, low === null ? "" : `[${number(low, 1)}, ${high === null ? "∞" : number(high, 1)}]`)),
      element("td", {}, number(rate, 2)), element("td", {}, String(articles)), element("td", {}, q === null ? "" : q < 0.001 ? "<0.001" : number(q, 3))));
    const heads = ["Word", "Log ratio", "In 1,000 words", "Articles", "q"].map((head) => element("th", { scope: "col" }, head));
    return element("div", {}, element("table", { class: "plain" }, element("caption", {}, `Most typical of ${outlet}`),
      element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)));
  }
  const choose = byId("choose");
  if (choose) {
    const showWords = () => byId("chosen").replaceChildren(
      ...["first", "second"].map((name) => typical(data.words[Number(choose.elements[name].value)])));
    choose.hidden = false;
    choose.addEventListener("input", showWords);
    choose.addEventListener("submit", (event) => event.preventDefault());
    showWords();
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
