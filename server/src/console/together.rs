//! `GET /people/{person}/deadlines`: what is due of a person's care from whom, and what it follows from: risks side by
//! side, decisions, disagreements, referrals, the joint assessment and going home.
//!
//! The first screen holds what is to do. What the person and each side have told already stands on the page too, so
//! that nobody asks for it again.

use super::form::Form;
use super::page::{Done, NotShown, Top, go_to, page};
use super::people;
use super::plan_forms::is_asked;
use super::reader::untold_of;
use super::session::SignedIn;
use super::words::{self, Names};
use crate::app::App;
use crate::care::PersonCare;
use crate::plan::{Act, act};
use crate::refusal::Refusal;
use alongside_domain::care::clashes::ClashWhy;
use alongside_domain::ids::{EntryId, PersonId};
use alongside_domain::journal::Body;
use alongside_domain::journal::body::{PlanEdit, Role};
use alongside_domain::plan::edit::Section;
use alongside_domain::time::Moment;
use alongside_domain::together::assessment::{AssessmentView, Side};
use alongside_domain::together::deadline::{Deadline, DeadlineKind, DeadlineState};
use alongside_domain::together::decision::DecisionView;
use alongside_domain::together::discharge::{DischargeView, Moved};
use alongside_domain::together::dispute::DisputeView;
use alongside_domain::together::flag::Flag;
use alongside_domain::together::owner::Owner;
use alongside_domain::together::referral::ReferralView;
use alongside_domain::together::review::OpenedReview;
use alongside_domain::together::risk::{RiskView, Score};
use alongside_domain::together::view::{Made, Together, VisitClash};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "deadlines.html")]
struct DeadlinesPage {
    top: Top,
    person: String,
    name: String,
    version: u64,
    done: &'static str,
    to_do: Vec<Row>,
    over: Vec<Row>,
    moved: Vec<MovedRow>,
    clashes: Vec<String>,
    flags: Vec<String>,
    risks: Vec<RiskCard>,
    decisions: Vec<Card>,
    disputes: Vec<Card>,
    referrals: Vec<Card>,
    assessments: Vec<Card>,
    home: Option<Home>,
    told: Vec<Line>,
    untold: Vec<String>,
}

/// A deadline, in words.
pub struct Row {
    pub what: String,
    pub kind: &'static str,
    pub owner: String,
    pub due: String,
    pub state: &'static str,
    pub class: &'static str,
    pub facts: String,
}

/// A due time that moved.
pub struct MovedRow {
    pub item: String,
    pub words: String,
}

/// A risk, as each organisation sees it.
struct RiskCard {
    title: String,
    scores: Vec<ScoreRow>,
    gap: String,
    lines: Vec<Line>,
    links: Vec<Doing>,
}

struct ScoreRow {
    organisation: &'static str,
    likelihood: String,
    impact: String,
}

/// A part of shared work: what it is called, how it stands, and what is said of it.
pub struct Card {
    title: String,
    state: &'static str,
    class: &'static str,
    lines: Vec<Line>,
    links: Vec<Doing>,
}

impl Card {
    /// What is said of it, a line each.
    pub fn told(&self) -> Vec<String> {
        self.lines.iter().map(|line| format!("{}: {}", line.label, line.words)).collect()
    }

    fn with(self, links: Vec<Doing>) -> Card {
        Card { links, ..self }
    }
}

