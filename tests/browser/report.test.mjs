// What a reader does with report.html: opens it, clicks, filters, prints it, reads it in the dark and on a phone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const ROOT = resolve(import.meta.dirname, "../..");
// run.sh says which program.
const ASLANT = process.env.ASLANT;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CUES = join(ROOT, "seeds/cues/syria.toml");
const HOSTILE = `</style></title><script>window.hit=1</script><img src=x onerror="window.hit=1">" onload="window.hit=1`;

let folder, profile, browser;

function csv(path) {
  const rows = [[]];
  let field = "";
  let quoted = false;
  const text = readFileSync(path, "utf8");
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += '"'; i++; } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "," || c === "\n") {
      rows.at(-1).push(field);
      field = "";
      if (c === "\n") rows.push([]);
    } else field += c;
  }
  const [header, ...records] = rows.filter((row) => row.length > 1);
  return records.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

/** Opens a page and collects all that it complains about or asks for. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== `file://${path}` && !request.url().startsWith("data:,")) trouble.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${path}`);
  return { page, trouble, close: () => context.close() };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "aslant-browser-"));
  execFileSync(ASLANT, ["compare", join(ROOT, "seeds/articles"), "--cues", CUES, "--by", "outlet,year", "--model", join(ROOT, "models/syria-camp"), "--out", join(folder, "seeds"), "--quiet"]);
  // A lexicon whose names are hostile, with a category.
  const escaped = JSON.stringify(HOSTILE);
  const pole = (name, cues) => `[[contrast.pole]]\nname = ${JSON.stringify(name + HOSTILE)}\ncues = ${JSON.stringify(cues)}\n`;
  writeFileSync(join(folder, "hostile.toml"), `[[contrast]]\nname = ${escaped}\nabout = ${escaped}\n${pole("state", ["government"])}${pole("regime", ["regime"])}` +
    `[[category]]\nname = ${JSON.stringify(`doubt ${HOSTILE}`)}\nabout = ${escaped}\ncues = ["told"]\n`);
  const articles = [];
  for (const outlet of ["a", "b"]) {
    for (let i = 0; i < 12; i++) {
      const word = outlet === "a" ? "regime" : "government";
      const text = `The ${word} said ${HOSTILE} the rebels and terrorists met on day ${i} in ${outlet}. Nothing else was told.`;
      articles.push({ id: `${outlet}${i}`, outlet: outlet + HOSTILE, date: "2016-01-02", title: `${HOSTILE} ${i}`, url: i ? `https://example.org/?"><script>window.hit=1</script>` : "javascript:window.hit=1", text, side: outlet + HOSTILE });
    }
  }
  writeFileSync(join(folder, "hostile.jsonl"), articles.map((a) => JSON.stringify(a)).join("\n"));
  execFileSync(ASLANT, ["train", join(folder, "hostile.jsonl"), "--label", "side", "--c", "1", "--out", join(folder, "model"), "--quiet"]);
  execFileSync(ASLANT, ["compare", join(folder, "hostile.jsonl"), "--cues", join(folder, "hostile.toml"), "--model", join(folder, "model"), "--out", join(folder, "hostile"), "--quiet"]);
  // Words that hostile articles have.
  const outlets = ["a", "b"].map((outlet) => JSON.stringify(outlet + HOSTILE).replaceAll('\\"', '""'));
  const term = `"${HOSTILE.replaceAll('"', '""')}"`;
  writeFileSync(join(folder, "hostile/words.csv"), "outlet,term,count,articles,per_1k,low,high\n" +
    outlets.map((outlet, i) => `${outlet},${term},9,5,${1 + i},.5,3\n${outlet},plain,${9 * i},${5 * i},${i},0,2\n`).join(""));
  execFileSync(ASLANT, ["report", join(folder, "hostile"), "--quiet"]);
  profile = mkdtempSync(join(tmpdir(), "aslant-chromium-"));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", `--disk-cache-dir=${profile}`],
  });
});

after(async () => {
  await browser?.close();
  for (const path of [folder, profile]) if (path) rmSync(path, { recursive: true, force: true });
});

const seeds = () => join(folder, "seeds/report.html");

test("with many outlets one is found by a part of its name, on every line", async () => {
  const articles = [];
  for (let outlet = 0; outlet < 24; outlet += 1) {
    for (let n = 0; n < 3; n += 1) {
      const noun = (outlet + n) % 3 ? "government" : "regime";
      articles.push({ id: `${outlet}-${n}`, outlet: `Paper ${outlet}`, date: `2020-0${n + 1}-01`, text: `The ${noun} spoke on day ${n} of week ${outlet}. The ${noun} left.` });
    }
  }
  writeFileSync(join(folder, "many.jsonl"), articles.map((a) => JSON.stringify(a)).join("\n"));
  execFileSync(ASLANT, ["compare", join(folder, "many.jsonl"), "--cues", CUES, "--reprints", "keep", "--out", join(folder, "many"), "--quiet"]);
  const { page, trouble, close } = await open(join(folder, "many/report.html"));
  assert.equal(await page.locator("#c0 button.open").count(), 16);
  const listed = await page.locator("#c0 details th[scope=row]").first().textContent();
  await page.fill("#find input", listed.toUpperCase());
  const names = await page.locator("table[data-outlets] tbody tr:visible th").allTextContents();
  assert.ok(names.length >= 2 && names.every((name) => name.includes(listed)), names.join());
  assert.match(await page.locator("#find-told").textContent(), /^\d+ outlets? with that name/);
  await page.fill("#find input", "");
  assert.equal(await page.locator("#c0 > table tbody tr:visible").count(), 16);
  assert.equal(await page.locator("#c0 details").evaluate((fold) => fold.open), false);
  assert.deepEqual(trouble, []);
  await close();
});

test("names on the map don't lie on one another, wide or narrow", async () => {
  for (const width of [1280, 360]) {
    const { page, close } = await open(seeds(), { viewport: { width, height: 800 } });
    const boxes = await page.locator("#map figure:visible text").evaluateAll((all) => all.map((t) => { const { x, y, width, height } = t.getBBox(); return [x, y + 2, x + width, y + height - 2]; }));
    assert.ok(boxes.length > 4, String(boxes.length));
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) assert.ok(a[2] <= b[0] || a[0] >= b[2] || a[3] <= b[1] || a[1] >= b[3], `${a} ${b}`);
    }
    const size = await page.locator("#map figure:visible text").first().evaluate((t) => t.getBoundingClientRect().height);
    assert.ok(size > 10, `${size} high: too small to read`);
    await close();
  }
});

test("it opens without a complaint and asks for nothing", async () => {
  const { page, trouble, close } = await open(seeds());
  assert.match(await page.title(), /^How Capital Voice, Free Levant, Harbour Herald and The Meridian name the same things/);
  assert.equal(await page.locator(".findings li").count(), 3);
  assert.deepEqual(trouble, []);
  await close();
});

test("the policy lets nothing else run", async () => {
  const { page, close } = await open(seeds());
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    try { script.textContent = "window.hit = 1"; } catch { /* trusted types refuse the text itself */ }
    document.body.append(script);
    document.body.setAttribute("style", "color: red");
    return [window.hit, getComputedStyle(document.body).color];
  });
  assert.equal(ran[0], undefined);
  assert.notEqual(ran[1], "rgb(255, 0, 0)");
  await close();
});

