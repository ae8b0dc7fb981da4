// The words of two outlets: a picture, lists, a search.
(() => {
  "use strict";
  const { byId, element, drawn, counted, folded } = aslant;
  const { terms, outlets } = aslant.data.words;
  const form = byId("choose");
  if (!form) return;
  const OTHERS = -1;
  const SHOWN = 20;
  const [ARTICLES, RATE, LOW, HIGH] = [0, 1, 2, 3];
  let words = [], sides = [], selected = null, room = 0;

  const number = (value, digits) => value.toFixed(digits).replace("-", "\u2212");
  function rate(value) {
    if (value === 0) return "0";
    if (value < 0.001) return "<0.001";
    if (value < 0.1) return String(Number(value.toPrecision(2)));
    return number(value, value < 10 ? 2 : 1);
  }
  const times = (log) => { const ratio = 2 ** log; return ratio >= 1000 ? "over 1,000" : number(ratio, ratio < 10 ? 1 : 0); };
  const interval = ([, , low, high]) => (low === null ? "" : `[${rate(low)}, ${rate(high)}]`);
  const name = (at) => (at === OTHERS ? "all others" : outlets[at].name);

  // ---------------------------------------------------------------- which words, and which of them are apart
  function ofTwo(first, second) {
    const side = (o, i) => [o.articles[i], o.rate[i], o.low[i], o.high[i]];
    return terms.map((term, i) => {
      const [a, b] = [side(outlets[first], i), side(outlets[second], i)];
      const more = a[RATE] >= b[RATE] ? 0 : 1;
      // How far the lower end of the one interval is above the upper end of the other: an order, and no number to be told.
      const gap = Math.log((more ? b : a)[LOW] / (more ? a : b)[HIGH]);
      return { term, sides: [a, b], more, gap, apart: gap > 0 };
    }).filter(({ sides: [a, b] }) => a[RATE] + b[RATE] > 0);
  }
  function ofOthers(first) {
    return outlets[first].typical.map(([term, articles, mine, others, ratio, low, high, q]) => ({
      term, sides: [[articles, mine, null, null], [null, others ?? 0, null, null]], more: 0, gap: low ?? 0, apart: true, ratio, low, high, q }));
  }
  const matching = () => {
    const wanted = folded(form.elements.search.value.trim());
    return (word) => !wanted || folded(word.term).includes(wanted);
  };

  // ---------------------------------------------------------------- the picture
  const MARGIN = { left: 58, right: 14, top: 14, bottom: 46 };
  const NEVER = 26; // Where words stand that an outlet never uses, beside the scale.

  function scale(values, from, to) {
    const used = values.filter((value) => value > 0);
    const [least, most] = [Math.log10(Math.min(...used)) - 0.05, Math.log10(Math.max(...used)) + 0.05];
    const length = Math.max(most - least, 0.1);
    const zero = from + Math.sign(to - from) * NEVER;
    const at = (value) => (value > 0 ? zero + ((Math.log10(value) - least) / length) * (to - zero) : from + (zero - from) / 3);
    const ticks = [0.001, 0.01, 0.1, 1, 10, 100].filter((tick) => Math.log10(tick) >= least && Math.log10(tick) <= most);
    return { at, ticks };
  }

  // Boxes that are taken: left, top, right, bottom.
  function place(word, taken, width, height) {
    const [w, h] = [6.3 * [...word.term].length + 2, 13];
    const { x, y } = word;
    const tries = [["start", x + 7, y + 4, x + 7], ["end", x - 7, y + 4, x - 7 - w], ["middle", x, y - 8, x - w / 2], ["middle", x, y + 16, x - w / 2]];
    for (const [anchor, at, base, left] of tries) {
      const box = [left, base - h + 3, left + w, base + 3];
      const inside = box[0] >= MARGIN.left && box[1] >= 0 && box[2] <= width && box[3] <= height - MARGIN.bottom;
      if (inside && taken.every((o) => box[2] <= o[0] || box[0] >= o[2] || box[3] <= o[1] || box[1] >= o[3])) {
        taken.push(box);
        return drawn("text", { x: at.toFixed(1), y: base.toFixed(1), "text-anchor": anchor }, word.term);
      }
    }
    return null;
  }

  function frame(svg, x, y, width, height) {
    const bottom = height - MARGIN.bottom;
    svg.append(drawn("path", { class: "end", d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${width - MARGIN.right}` }));
    const label = (text, attributes) => svg.append(drawn("text", { class: "axis", ...attributes }, text));
    for (const tick of x.ticks) {
      svg.append(drawn("line", { class: "tick", x1: x.at(tick), x2: x.at(tick), y1: MARGIN.top, y2: bottom }));
      if (x.at(tick) - x.at(0) > 34) label(String(tick), { x: x.at(tick), y: bottom + 15, "text-anchor": "middle" });
    }
    for (const tick of y.ticks) {
      svg.append(drawn("line", { class: "tick", x1: MARGIN.left, x2: width - MARGIN.right, y1: y.at(tick), y2: y.at(tick) }));
      if (y.at(0) - y.at(tick) > 12) label(String(tick), { x: MARGIN.left - 6, y: y.at(tick) + 4, "text-anchor": "end" });
    }
    label("never", { x: x.at(0), y: bottom + 15, "text-anchor": "middle" });
    label("never", { x: MARGIN.left - 6, y: y.at(0) + 4, "text-anchor": "end" });
    const cut = (text) => ([...text].length > 28 ? `${[...text].slice(0, 27).join("")}…` : text);
    label(`${cut(name(sides[0]))}, per 1,000 words →`, { class: "axis first", x: width - MARGIN.right, y: height - 10, "text-anchor": "end" });
    label(`${cut(name(sides[1]))}, per 1,000 words →`, { class: "axis second", x: -MARGIN.top, y: 13, "text-anchor": "end", transform: "rotate(-90)" });
  }

  function draw() {
    const cloud = byId("cloud");
    room = cloud.clientWidth;
    cloud.replaceChildren();
    if (words.length < 2 || room < 100) return;
    const [width, height] = [room, Math.round(Math.min(620, Math.max(360, room * 0.62)))];
    const label = `Chart of ${words.length} words: how often ${name(sides[0])} uses each, and how often ${name(sides[1])} does. The lists below have the numbers.`;
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", role: "img", "aria-label": label });
    const values = words.flatMap(({ sides: [a, b] }) => [a[RATE], b[RATE]]);
    const x = scale(values, MARGIN.left, width - MARGIN.right);
    const y = scale(values, height - MARGIN.bottom, MARGIN.top);
    frame(svg, x, y, width, height);
    const ends = [Math.min(...values.filter((v) => v > 0)), Math.max(...values)];
    svg.append(drawn("line", { class: "middle", x1: x.at(ends[0]), y1: y.at(ends[0]), x2: x.at(ends[1]), y2: y.at(ends[1]) }));
    const matches = matching();
    const dots = drawn("g", {}), names = drawn("g", {});
    const taken = [];
    // Those at the back first, so that the clearest lie on top.
    for (const word of [...words].reverse()) {
      [word.x, word.y] = [x.at(word.sides[0][RATE]), y.at(word.sides[1][RATE])];
      const classes = [word.more ? "second" : "first", word.apart ? "apart" : "", matches(word) ? "" : "aside"];
      const dot = drawn("circle", { class: classes.join(" ").trim(), cx: word.x.toFixed(1), cy: word.y.toFixed(1), r: 4 }, drawn("title", {}, word.term));
      dot.addEventListener("click", () => tell(word));
      word.dot = dot;
      dots.append(dot);
    }
    const named = words.filter(matches);
    for (const word of words) taken.push([word.x - 4, word.y - 4, word.x + 4, word.y + 4]);
    for (const word of named) {
      const text = place(word, taken, width, height);
      if (text) { text.setAttribute("class", word.more ? "second" : "first"); names.append(text); }
    }
    svg.append(dots, names);
    cloud.append(svg);
    mark();
  }

  // ---------------------------------------------------------------- one word
  function told(word) {
    const side = (i) => `${name(sides[i])} ${rate(word.sides[i][RATE])} ${interval(word.sides[i])} per 1,000 words` +
      (word.sides[i][ARTICLES] === null ? "" : ` (${counted(word.sides[i][ARTICLES], "article", "articles")})`);
    return `: ${side(0)}; ${side(1)}.`;
  }
  function mark() {
    byId("cloud").querySelector(".ring")?.remove();
    const word = words.find((w) => w.term === selected);
    if (!word || !word.dot) return;
    word.dot.parentNode.append(drawn("circle", { class: "ring", cx: word.x.toFixed(1), cy: word.y.toFixed(1), r: 8 }));
  }
  function tell(word) {
    selected = word.term;
    byId("word-told").replaceChildren(element("b", {}, element("bdi", {}, word.term)), told(word));
    for (const button of document.querySelectorAll("#chosen button.word")) {
      button.setAttribute("aria-pressed", String(button.dataset.term === selected));
    }
    mark();
  }

  // ---------------------------------------------------------------- the lists
  function row(word) {
    const button = element("button", { type: "button", class: "word", "data-term": word.term, "aria-pressed": String(word.term === selected) },
      element("bdi", {}, word.term));
    button.addEventListener("click", () => tell(word));
    const range = (text) => element("span", { class: "range" }, text);
    const cells = word.ratio === undefined
      ? [...word.sides.map((side) => element("td", {}, rate(side[RATE]), " ", range(interval(side)))),
        element("td", {}, word.sides.map((side) => side[ARTICLES]).join(" : "))]
      : [element("td", {}, `${times(word.ratio)} `, range(`[${word.low === null ? 0 : times(word.low)}, ${word.high === null ? "∞" : times(word.high)}]`)),
        ...word.sides.map((side) => element("td", {}, rate(side[RATE]))), element("td", {}, String(word.sides[0][ARTICLES])),
        element("td", {}, word.q < 0.001 ? "<0.001" : number(word.q, 3))];
    return element("tr", word.apart ? {} : { class: "soft" }, element("th", { scope: "row" }, button), ...cells);
  }
  function list(caption, found) {
    const heads = sides[1] === OTHERS ? ["Word", "Times as often", "Per 1,000 words", "Of others", "Articles", "q"]
      : ["Word", ...sides.map((side) => element("bdi", {}, name(side))), "Articles"];
    const head = (content) => element("th", { scope: "col" }, content);
    const body = element("tbody", {});
    const more = element("button", { type: "button", class: "save" });
    let shown = 0;
    const grow = (to) => {
      body.append(...found.slice(shown, to).map(row));
      shown = Math.min(to, found.length);
      more.textContent = `Show all ${found.length}`;
      more.hidden = shown >= found.length;
    };
    more.addEventListener("click", () => {
      const first = shown;
      grow(found.length);
      body.children[first].querySelector("button").focus({ preventScroll: true });
    });
    grow(SHOWN);
    return element("div", {}, element("table", { class: "plain words" }, element("caption", {}, element("bdi", {}, caption)),
      element("thead", {}, element("tr", {}, ...heads.map(head))), body), more);
  }
  function lists() {
    const found = words.filter(matching());
    const apart = found.filter((word) => word.apart).length;
    byId("words-told").textContent = sides[1] === OTHERS
      ? `${counted(found.length, "word", "words")} that ${name(sides[0])} uses more than all others together (q < 0.05, over articles), the surest first.`
      : `${counted(found.length, "word", "words")}; ${apart} with intervals that don’t overlap. Per 1,000 words, with 95% intervals; the farthest apart first.`;
    const made = sides[1] === OTHERS ? [list(`More in ${name(sides[0])}`, found)]
      : [0, 1].map((side) => list(`More in ${name(sides[side])}`, found.filter((word) => word.more === side)));
    byId("chosen").classList.toggle("sides", made.length > 1);
    byId("chosen").replaceChildren(...made);
  }

  function choose() {
    const at = (which) => { const { value } = form.elements[which]; return value === "others" ? OTHERS : Number(value); };
    sides = [at("first"), at("second")];
    words = sides[1] === OTHERS ? ofOthers(sides[0]) : sides[0] === sides[1] ? [] : ofTwo(...sides);
    words.sort((a, b) => b.gap - a.gap || (a.term < b.term ? -1 : 1));
    const word = words.find((w) => w.term === selected);
    if (word) tell(word); else { selected = null; byId("word-told").replaceChildren(); }
    lists();
    draw();
    if (sides[0] === sides[1]) byId("words-told").textContent = "Choose two different outlets.";
  }
  form.hidden = false;
  form.addEventListener("input", (event) => { if (event.target === form.elements.search) { lists(); draw(); } else choose(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  new ResizeObserver(() => { if (Math.abs(byId("cloud").clientWidth - room) > 8) draw(); }).observe(byId("cloud"));
  choose();
})();