/// A link to a form: where, and what it says.
type Doing = (String, &'static str);

/// What something is, and what is said of it.
pub struct Line {
    pub label: &'static str,
    pub words: String,
}

/// Going home.
struct Home {
    lines: Vec<Line>,
    items: Vec<Row>,
    reviews: Vec<String>,
    links: Vec<Doing>,
}

/// `GET /people/{person}/deadlines`.
pub async fn show(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, NotShown> {
    let reader = people::named(&app, &signed_in, &person).await?;
    let person = reader.person;
    let top = people::top_about(&app, &signed_in, &reader).await?;
    let names = people::names(&app).await?;
    let care = PersonCare::load(&app, &reader).await?;
    let together = care.together();
    let told = told(&care, &together);
    let (to_do, over): (Vec<&Deadline>, Vec<&Deadline>) =
        together.deadlines.iter().partition(|one| one.state.is_to_do());
    let row_of = |one: &&Deadline| row(one, &names);
    let forms = Forms { person, role: signed_in.staff.role };
    let shown = DeadlinesPage {
        top,
        person: person.to_string(),
        name: words::person_read(care.scope, &care.plan.view),
        version: care.plan.view.version,
        done: done_words(done.done.as_deref()),
        to_do: to_do.iter().map(row_of).collect(),
        over: over.iter().map(row_of).collect(),
        moved: moved(&together).map(|one| moved_row(one, &names)).collect(),
        clashes: together.clashes.iter().map(clash).collect(),
        flags: together.flags.iter().map(|one| flag(one, &care)).collect(),
        risks: together.risks.iter().map(|one| risk(one, &names, &forms)).collect(),
        decisions: together
            .decisions
            .iter()
            .map(|one| decision(one, &names).with(forms.decision(one)))
            .collect(),
        disputes: together.disputes.iter().map(|one| dispute(one, &names).with(forms.dispute(one))).collect(),
        referrals: together.referrals.iter().map(|one| referral(one, &names)).collect(),
        assessments: together
            .assessments
            .iter()
            .map(|one| assessment(one, &names).with(forms.assessment(one)))
            .collect(),
        home: together.discharge.as_ref().map(|one| home(one, &names, &forms)),
        told,
        untold: untold_of(&together.lacks, &signed_in),
    };
    Ok(page(StatusCode::OK, &shown))
}

/// What the form carries: the item of the checklist whose owner was told.
#[derive(Deserialize)]
pub struct Given {
    csrf: String,
    version: u64,
    item: String,
}

/// `POST /people/{person}/deadlines/told`: the owner of what has moved was told of the new time. It is an edit of the
/// plan, so the history says who told them of what.
pub async fn told_owner(
    signed_in: SignedIn,
    State(app): State<App>,
    Path(person): Path<String>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, NotShown> {
    let reader = people::named(&app, &signed_in, &person).await?;
    let person = reader.person;
    signed_in.check_own_form(&headers, &given.csrf)?;
    let care = PersonCare::load(&app, &reader).await?;
    let together = care.together();
    let found = moved(&together).find(|one| one.item.as_str() == given.item);
    let Some(found) = found else { return Err(Refusal::NotFound { what: "checklist item" }.into()) };
    let base = people::seen(&care.plan, given.version)?;
    let reason = "the owner was told of the new time".to_owned();
    let edit = PlanEdit { base, commands: vec![found.told()], reason };
    let done = act(&app, &Act { person, by: signed_in.staff.staff, body: Body::PlanEdit(edit) }).await?;
    let done = if done.is_none() { "told" } else { "unchanged" };
    Ok(go_to(&format!("/people/{person}/deadlines?done={done}")))
}

fn done_words(done: Option<&str>) -> &'static str {
    match done {
        Some("told") => "Noted in the plan: the owner knows of the new time.",
        Some("written") => "It is in the plan, and reaches every phone at its next sync.",
        Some("proposed") => "It is a proposal: it waits in the inbox of whoever decides it.",
        Some("both") => {
            "Your part is in the plan. The rest is a proposal: it waits in the inbox of whoever decides it."
        }
        Some("same") => "Nothing was written: the plan says all of it already.",
        Some("unchanged") => "Nothing was changed: someone else changed the plan meanwhile. Look again.",
        _ => "",
    }
}

fn moved(together: &Together) -> impl Iterator<Item = &Moved> {
    together.discharge.iter().flat_map(|home| &home.items).filter_map(|item| item.moved.as_ref())
}

pub fn moved_row(one: &Moved, names: &Names) -> MovedRow {
    let (from, to) = (words::time(one.from), words::time(one.to));
    MovedRow {
        item: one.item.to_string(),
        words: format!("{}: moved from {from} to {to}, for {}", one.text, owner(&one.owner, names)),
    }
}

/// Who, by name.
pub fn owner(owner: &Owner, names: &Names) -> String {
    match owner.staff {
        Some(staff) if names.contains_key(&staff) => words::name(names, staff),
        _ if owner.words.is_empty() => "nobody named".to_owned(),
        _ => owner.words.clone(),
    }
}

pub fn row(one: &Deadline, names: &Names) -> Row {
    let (state, class) = state(one.state);
    let mut facts = Vec::new();
    if let Some(since) = one.since {
        facts.push(format!("opened {}", words::time(since)));
    }
    if let Some(last) = one.last_held {
        facts.push(format!("last held {}", day(last)));
    }
    if let Some(done) = one.done {
        facts.push(made(done, names));
    }
    if one.bank_holiday {
        facts.push("a bank holiday: the date is kept".to_owned());
    }
    if !one.delay.is_empty() {
        facts.push(one.delay.clone());
    }
    Row {
        what: one.what.clone(),
        kind: kind(one.kind),
        owner: owner(&one.owner, names),
        due: one.due.map_or_else(|| "no time set".to_owned(), due_words),
        state,
        class,
        facts: facts.join("; "),
    }
}

/// A due time; the end of a day is told as the day.
fn due_words(due: Moment) -> String {
    if due == due.end_of_local_day() { day(due.local_day()) } else { words::time(due) }
}

/// When and by whom, with when the server knew where that was later.
fn made(made: Made, names: &Names) -> String {
    let late = made.known.filter(|known| known.since_ms(made.at) > KNOWN_LATE_MS);
    let late = late.map(|known| format!(", known {}", words::time(known))).unwrap_or_default();
    format!("{} by {}{late}", words::time(made.at), words::name(names, made.by))
}

/// What is known no later than this after it was done was known at once.
const KNOWN_LATE_MS: i64 = 60_000;

fn state(state: DeadlineState) -> (&'static str, &'static str) {
    match state {
        DeadlineState::Open => ("open", "watch"),
        DeadlineState::Overdue => ("overdue", "urgent"),
        DeadlineState::DoneInTime => ("done in time", "good"),
        DeadlineState::DoneLate => ("done late", "watch"),
    }
}

fn kind(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::Action => "action",
        DeadlineKind::EquipmentCheck => "equipment check",
        DeadlineKind::Review => "review",
        DeadlineKind::PlanReview => "review of the plan",
        DeadlineKind::ReviewOpened => "review that its trigger opened",
        DeadlineKind::Decision => "to be decided",
        DeadlineKind::RiskGap => "a gap that asks for a decision",
        DeadlineKind::Oversight => "senior oversight asked",
        DeadlineKind::DisputeCheck => "check of what was settled",
        DeadlineKind::Referral => "referral to answer",
        DeadlineKind::AssessmentHealth => "joint assessment, health",
        DeadlineKind::AssessmentSocialCare => "joint assessment, social care",
        DeadlineKind::Checklist => "going home",
        DeadlineKind::DailyReview => "joint review of the day",
        DeadlineKind::Handover => "handover to accept",
        DeadlineKind::Dispute => "disagreement to settle",
        DeadlineKind::ProblemSolving => "goal that has stalled: problem-solving review",
    }
}

pub fn clash(one: &VisitClash) -> String {
    let at = words::time(one.at);
    let with = one.with_at.map(words::time).unwrap_or_default();
    match one.why {
        ClashWhy::SameTime => {
            format!("{at}: {} is at the same time as {} ({with}), not a joint visit", one.what, one.with_what)
        }
        ClashWhy::WetDressing => {
            format!(
                "{at}: {} would wet the dressing of {with} ({}) before its next change",
                one.what, one.with_what
            )
        }
        ClashWhy::OutsideRoutine => format!("{at}: {} is outside the person’s day", one.what),
    }
}

fn flag(one: &Flag, care: &PersonCare) -> String {
    let entry = words::entry(&care.plan.view, one.section, one.entry.as_str());
    let field = words::field(one.section, &one.field).to_lowercase();
    format!("{}, {entry}, {field}: {}", words::section(one.section), one.why.words())
}

fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}