test("a click on an outlet shows its sentences, and the keyboard does too", async () => {
  const { page, trouble, close } = await open(seeds());
  const evidence = csv(join(folder, "seeds/evidence.csv")).filter((e) => e.outlet === "Free Levant" && e.contrast === "state");
  const button = page.locator("#c0 button.open", { hasText: "Free Levant" });
  await button.focus();
  await page.keyboard.press("Enter");
  const sheet = page.locator("#sheet");
  assert.equal(await sheet.isVisible(), true);
  assert.equal(await page.locator("#sheet-title").textContent(), "Free Levant: state");
  const shown = await sheet.locator("li mark").allTextContents();
  assert.deepEqual(shown.toSorted(), evidence.map((e) => e.match).toSorted());
  await sheet.locator("button", { hasText: /^quoted/ }).click();
  const quoted = evidence.filter((e) => e.voice === "quoted");
  assert.ok(quoted.length > 0 && quoted.length < evidence.length);
  assert.deepEqual((await sheet.locator("li q").allTextContents()).toSorted(), quoted.map((e) => e.before + e.match + e.after).toSorted());
  for (const chip of await sheet.locator("li .voice").allTextContents()) assert.match(chip, /^quoted/);
  await page.keyboard.press("Escape");
  assert.equal(await sheet.isVisible(), false);
  assert.equal(await button.evaluate((b) => b === document.activeElement), true, "focus comes back");
  assert.deepEqual(trouble, []);
  await close();
});

