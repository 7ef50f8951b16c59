// Writing down what several services decide together, in a real browser and without script: a decision with its rights
// and its dissent, scores beside the others', a contribution, a disagreement, the handover.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/discharge-and-decisions.json';
const NO_SCRIPT = { javaScriptEnabled: false };

async function openDeadlines(browser, demo, username, options) {
  const page = await signIn(browser, demo, username, options);
  await page.getByRole('link', { name: /Pryce/ }).first().click();
  await page.getByRole('link', { name: 'Deadlines and decisions' }).click();
  await page.getByRole('heading', { level: 1, name: /deadlines and decisions/ }).waitFor();
  return page;
}

/** The same page with script, for axe. */
async function withoutBarriers(browser, demo, username, path, what) {
  const page = await openDeadlines(browser, demo, username, {});
  await page.goto(new URL(path, page.url()).href);
  await accessible(page, what);
  return page;
}

test('a decision on a gap asks whose it is first, keeps what was typed, and shows the rights', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-14T14:30',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openDeadlines(browser, demo, 'priya', NO_SCRIPT);
        await page.getByRole('link', { name: /Write down a decision on the gap/ }).click();
        await page.getByRole('heading', { level: 1, name: /a decision/ }).waitFor();
        await page.getByText('Support for going out: therapist, Priya').first().waitFor();
        await page.getByText('Walks to the garden alone: Nursing: likelihood 4, impact 4').waitFor();
        assert.equal(await page.getByLabel('What it is about').inputValue(), 'risks/garden');
        await keep(page, 'form-decision');
        await page.getByLabel('What is to be decided').fill('Which support for her walk to the garden?');
        await page.getByLabel(/Ours: what services provide/).check();
        await page.getByLabel('The options').fill('A rail and a pendant; a carer each time');
        await page.getByLabel('The decision (optional)').fill('A rail and a pendant');
        await page.getByLabel(/Who did not agree/).fill('Beth: with this ulcer a fall is too likely');
        await page.getByLabel('The decision right that it rests on').selectOption({ label: 'Support for going out: therapist, Priya' });
        await page.getByLabel('Who held the final decision').fill('Priya');
        await page.getByLabel('As (optional)').selectOption({ label: 'Therapist' });
        await page.getByRole('button', { name: /Write the decision/ }).click();

        const problem = page.getByRole('alert');
        assert.match(await problem.innerText(), /Not written yet[\s\S]*Why: is missing: give the reasons/);
        assert.ok(await isSeen(problem), 'the refusal is not in sight');
        assert.equal(await page.getByLabel(/Who did not agree/).inputValue(), 'Beth: with this ulcer a fall is too likely');
        await keep(page, 'form-decision-refused');
        await problem.getByRole('link').click();
        await page.getByLabel(/^Why/).fill('She walks every day; a rail and a pendant lower the risk');
        await keep(page, 'form-decision-whole', { whole: true });
        await page.getByRole('button', { name: /Write the decision/ }).click();
        await page.getByText('It is in the plan, and reaches every phone').waitFor();
        const card = page.locator('.card', { hasText: 'Which support for her walk to the garden?' });
        await card.getByText('Priya, as therapist').waitFor();
        assert.equal(await card.getByText('Does not fit').count(), 0);
        await page.getByText('A gap of two or more: it was decided on.').waitFor();
        await keep(page, 'form-decision-done');

        await card.getByRole('link', { name: /Somebody disagrees/ }).click();
        await page.getByLabel('What is disputed').fill('Whether a rail is enough');
        await page.getByLabel('Who disagrees').fill('Beth');
        await page.getByLabel('Asked on').fill('2026-05-14');
        await page.getByLabel('Who decides it').fill('Dee');
        await keep(page, 'form-disagreement');
        await page.getByRole('button', { name: /Write the disagreement/ }).click();
        await page.getByRole('row', { name: /senior oversight asked/ }).waitFor();

        await withoutBarriers(browser, demo, 'priya', `${new URL(page.url()).pathname.replace('deadlines', 'forms/decision')}`, 'the form of a decision');
        await withoutBarriers(browser, demo, 'dee', `${new URL(page.url()).pathname.replace('deadlines', 'forms/disagreement')}`, 'the form of a disagreement');
      }),
    STORY,
  ),
);

test('a nurse scores a risk beside homecare, and is told what of it is a proposal', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-14T10:02',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openDeadlines(browser, demo, 'beth', NO_SCRIPT);
        await page.getByRole('link', { name: /Score or change it.*Walks to the garden/ }).click();
        await page.getByText('Homecare: likelihood 2, impact 4').waitFor();
        const part = page.getByRole('group', { name: 'As community nursing sees it' });
        await part.getByLabel(/How likely/).selectOption('4');
        await part.getByLabel(/How bad/).selectOption('4');
        assert.equal(await page.getByText('As homecare sees it').count(), 0, 'a nurse scores for homecare');
        await page.getByText('A change of this goes to the supervisor as a proposal.').first().waitFor();
        await page.getByLabel('Agreed approach').fill('A carer with her each time');
        await keep(page, 'form-risk', { whole: true });
        await page.getByRole('button', { name: /Write the risk/ }).click();
        await page.getByText('Your part is in the plan. The rest is a proposal').waitFor();
        const risk = page.locator('.card', { hasText: 'A gap of two or more: it asks for a decision.' });
        assert.match(await risk.innerText(), /Nursing\s+4\s+4\s+Homecare\s+2\s+4/);

        const path = new URL(page.url()).pathname.replace('deadlines', 'forms/risk');
        const imran = await withoutBarriers(browser, demo, 'imran', path, 'the form of a risk');
        await imran.getByText('goes to the supervisor as a proposal').first().waitFor();
        await imran.getByRole('button', { name: 'Propose it to the supervisor' }).waitFor();
        await keep(imran, 'form-risk-proposal');
      }),
    STORY,
  ),
);

test('social care gives its part with health’s beside, and Sam accepts the handover with what is open', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-13T15:30',
    (demo) =>
      withBrowser(async (browser) => {
        const imran = await openDeadlines(browser, demo, 'imran', NO_SCRIPT);
        await imran.getByRole('link', { name: /Give or change your part/ }).last().click();
        await imran.getByText('Told already: not to be asked again').waitFor();
        await imran.getByLabel('What social care contributes').fill('Bed and commode in use; Megan copes');
        await keep(imran, 'form-contribution');
        const path = new URL(imran.url()).pathname;
        await imran.getByRole('button', { name: 'Give our part' }).click();
        await imran.getByText('Bed and commode in use; Megan copes').first().waitFor();

        const sam = await openDeadlines(browser, demo, 'sam', NO_SCRIPT);
        await sam.getByRole('link', { name: /Accept the handover/ }).click();
        await sam.getByRole('heading', { name: 'Still open of going home' }).waitFor();
        assert.equal(await sam.getByLabel('Accepted by').inputValue(), 'Sam');
        await keep(sam, 'form-handover');
        const handover = new URL(sam.url()).pathname;
        await withoutBarriers(browser, demo, 'imran', path, 'the form of a contribution');
        await withoutBarriers(browser, demo, 'sam', handover, 'the form of the handover');
        await sam.getByRole('button', { name: 'Accept the handover' }).click();
        await sam.getByText(/by Sam, Wed 13 May/).first().waitFor();
        assert.equal(await sam.getByRole('link', { name: /Accept the handover/ }).count(), 0);
      }),
    STORY,
  ),
);