/// The lines that say something.
fn lines(lines: impl IntoIterator<Item = (&'static str, String)>) -> Vec<Line> {
    let told = lines.into_iter().filter(|(_, words)| !words.is_empty());
    told.map(|(label, words)| Line { label, words }).collect()
}

fn risk(one: &RiskView, names: &Names, forms: &Forms) -> RiskCard {
    let gap = match (one.asks_for_decision, one.decisions.is_empty()) {
        (false, _) => "",
        (true, true) => "A gap of two or more: it asks for a decision.",
        (true, false) => "A gap of two or more: it was decided on.",
    };
    let mut told = vec![
        ("In the person’s words", quoted(&one.own_view)),
        ("What taking it gives", one.benefit.clone()),
        ("Agreed approach", one.approach.clone()),
        ("Owner", owner(&one.owner, names)),
        ("Review", one.review_on.map(day).unwrap_or_default()),
    ];
    told.extend(reviews(&one.opened, names));
    RiskCard {
        title: one.text.clone(),
        scores: one.scores.iter().map(score).collect(),
        gap: gap.to_owned(),
        lines: lines(told),
        links: forms.risk(one),
    }
}

/// What one organisation thinks of a risk, in words.
pub fn score_words(one: &Score) -> String {
    let ScoreRow { organisation, likelihood, impact } = score(one);
    format!("{organisation}: likelihood {likelihood}, impact {impact}")
}

fn score(one: &Score) -> ScoreRow {
    let number = |of: Option<i64>| of.map_or_else(|| "–".to_owned(), |of| of.to_string());
    let organisation = match one.organisation.as_str() {
        "nursing" => "Nursing",
        "provider" => "Homecare",
        "council" => "Council",
        "therapy" => "Therapy",
        _ => "Hospital",
    };
    ScoreRow { organisation, likelihood: number(one.likelihood), impact: number(one.impact) }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("“{text}”") }
}

