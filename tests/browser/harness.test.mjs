// The harness itself: it must see what is wrong and what is off screen, or the other browser tests prove nothing.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { isSeen, openPage, picture, violations, withBrowser } from './browser.mjs';

const GOOD = `<!doctype html><html lang="en"><head><title>Visits</title></head><body><main>
  <h1>Visits</h1><label for="q">Person</label><input id="q">
  <p id="first">first</p><p id="last" style="margin-top: 2000px">last</p>
  <div style="position: relative"><p id="covered" style="position: absolute; top: -1990px">covered</p>
  <div style="position: absolute; top: -2000px; width: 100%; height: 60px; background: white"></div></div>
</main></body></html>`;

const BAD = `<!doctype html><html lang="en"><head><title>Visits</title></head><body><main>
  <h1>Visits</h1><input id="unnamed"><p id="pale" style="color: #ccc; background: white">pale</p>
</main></body></html>`;

const PAGES = { '/good': GOOD, '/bad': BAD, '/broken': '<script>throw new Error("broken")</script>' };

let server;
let origin;

before(async () => {
  server = createServer(({ url }, answer) => {
    answer.writeHead(PAGES[url] ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    answer.end(PAGES[url] ?? 'no such page');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

test('axe finds planted violations and none on a good page', () =>
  withBrowser(async (browser) => {
    assert.deepEqual(await violations(await openPage(browser, `${origin}/good`)), []);
    const found = await violations(await openPage(browser, `${origin}/bad`));
    assert.deepEqual(found.sort(), ['color-contrast: #pale', 'label: #unnamed']);
  }));

test('what is below the fold, covered or absent is not seen', () =>
  withBrowser(async (browser) => {
    const page = await openPage(browser, `${origin}/good`);
    const seen = async (selector) => isSeen(page.locator(selector));
    assert.equal(await seen('#first'), true);
    assert.equal(await seen('#last'), false);
    assert.equal(await seen('#covered'), false);
    assert.equal(await seen('#absent'), false);
    await page.locator('#last').scrollIntoViewIfNeeded();
    assert.equal(await seen('#last'), true);
  }));

test('an answer that is an error fails the test', () =>
  withBrowser(async (browser) => {
    await assert.rejects(openPage(browser, `${origin}/missing`), /answered 404/);
  }));

test('an error in a script of the page fails the test', async () => {
  await assert.rejects(withBrowser((browser) => openPage(browser, `${origin}/broken`)), /script failed: broken/);
});

test('a picture has the size of the screen', () =>
  withBrowser(async (browser) => {
    const png = await picture(await openPage(browser, `${origin}/good`));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1280, 800]);
  }));