test("filters by outlet, contrast, voice and words work together", async () => {
  const { page, close } = await open(seeds());
  const evidence = csv(join(folder, "seeds/evidence.csv"));
  const found = async () => Number((await page.locator("#found").textContent()).split(" ")[0]);
  assert.equal(await found(), evidence.length);
  await page.selectOption("select[name=outlet]", { label: "The Meridian" });
  assert.equal(await found(), evidence.filter((e) => e.outlet === "The Meridian").length);
  await page.selectOption("select[name=contrast]", { label: "armed-groups" });
  await page.selectOption("#filters select[name=voice]", { label: "own voice" });
  const own = evidence.filter((e) => e.outlet === "The Meridian" && e.contrast === "armed-groups" && e.voice === "own");
  assert.ok(own.length > 0);
  assert.equal(await found(), own.length);
  await page.fill("input[name=words]", "JIHADI");
  const jihadi = own.filter((e) => (e.before + e.match + e.after).toLowerCase().includes("jihadi"));
  assert.ok(jihadi.length > 0 && jihadi.length < own.length);
  const shown = await page.locator("#list q").allTextContents();
  assert.deepEqual(shown.toSorted(), jihadi.map((e) => e.before + e.match + e.after).toSorted());
  await page.fill("input[name=words]", "no article says this");
  assert.equal(await found(), 0);
  await close();
});

test("more sentences come when they are asked for", async () => {
  const { page, close } = await open(seeds());
  assert.equal(await page.locator("#list > li").count(), 30);
  await page.click("#more");
  assert.equal(await page.locator("#list > li").count(), 60);
  assert.equal(await page.evaluate(() => document.activeElement.matches("#list > li:nth-child(31)")), true);
  await close();
});

test("a hostile title, outlet, text or link stays text", async () => {
  const path = join(folder, "hostile/report.html");
  const { page, trouble, close } = await open(path);
  await page.locator("button.open").first().click();
  assert.ok((await page.locator("#sheet-title").textContent()).includes(HOSTILE));
  const sources = await page.locator("#sheet .where").allTextContents();
  assert.ok(sources.length > 0 && sources.every((s) => s.includes(HOSTILE)), sources[0]);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator("img, [onerror], [onload]").count(), 0);
  assert.match(await page.locator("#cloud .axis.first").textContent(), /^[ab]<\/style>/);
  await page.keyboard.press("Escape");
  await page.locator("button.word", { hasText: HOSTILE }).first().click();
  assert.ok((await page.locator("#word-told").textContent()).startsWith(HOSTILE));
  const links = await page.locator("a").evaluateAll((all) => all.map((a) => a.protocol));
  assert.deepEqual(links.filter((protocol) => !["file:", "https:"].includes(protocol)), []);
  assert.deepEqual(trouble, []);
  await close();
});

// ---------------------------------------------------------------- words of two outlets
const number = (text) => Number(text.replace("<", ""));
const near = (shown, value) => shown.startsWith("<") ? value < 0.01 : Math.abs(number(shown) - value) <= 0.006 + value * 0.006;

test("two outlets of the reader's choice: every word with the rates of the table", async () => {
  const { page, trouble, close } = await open(seeds());
  const rates = csv(join(folder, "seeds/words.csv"));
  await page.selectOption("#choose select[name=first]", { label: "Free Levant" });
  await page.selectOption("#choose select[name=second]", { label: "Capital Voice" });
  const of = (outlet, term) => rates.find((r) => r.outlet === outlet && r.term === term);
  for (const button of await page.locator("#chosen .save:visible").all()) await button.click();
  const rows = await page.locator("#chosen tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  const used = [...new Set(rates.map((r) => r.term))].filter((term) => of("Free Levant", term).count !== "0" || of("Capital Voice", term).count !== "0");
  assert.deepEqual(rows.map((row) => row[0]).toSorted(), used.toSorted());
  assert.ok(rows.length > 5);
  for (const [term, first, second, articles] of rows) {
    const [a, b] = [of("Free Levant", term), of("Capital Voice", term)];
    assert.equal(articles, `${a.articles} : ${b.articles}`);
    for (const [cell, rate] of [[first, a], [second, b]]) {
      const [value, low, high] = cell.match(/<?[\d.]+/g);
      assert.ok(near(value, Number(rate.per_1k)) && near(low, Number(rate.low)) && near(high, Number(rate.high)), `${term}: ${cell}`);
    }
  }
  assert.equal(await page.locator("#cloud circle:not(.ring)").count(), used.length);
  // The first list has what the first outlet uses more.
  const more = await page.locator("#chosen > div").first().locator("tbody th").allTextContents();
  assert.ok(more.length > 0 && more.every((term) => Number(of("Free Levant", term).per_1k) >= Number(of("Capital Voice", term).per_1k)));
  assert.deepEqual(trouble, []);
  await close();
});

test("a word is chosen by keyboard or pointer, told, ringed, and found by a search", async () => {
  const { page, close } = await open(seeds());
  const first = page.locator("#chosen button.word").first();
  const term = await first.textContent();
  await first.focus();
  await page.keyboard.press("Enter");
  assert.equal(await first.getAttribute("aria-pressed"), "true");
  assert.ok((await page.locator("#word-told").textContent()).startsWith(`${term}: `));
  assert.equal(await page.locator("#cloud .ring").count(), 1);
  await page.locator("#cloud circle:not(.ring)").last().dispatchEvent("click");
  assert.equal(await page.locator("#cloud .ring").count(), 1);
  await page.fill("#choose input[name=search]", term.toUpperCase());
  const found = await page.locator("#chosen tbody th").allTextContents();
  assert.ok(found.length > 0 && found.every((word) => word.includes(term)), found.join());
  const clear = await page.locator("#cloud circle:not(.aside):not(.ring)").count();
  assert.equal(clear, found.length);
  await page.fill("#choose input[name=search]", "");
  await page.selectOption("#choose select[name=second]", { index: 0 });
  assert.equal(await page.locator("#words-told").textContent(), "Choose two different outlets.");
  await page.selectOption("#choose select[name=second]", { label: "all others together" });
  assert.match(await page.locator("#words-told").textContent(), /^\d+ words? that .* uses more than all others together/);
  await close();
});

test("names in the picture don't lie on one another, wide or narrow", async () => {
  for (const width of [1280, 360]) {
    const { page, close } = await open(seeds(), { viewport: { width, height: 800 } });
    const boxes = await page.locator("#cloud g text").evaluateAll((all) => all.map((t) => { const { x, y, width, height } = t.getBBox(); return [x, y + 2, x + width, y + height - 2]; }));
    assert.ok(boxes.length > 2, String(boxes.length));
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) assert.ok(a[2] <= b[0] || a[0] >= b[2] || a[3] <= b[1] || a[1] >= b[3], `${a} ${b}`);
    }
    await close();
  }
});