/// What came of a review trigger.
fn reviews(opened: &[OpenedReview], names: &Names) -> Vec<(&'static str, String)> {
    let told = |one: &OpenedReview| {
        let found = match &one.held {
            Some(held) => format!(
                "review held {}. {} {}",
                made(Made { at: held.at, ..held.made }, names),
                held.found,
                held.agreed
            ),
            None => match one.due {
                Some(due) => format!("its review is open, due {}", due_words(due)),
                None => "its review is open".to_owned(),
            },
        };
        ("Trigger met", format!("{}: {}", words::time(one.opened), found.trim()))
    };
    opened.iter().map(told).collect()
}

fn decision(one: &DecisionView, names: &Names) -> Card {
    let whose = match one.whose.as_str() {
        "person" => "the person’s own",
        "attorney" => "the attorney’s",
        "best_interests" => "in best interests",
        "services" => "what services provide",
        _ => "nobody has asked",
    };
    let role = one.final_role.replace('_', " ");
    let by = match (one.final_by.words.is_empty(), role.is_empty()) {
        (true, _) => String::new(),
        (false, true) => owner(&one.final_by, names),
        (false, false) => format!("{}, as {role}", owner(&one.final_by, names)),
    };
    let mut told = vec![
        ("Whose decision", whose.to_owned()),
        ("Capacity", one.capacity.replace('_', " ")),
        ("Options", one.options.clone()),
        ("Decision", one.decision.clone()),
        ("Why", one.rationale.clone()),
        ("The person said", quoted(&one.own_words)),
        ("Took part", one.took_part.clone()),
        ("Agreed", one.agreed.clone()),
        ("Did not agree", one.dissented.clone()),
        ("Final decision", by),
        ("By the right about", one.right_about.clone()),
        ("Written down", one.decided.map(|decided| made(decided, names)).unwrap_or_default()),
        ("Review", one.review_on.map(day).unwrap_or_default()),
    ];
    told.extend(one.flags.iter().map(|flag| ("Does not fit", flag.why.words().into_owned())));
    told.extend(reviews(&one.opened, names));
    let is_open = one.opened.iter().any(|review| review.held.is_none());
    let (state, class) = match (one.decided.is_some(), is_open) {
        (false, _) => ("open", "watch"),
        (true, true) => ("review open", "urgent"),
        (true, false) => ("decided", "good"),
    };
    Card { title: one.question.clone(), state, class, lines: lines(told), links: Vec::new() }
}

