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
const ASLANT = join(ROOT, process.env.CARGO_TARGET_DIR ?? "target", "debug", "aslant");
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
  execFileSync(ASLANT, ["compare", join(ROOT, "seeds/articles"), "--cues", CUES, "--out", join(folder, "seeds"), "--quiet"]);
  const articles = [];
  for (const outlet of ["a", "b"]) {
    for (let i = 0; i < 6; i++) {
      const word = outlet === "a" ? "regime" : "government";
      const text = `The ${word} said ${HOSTILE} the rebels and terrorists met on day ${i} in ${outlet}. Nothing else was told.`;
      articles.push({ id: `${outlet}${i}`, outlet: outlet + HOSTILE, date: "2016-01-02", title: `${HOSTILE} ${i}`, url: i ? `https://example.org/?"><script>window.hit=1</script>` : "javascript:window.hit=1", text });
    }
  }
  writeFileSync(join(folder, "hostile.jsonl"), articles.map((a) => JSON.stringify(a)).join("\n"));
  execFileSync(ASLANT, ["compare", join(folder, "hostile.jsonl"), "--cues", CUES, "--out", join(folder, "hostile"), "--quiet"]);
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
  const links = await page.locator("a").evaluateAll((all) => all.map((a) => a.protocol));
  assert.deepEqual(links.filter((protocol) => !["file:", "https:"].includes(protocol)), []);
  assert.deepEqual(trouble, []);
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

test("a phone has nothing to scroll sideways", async () => {
  for (const name of ["seeds", "hostile"]) {
    const { page, close } = await open(join(folder, name, "report.html"), { viewport: { width: 360, height: 740 }, isMobile: true });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, name);
    await close();
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