test("what a model goes by, and how sure it should be", async () => {
  const { page, trouble, close } = await open(join(folder, "hostile/report.html"));
  const { heaviest, metrics } = JSON.parse(readFileSync(join(folder, "hostile/run.json"), "utf8")).settings.model;
  assert.equal(heaviest.length, 2);
  const terms = await page.locator("#model .weights table").first().locator("tbody th").allTextContents();
  assert.deepEqual(terms, heaviest[0].terms.slice(0, 16).map((t) => t.term));
  assert.ok((await page.locator("#model .weights caption").allTextContents()).every((c) => c.includes(HOSTILE)));
  assert.equal(await page.locator("#model .reliability").count(), metrics.filter((m) => m.reliability.some((b) => b.articles > 0)).length);
  assert.ok(await page.locator("#model .reliability circle").count() > 0);
  assert.deepEqual(trouble, []);
  await close();
});

test("a speaker's name opens what is quoted of them", async () => {
  const { page, close } = await open(seeds());
  const section = page.locator("#speakers");
  if (await section.count() > 0) {
    const button = section.locator("button.open:visible").first();
    const name = await button.textContent();
    await button.click();
    const voices = await page.locator("#sheet-list .voice").allTextContents();
    assert.ok(voices.length > 0 && voices.every((voice) => voice.toLowerCase().includes(name.toLowerCase())), voices.join());
  }
  await close();
});

for (const [colorScheme, width] of [["light", 1280], ["dark", 1280], ["dark", 360]]) {
  test(`axe finds nothing serious, ${colorScheme}, ${width} wide`, async () => {
    const { page, close } = await open(seeds(), { colorScheme, viewport: { width, height: 800 } });
    await page.evaluate(AXE);
    for (const sheet of [false, true]) {
      if (sheet) await page.locator("button.open").first().click();
      const { violations, passes } = await page.evaluate(() => window.axe.run());
      assert.ok(passes.length > 10);
      const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
      assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].target}`), []);
    }
    await close();
  });
}

test("nothing has to be scrolled sideways, on a phone or in a narrow window", async () => {
  for (const name of ["seeds", "hostile"]) {
    for (const width of [360, 768, 1000]) {
      const { page, close } = await open(join(folder, name, "report.html"), { viewport: { width, height: 740 }, isMobile: width < 400 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `${name}, ${width}`);
      await close();
    }
  }
});

test("paper has the numbers and none of the buttons", async () => {
  const { page, close } = await open(seeds(), { colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#c0 .strip").first().isVisible(), true);
  for (const gone of ["nav", "#filters", "#more", ".save >> nth=0"]) assert.equal(await page.locator(gone).isVisible(), false, gone);
  const colours = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
  assert.deepEqual(colours, ["rgb(255, 255, 255)", "rgb(28, 36, 48)"], "dark ink on white, in a dark room too");
  await close();
});

test("a table is saved as it stands in the folder", async () => {
  const { page, close } = await open(seeds());
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("button.save[data-file='outlets.csv']")]);
  assert.equal(download.suggestedFilename(), "outlets.csv");
  assert.deepEqual(readFileSync(await download.path(), "utf8"), readFileSync(join(folder, "seeds/outlets.csv"), "utf8"));
  await close();
});