fn dispute(one: &DisputeView, names: &Names) -> Card {
    let on = |of: Option<NaiveDate>| of.map(day).unwrap_or_default();
    let holiday = if one.check_on_bank_holiday { " (a bank holiday: the date is kept)" } else { "" };
    let reached = [on(one.reached_on), one.reached_by.clone()];
    let reached: Vec<String> = reached.into_iter().filter(|words| !words.is_empty()).collect();
    let told = [
        ("Who disagrees", one.by.clone()),
        (
            "Who decides",
            if one.decides.words.is_empty() { String::new() } else { owner(&one.decides, names) },
        ),
        ("Senior oversight asked", on(one.asked_on)),
        ("Reached", reached.join(", ")),
        ("Result", one.result.clone()),
        ("Told", one.told.clone()),
        ("To be checked", one.check_on.map(|at| format!("{}{holiday}", day(at))).unwrap_or_default()),
        ("Checked", one.checked.map(|checked| made(checked, names)).unwrap_or_default()),
        ("Found", one.check_found.clone()),
    ];
    let (state, class) = if one.settled { ("settled", "good") } else { ("open", "watch") };
    Card { title: one.text.clone(), state, class, lines: lines(told), links: Vec::new() }
}

fn referral(one: &ReferralView, names: &Names) -> Card {
    let told = [
        (if one.way == "in" { "From" } else { "To" }, one.service.clone()),
        ("Reason", one.reason.clone()),
        ("Made", one.made_at.map(words::time).unwrap_or_default()),
        ("State", one.state.replace('_', " ")),
        ("Answer", one.answer.clone()),
        ("Answered", one.answered.map(|answered| made(answered, names)).unwrap_or_default()),
        ("Social care asked at triage", one.triage.replace('_', " ")),
    ];
    let (state, class) = if one.answered.is_some() { ("answered", "good") } else { ("waits", "watch") };
    Card { title: one.text.clone(), state, class, lines: lines(told), links: Vec::new() }
}

/// A part of the joint assessment.
pub fn assessment(one: &AssessmentView, names: &Names) -> Card {
    let mut told = vec![("Due", one.due.map_or_else(|| "once it is known when".to_owned(), words::time))];
    for given in &one.contributions {
        let label = match given.side {
            Side::Health => "Health",
            Side::SocialCare => "Social care",
        };
        let words = match given.made {
            Some(when) => format!("{} ({})", given.words, made(when, names)),
            None => format!("not yet: {}", owner(&given.owner, names)),
        };
        told.push((label, words));
    }
    let (state, class) = state(one.state);
    Card { title: one.text.clone(), state, class, lines: lines(told), links: Vec::new() }
}

fn home(one: &DischargeView, names: &Names, forms: &Forms) -> Home {
    let postponed = one.postponed.iter().map(|moved| {
        let by = made(moved.made, names);
        let why = if moved.delay.is_empty() { String::new() } else { format!(": {}", moved.delay) };
        ("Moved", format!("from {} to {}, {by}{why}", day(moved.from), day(moved.to)))
    });
    let mut told = vec![
        ("From", one.from.clone()),
        ("Pathway", one.pathway.map(|pathway| pathway.to_string()).unwrap_or_default()),
        ("Planned", one.home_on.map(day).unwrap_or_default()),
    ];
    told.extend(postponed);
    told.push(("Came home", one.home_at.map(words::time).unwrap_or_default()));
    let accepted =
        one.accepted.map(|when| format!("by {}, {}", owner(&one.accepted_by, names), made(when, names)));
    told.push(("Handover accepted", accepted.unwrap_or_else(|| "not yet".to_owned())));
    let items = one.items.iter().map(|item| {
        let (state, class) = state(item.state);
        let facts = [item.done.map(|done| made(done, names)).unwrap_or_default(), item.delay.clone()];
        let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        Row {
            what: item.text.clone(),
            kind: if item.hangs_on_going_home { "hangs on going home" } else { "fixed" },
            owner: owner(&item.owner, names),
            due: item.due.map_or_else(|| "no time yet".to_owned(), words::time),
            state,
            class,
            facts: facts.join("; "),
        }
    });
    let reviews = one.reviews.iter().map(|review| match review.held {
        Some(held) => format!("{}: held, {}. {}", day(review.day), made(held, names), review.found),
        None => format!("{}: not held", day(review.day)),
    });
    let links = forms.home(one);
    Home { lines: lines(told), items: items.collect(), reviews: reviews.collect(), links }
}

/// The forms that go on with what the page shows, for whoever reads it.
struct Forms {
    person: PersonId,
    role: Role,
}

impl Forms {
    fn form(&self, form: &str, entry: &EntryId, words: &'static str) -> Doing {
        (format!("/people/{}/forms/{form}/{entry}", self.person), words)
    }

    /// A new entry about another.
    fn about(&self, form: &str, (section, entry): (Section, &EntryId), words: &'static str) -> Doing {
        (format!("/people/{}/forms/{form}?about={}/{entry}", self.person, section.code()), words)
    }

    fn risk(&self, one: &RiskView) -> Vec<Doing> {
        let mut links = vec![self.form("risk", &one.id, "Score or change it")];
        if one.asks_for_decision && one.decisions.is_empty() {
            links.push(self.about("decision", (Section::Risks, &one.id), "Write down a decision on the gap"));
        }
        links
    }

    fn decision(&self, one: &DecisionView) -> Vec<Doing> {
        let words = if one.decided.is_some() { "Change it" } else { "Write down what was decided" };
        let disagree = self.about("disagreement", (Section::Decisions, &one.id), "Somebody disagrees");
        vec![self.form("decision", &one.id, words), disagree]
    }

    fn dispute(&self, one: &DisputeView) -> Vec<Doing> {
        let words = match (one.settled, one.asked_on, one.reached_on) {
            (true, ..) => "Change it",
            (false, Some(_), None) => "Oversight was reached",
            (false, ..) => "Go on with it",
        };
        vec![self.form("disagreement", &one.id, words)]
    }

    fn assessment(&self, one: &AssessmentView) -> Vec<Doing> {
        let asked =
            one.contributions.iter().any(|given| is_asked("contribution", self.role, given.side.code()));
        let words = "Give or change your part";
        if asked { vec![self.form("contribution", &one.id, words)] } else { Vec::new() }
    }

    fn home(&self, one: &DischargeView) -> Vec<Doing> {
        let words = "Accept the handover";
        if one.accepted.is_none() { vec![self.form("handover", &one.id, words)] } else { Vec::new() }
    }
}

/// What was told already: about the person in their words.
pub fn told(care: &PersonCare, together: &Together) -> Vec<Line> {
    let fact = |code| words::fact(&care.plan.view, Section::About, code).unwrap_or_default();
    let given =
        together.assessments.iter().flat_map(|part| &part.contributions).filter(|one| one.made.is_some());
    let told = [
        ("In their own words", quoted(&fact("own_words"))),
        ("What matters most", fact("matters_most")),
        ("How to communicate", fact("communicate")),
        ("How best to support", fact("support_me")),
        ("Important people", fact("important_people")),
        ("Routines", fact("routines")),
    ];
    let mut found = lines(told);
    found.extend(given.map(|one| Line {
        label: if one.side == Side::Health { "Health has told" } else { "Social care has told" },
        words: one.words.clone(),
    }));
    found
}

/// Whether something needs doing now: overdue, or due by the end of the day.
pub fn is_pressing(one: &Deadline, now: Moment) -> bool {
    one.state == DeadlineState::Overdue || one.due.is_some_and(|due| due <= now.end_of_local_day())
}
