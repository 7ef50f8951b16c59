//! The story of wound care beside community nursing, record by record: what it must hold about triggers,
//! escalations, what cannot be told, and the aligned notes.

use crate::support::*;
use alongside_domain::care::aligned::{Segment, Way};
use alongside_domain::care::escalation::{Escalation, EscalationState, InTime};
use alongside_domain::care::offer::Offer;
use alongside_domain::journal::body::{
    Communication, Match, Means, Observation, PlanEdit, ReasonAbsent, VisitKind,
};
use alongside_domain::journal::{Body, OwnRecord, PlanSeen, RecordRef};
use alongside_domain::plan::edit::{Command, Section};
use alongside_domain::value::Value;

const T1: &str = r#"{"any":[{"compare":{"kind":"wound_dressed","field":"strike_through","op":"at_least","value":"over_75"}},{"compare":{"kind":"wound_dressed","field":"dressing","op":"is","value":"off"}}]}"#;
const T3: &str = r#"{"any":[{"compare":{"kind":"wound_dressed","field":"skin_colour","op":"is_one_of","value":["redder","purple","darker"]}},{"compare":{"kind":"wound_dressed","field":"press_test","op":"is","value":"does_not_fade"}},{"compare":{"kind":"wound_dressed","field":"skin_warmth","op":"is_one_of","value":["warmer","cooler"]}},{"compare":{"kind":"wound_dressed","field":"skin_feel","op":"is_one_of","value":["firmer","boggy"]}}]}"#;
const ASKED: [(&str, &str); 4] =
    [("strike", "strike_through"), ("smell", "smell"), ("pain", "pain_rest"), ("skin", "skin_colour")];

fn plan(t2: &str) -> PlanText {
    let mut text = PlanText::default()
        .trigger("T1", T1, "district_nursing", "60")
        .trigger("T2", t2, "district_nursing", "same_day")
        .trigger("T3", T3, "district_nursing", "60")
        .trigger("T4", MEALS, "district_nursing", "same_day")
        .trigger("T5", TURN_6H, "coordinator", "same_day");
    let day = r#"{"open":[{"from":"08:00","to":"18:00"}]}"#;
    let night = r#"{"open":[{"from":"18:00","to":"08:00"}],"bank_holidays":"all_day"}"#;
    let office = r#"{"open":[{"days":["mon","tue","wed","thu","fri"],"from":"08:30","to":"18:30"}]}"#;
    for (id, role, hours) in [
        ("nurses", "district_nursing", Some(day)),
        ("nurses-ooh", "out_of_hours_nursing", Some(night)),
        ("gp", "gp", Some(office)),
        ("daughter", "family", None),
        ("on-call", "on_call", None),
        ("sam", "coordinator", None),
    ] {
        let mut values = fields(&[("role", role), ("name", id)]);
        values.extend(hours.map(|hours| ("hours".to_owned(), Value::text(hours))));
        text = text.set(Section::Contacts, id, values);
    }
    for (id, field) in ASKED {
        text = text.set(Section::Asked, id, fields(&[("kind", "wound_dressed"), ("field", field)]));
    }
    text
}

/// The story, with the device clocks of its scenario: what each holder knows at a moment is a cut of it.
struct Story {
    world: World,
    /// When the server had each record.
    came_in: Vec<(RecordRef, String)>,
    last: [String; 4],
    visits: u8,
    /// Amina's record of the 3rd at 12:41, and what it matched.
    t2_first: Option<RecordRef>,
    t2_beth: Option<RecordRef>,
}

impl Story {
    fn note(&mut self, record: RecordRef, came_in: &str) {
        self.came_in.push((record, came_in.to_owned()));
    }

    /// A visit: arrival, a change of position, and what was seen of the wound.
    fn visit(
        &mut self,
        who: Who,
        when: &str,
        saved: &str,
        sees: &[(&str, &str)],
        came_in: &str,
    ) -> RecordRef {
        let number = self.number_of(when);
        let arrived = self.world.arrive(who, when, number, VisitKind::Care);
        let turned =
            Observation { visit: Some(visit_id(number)), ..observation("position", &[("to", "left_side")]) };
        let turned = self.world.add(who, when, when, Body::Observation(turned));
        let wound = Observation { visit: Some(visit_id(number)), ..observation("wound_dressed", sees) };
        let wound = self.world.add(who, when, saved, Body::Observation(wound));
        for record in [arrived, turned, wound] {
            self.note(record, came_in);
        }
        self.remember(sees);
        wound
    }

    fn remember(&mut self, sees: &[(&str, &str)]) {
        for (slot, (_, field)) in self.last.iter_mut().zip(ASKED) {
            if let Some((_, text)) = sees.iter().find(|(code, _)| *code == field) {
                *slot = (*text).to_owned();
            }
        }
    }

    /// A visit that is not told: as planned, by Joel, online, with the latest earlier values.
    fn usual(&mut self, when: &str) {
        let last = self.last.clone();
        let sees: Vec<(&str, &str)> =
            ASKED.iter().zip(&last).map(|((_, field), text)| (*field, text.as_str())).collect();
        self.visit(JOEL, when, when, &sees, when);
    }

    fn clinical(&mut self, when: &str, number: u8, sees: &[(&str, &str)], came_in: &str) -> RecordRef {
        let arrived = self.world.arrive(BETH, when, number, VisitKind::Clinical);
        let wound = Observation { visit: Some(visit_id(number)), ..observation("wound_dressed", sees) };
        let wound = self.world.add(BETH, when, when, Body::Observation(wound));
        self.note(arrived, came_in);
        self.note(wound, came_in);
        self.remember(sees);
        wound
    }

    /// The number of the planned visit whose window holds the moment, or a new one.
    fn number_of(&mut self, when: &str) -> u8 {
        let moment = at(when);
        let planned = self.world.entries.iter().find_map(|entry| match &entry.body {
            Body::VisitPlanned(planned) if (planned.start..=planned.window_end).contains(&moment) => {
                Some(planned.visit.0[0])
            }
            _ => None,
        });
        planned.unwrap_or_else(|| {
            self.visits += 1;
            self.visits
        })
    }

    fn roster(&mut self) {
        self.visits = 0;
        for day in 2..=7 {
            for time in ["08:00", "12:30", "17:30", "21:30"] {
                let start = format!("{day} {time}");
                if at(&start) < at("2 11:00") {
                    continue;
                }
                let amina = ["2 17:30", "3 08:00", "3 12:30", "3 17:30", "5 08:00"].contains(&start.as_str());
                self.visits += 1;
                self.world.visit(self.visits, VisitKind::Care, &start, if amina { AMINA } else { JOEL });
            }
        }
        for (number, start) in [(200, "2 11:00"), (202, "5 11:00")] {
            self.world.visit(number, VisitKind::Clinical, start, BETH);
        }
    }

    fn tell() -> Story {
        let mut story = Story {
            world: World::new(),
            came_in: Vec::new(),
            last: Default::default(),
            visits: 0,
            t2_first: None,
            t2_beth: None,
        };
        story.world.plan(1, "2 11:00", plan(PAIN_UP_2));
        story.world.seen.version = 1;
        story.roster();
        story.monday_and_tuesday();
        story.rest_of_the_week();
        story
    }

    fn monday_and_tuesday(&mut self) {
        let same = [("strike_through", "none"), ("smell", "none"), ("skin_colour", "same")];
        let with_pain = |pain| [&same[..], &[("pain_rest", pain)]].concat();
        self.clinical("2 11:05", 200, &with_pain("2"), "2 11:05");
        self.usual("2 12:30");
        let sees =
            [("strike_through", "under_25"), ("smell", "none"), ("pain_rest", "2"), ("skin_colour", "same")];
        self.visit(AMINA, "2 17:30", "2 17:30", &sees, "2 17:30");
        self.usual("2 21:30");
        let home = "3 18:20";
        self.visit(AMINA, "3 08:05", "3 08:05", &[("strike_through", "under_25"), ("pain_rest", "3")], home);
        let worse = [
            ("strike_through", "25_to_75"),
            ("pain_rest", "4"),
            ("smell", "close_to"),
            ("fluid_colour", "cloudy_cream"),
        ];
        let first = self.visit(AMINA, "3 12:40", "3 12:41", &worse, home);
        self.t2_first = Some(first);
        let from = self.world.entries.len();
        self.world.attempt(AMINA, "3 12:48", about("T2", first), "nurses", false);
        self.world.attempt(AMINA, "3 12:55", about("T2", first), "nurses", true);
        self.world.answer(AMINA, "3 12:55", about("T2", first), Some((BETH, "3 15:30")));
        self.notes_since(from, home);
        self.beth_changes_t2();
        let swab = self.clinical("3 15:10", 201, &with_pain("4"), "3 15:40");
        self.t2_beth = Some(swab);
        let from = self.world.entries.len();
        let call = Communication {
            with: "Amina".to_owned(),
            means: Means::Phone,
            purpose: "pain".to_owned(),
            said: "will come by 15:30, leave the dressing".to_owned(),
        };
        self.world.add(BETH, "3 12:55", "3 15:10", Body::Communication(call));
        self.notes_since(from, "3 15:40");
        self.world.seen.own_edit = None;
        self.world.plan(3, "3 15:40", plan(PAIN_UP_1));
        self.visit(AMINA, "3 17:35", "3 17:35", &with_pain("4"), home);
        self.world.seen.version = 3;
        let from = self.world.entries.len();
        self.world.close(BETH, "3 18:25", about("T2", swab), "dressing changed, swab taken");
        self.notes_since(from, "3 18:25");
        self.usual("3 21:30");
    }

    /// Beth, offline, on the plan as it was at 13:00.
    fn beth_changes_t2(&mut self) {
        let commands = vec![Command::SetField {
            section: Section::Triggers,
            entry: entry_id("T2"),
            field: "condition".to_owned(),
            value: Value::text(PAIN_UP_1),
        }];
        let base = PlanSeen { version: 1, own_edit: None };
        let edit = PlanEdit { base, commands, reason: "watch closely".to_owned() };
        let edit = self.world.add(BETH, "3 14:00", "3 14:00", Body::PlanEdit(edit));
        self.note(edit, "3 15:40");
        self.world.seen.own_edit = Some(OwnRecord { epoch: edit.epoch, number: edit.number });
    }

    fn rest_of_the_week(&mut self) {
        let wednesday = self.visit(JOEL, "4 08:00", "4 08:00", &[("pain_rest", "5")], "4 08:00");
        let from = self.world.entries.len();
        self.world.attempt(JOEL, "4 08:06", about("T2", wednesday), "nurses", true);
        self.world.answer(JOEL, "4 08:06", about("T2", wednesday), None);
        self.world.attempt(SAM, "4 14:05", about_absence("T5", "4 14:00"), "sam", true);
        self.world.answer(SAM, "4 14:05", about_absence("T5", "4 14:00"), None);
        self.notes_as_made(from);
        let last = self.last.clone();
        let all: Vec<(&str, &str)> =
            ASKED.iter().zip(&last).map(|((_, field), text)| (*field, text.as_str())).collect();
        self.visit(AMINA, "4 14:50", "4 14:50", &all, "4 14:50");
        let from = self.world.entries.len();
        self.world.close(SAM, "4 15:00", about_absence("T5", "4 14:00"), "turned at 14:50");
        self.notes_as_made(from);
        self.usual("4 17:30");
        self.usual("4 21:30");
        let mut leaking = all.clone();
        leaking[0] = ("strike_through", "leaking");
        let thursday = self.visit(AMINA, "5 08:00", "5 08:00", &leaking, "5 08:00");
        let from = self.world.entries.len();
        self.world.attempt(AMINA, "5 08:03", about("T1", thursday), "nurses", true);
        self.world.answer(AMINA, "5 08:03", about("T1", thursday), None);
        self.notes_as_made(from);
        let changed =
            [("strike_through", "none"), ("pain_rest", "3"), ("smell", "none"), ("skin_colour", "same")];
        self.clinical("5 11:00", 202, &changed, "5 11:00");
        let from = self.world.entries.len();
        self.world.close(BETH, "5 11:10", about("T2", wednesday), "dressing changed");
        self.world.close(BETH, "5 11:10", about("T1", thursday), "dressing changed");
        self.notes_as_made(from);
        for day in 5..=7 {
            for time in ["08:00", "12:30", "17:30", "21:30"] {
                if day > 5 || time != "08:00" {
                    self.usual(&format!("{day} {time}"));
                }
            }
        }
        let from = self.world.entries.len();
        self.world.declined(JOEL, "6 12:30", "meal", ReasonAbsent::Declined);
        self.world.see(JOEL, "6 17:30", "meal", &[("eaten", "quarter")]);
        let breakfast = self.world.see(JOEL, "7 08:00", "meal", &[("eaten", "none")]);
        self.world.attempt(JOEL, "7 08:10", about("T4", breakfast), "nurses", true);
        self.world.answer(JOEL, "7 08:10", about("T4", breakfast), None);
        self.world.close(SAM, "7 09:00", about("T4", breakfast), "daughter and GP told");
        self.notes_as_made(from);
    }

    fn notes_since(&mut self, from: usize, came_in: &str) {
        for index in from..self.world.entries.len() {
            self.note(self.world.entries[index].id, came_in);
        }
    }

    fn notes_as_made(&mut self, from: usize) {
        for index in from..self.world.entries.len() {
            let entry = &self.world.entries[index];
            self.came_in.push((entry.id, shown(entry.effective)));
        }
    }

    /// What the server holds at a moment.
    fn server(&self, now: &str) -> World {
        let mut world = self.world.clone();
        let came_in = |id: RecordRef| {
            let found = self.came_in.iter().find(|(record, _)| *record == id);
            found.map_or(at("1 00:00"), |(_, when)| at(when))
        };
        world.entries.retain(|entry| came_in(entry.id) <= at(now));
        world.versions.retain(|version| version.accepted <= at(now));
        let held: Vec<RecordRef> = world.entries.iter().map(|entry| entry.id).collect();
        held.into_iter().for_each(|id| world.received(id, &shown(came_in(id))));
        for who in [JOEL, SAM] {
            world.heard(who, now);
        }
        let offline = |from: &str, to: &str| at(now) >= at(from) && at(now) < at(to);
        world.heard(AMINA, if offline("3 07:45", "3 18:20") { "3 07:45" } else { now });
        world.heard(BETH, if offline("3 13:00", "3 15:40") { "3 13:00" } else { now });
        world
    }

    /// What a device of one person holds while it is offline: what the server had before, and its own.
    fn phone(&self, who: Who, offline_since: &str, now: &str) -> World {
        let mut world = self.server(offline_since);
        let own = |entry: &&alongside_domain::journal::Entry| {
            entry.id.author == device(who)
                && entry.effective <= at(now)
                && entry.effective > at(offline_since)
        };
        let own: Vec<_> = self.world.entries.iter().filter(own).cloned().collect();
        world.entries.extend(own);
        world.heard(who, now);
        world
    }
}

fn only<'a>(found: &'a [Escalation], trigger: &str) -> &'a Escalation {
    let mut of: Vec<&Escalation> = found.iter().filter(|e| e.trigger.id.as_str() == trigger).collect();
    assert_eq!(of.len(), 1, "one escalation of {trigger}");
    of.remove(0)
}

#[test]
fn the_week_has_five_escalations_and_no_others() {
    let week = Story::tell().server("8 09:00");
    assert_eq!(
        week.raised("8 09:00"),
        ["T2 3 12:41 x3", "T2 4 08:00 x5", "T5 4 14:00 x1", "T1 5 08:00 x1", "T4 7 08:00 x1"]
    );
    assert!(week.escalations("8 09:00").open().next().is_none());
}

#[test]
fn t2_is_met_on_aminas_phone_offline_and_the_gp_is_offered_after_no_answer() {
    let story = Story::tell();
    let before = story.phone(AMINA, "3 07:45", "3 12:40");
    assert_eq!(before.raised("3 12:40"), [""; 0]);
    let first = story.phone(AMINA, "3 07:45", "3 12:41").escalations("3 12:41");
    let raised = only(&first.list, "T2");
    assert_eq!(raised.offers.as_ref().map(|o| &o.next), Some(&Offer::Contact(entry_id("nurses"))));
    assert_eq!(shown(raised.due), "3 23:59");
    let rung = story.phone(AMINA, "3 07:45", "3 12:48").escalations("3 12:48");
    let offers = only(&rung.list, "T2").offers.clone().expect("it is open");
    assert_eq!(offers.next, Offer::Contact(entry_id("gp")), "nobody answered");
    assert_eq!(offers.retry, [entry_id("nurses")]);
    assert_eq!(offers.list.last(), Some(&Offer::NineNineNineIfWorse));
}

#[test]
fn t2_stands_as_raised_at_15_10_on_beths_phone_and_the_server_until_amina_syncs() {
    let story = Story::tell();
    let beth = story.phone(BETH, "3 13:00", "3 15:10");
    assert_eq!(beth.raised("3 15:10"), ["T2 3 15:10 x1"]);
    let mut server = story.server("3 15:40");
    assert_eq!(server.raised("3 15:40"), ["T2 3 15:10 x1"]);
    let held = server.escalations("3 15:40");
    assert!(only(&held.list, "T2").attempts.is_empty(), "a communication is no attempt");
    server = story.server("3 18:20");
    assert_eq!(server.raised("3 18:20"), ["T2 3 12:41 x3"]);
}

#[test]
fn t2_of_the_3rd_is_one_escalation_with_two_attempts_and_14_minutes_to_the_answer() {
    let story = Story::tell();
    let found = story.server("8 09:00").escalations("8 09:00");
    let t2 = &found.list[0];
    assert_eq!(t2.raised_by, Match::Record(story.t2_first.expect("told")));
    let attempts: Vec<(String, bool)> = t2.attempts.iter().map(|a| (shown(a.at), a.answered)).collect();
    assert_eq!(attempts, [("3 12:48".to_owned(), false), ("3 12:55".to_owned(), true)]);
    assert_eq!(t2.response_minutes, Some(14));
    assert_eq!(t2.matches[1].matched, Match::Record(story.t2_beth.expect("told")));
    assert_eq!((t2.done_in_time, t2.known_in_time), (InTime::Yes, InTime::Yes));
    let promise = t2.promise.as_ref().expect("Beth promised");
    assert_eq!(promise.kept.map(shown), Some("3 15:10".to_owned()));
    assert_eq!(promise.in_time, InTime::Yes);
    let closed = t2.closed.as_ref().expect("Beth closed it");
    assert_eq!(
        (shown(closed.at), closed.outcome.as_str()),
        ("3 18:25".to_owned(), "dressing changed, swab taken")
    );
    assert_eq!(t2.state, EscalationState::Closed);
}

#[test]
fn t2_of_the_4th_is_met_by_the_changed_trigger_against_4() {
    let found = Story::tell().server("8 09:00").escalations("8 09:00");
    let t2 = &found.list[1];
    assert_eq!((shown(t2.raised), t2.response_minutes), ("4 08:00".to_owned(), Some(6)));
    assert_eq!(t2.matches[0].judged_by, 3);
    let why = serde_json::to_value(&t2.matches[0].why).expect("serialises");
    assert_eq!((&why[0]["change"]["base"], &why[0]["change"]["value"]), (&4.into(), &5.into()));
}

#[test]
fn the_old_t2_would_not_have_been_met_on_the_4th() {
    let mut story = Story::tell();
    story.world.versions.retain(|version| version.version == 1);
    story.world.entries.retain(|entry| !matches!(entry.body, Body::PlanEdit(_)));
    let mut week = story.server("8 09:00");
    week.entries.iter_mut().for_each(|entry| entry.header.plan_seen.version = 1);
    let t2: Vec<String> =
        week.raised("8 09:00").into_iter().filter(|raised| raised.starts_with("T2 4")).collect();
    // The act about the match that no longer holds stays in sight, with no match.
    assert_eq!(t2, ["T2 4 08:00 x0"]);
}

#[test]
fn t5_cannot_be_told_on_the_3rd_at_14_00_and_lapses_at_18_20() {
    let story = Story::tell();
    assert!(story.server("3 13:59").escalations("3 13:59").cannot_tell.is_empty());
    for (now, lapsed) in
        [("3 14:00", None), ("3 18:19", None), ("3 18:20", Some("3 18:20")), ("8 09:00", Some("3 18:20"))]
    {
        let found = story.server(now).escalations(now);
        assert_eq!(
            found
                .list
                .iter()
                .filter(|e| e.trigger.id.as_str() == "T5" && shown(e.raised).starts_with('3'))
                .count(),
            0
        );
        let told: Vec<_> = found
            .cannot_tell
            .iter()
            .map(|c| (c.trigger.to_string(), shown(c.due), c.ring.clone(), c.lapsed.map(shown)))
            .collect();
        assert_eq!(
            told,
            [("T5".to_owned(), "3 14:00".to_owned(), vec![staff(AMINA)], lapsed.map(str::to_owned))],
            "{now}"
        );
    }
    let joel = story.phone(JOEL, "3 13:59", "3 14:00").escalations("3 14:00");
    assert_eq!(joel.cannot_tell_now().count(), 1, "the same on Joel's phone");
}

#[test]
fn t5_raises_one_escalation_on_the_4th_at_14_00_on_the_server_and_on_joels_phone() {
    let story = Story::tell();
    assert_eq!(story.server("4 13:59").raised("4 13:59").len(), 2);
    for world in [story.server("4 14:00"), story.phone(JOEL, "4 13:59", "4 14:00")] {
        let found = world.escalations("4 14:00");
        let t5 = only(&found.list, "T5");
        assert_eq!((shown(t5.raised), t5.matches.len()), ("4 14:00".to_owned(), 1));
        assert_eq!(t5.offers.as_ref().map(|o| &o.next), Some(&Offer::Contact(entry_id("sam"))));
        assert_eq!(found.cannot_tell_now().count(), 0);
    }
}

fn trend<'a>(segment: &'a Segment, field: &str) -> &'a alongside_domain::care::aligned::Trend {
    segment.asked.iter().find(|trend| trend.field == field).expect("it is asked for")
}

fn gaps(segment: &Segment) -> Vec<String> {
    segment.gaps.iter().map(|gap| format!("{} {}", shown(gap.at), gap.item.field)).collect()
}

fn met(segment: &Segment) -> Vec<String> {
    segment.triggers.iter().map(|met| met.trigger.to_string()).collect()
}

#[test]
fn beths_aligned_notes_have_the_two_segments_of_the_story() {
    let notes = Story::tell().server("5 11:10").aligned("5 11:10");
    let bounds: Vec<_> = notes.segments.iter().map(|s| (s.from.map(shown), s.to.map(shown))).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        bounds,
        [(some("2 11:05"), some("3 15:10")), (some("3 15:10"), some("5 11:00")), (some("5 11:00"), None)]
    );
    let [first, second, _] = &notes.segments[..] else { panic!("three segments") };

    let strike = trend(first, "strike_through");
    let ends = (strike.first().map(|v| v.words.as_str()), strike.last().map(|v| v.words.as_str()));
    assert_eq!((ends, strike.way), ((Some("None"), Some("25 to 75%")), Way::Up));
    let pain = trend(first, "pain_rest");
    assert_eq!(
        (&pain.lowest, &pain.highest, pain.way),
        (&Some(Value::Int(2)), &Some(Value::Int(4)), Way::Up)
    );
    assert_eq!(met(first), ["T2"]);
    assert_eq!(first.triggers[0].answers.len(), 1);
    assert_eq!(gaps(first), ["3 08:05 smell", "3 08:05 skin_colour", "3 12:40 skin_colour"]);
    assert_eq!(first.visits_missed, Some(0));

    let pain = trend(second, "pain_rest");
    let ends = (pain.first().map(|v| v.value.clone()), pain.last().map(|v| v.value.clone()));
    assert_eq!(ends, (Some(Value::Int(4)), Some(Value::Int(5))));
    assert_eq!(met(second), ["T2", "T5", "T1"]);
    assert_eq!(gaps(second), ["4 08:00 strike_through", "4 08:00 smell", "4 08:00 skin_colour"]);
    assert_eq!(second.visits_missed, Some(1));
}

#[test]
fn each_record_names_the_plan_that_its_author_saw() {
    let story = Story::tell();
    let aminas = story.world.entries.iter().filter(|entry| {
        entry.header.by == staff(AMINA)
            && shown(entry.effective).starts_with("3 ")
            && entry.effective < at("3 18:20")
    });
    assert!(aminas.into_iter().all(|entry| entry.header.plan_seen.version == 1));
    let found = story.server("8 09:00").escalations("8 09:00");
    let seventeen = &found.list[0].matches[2];
    assert_eq!((seventeen.judged_by, seventeen.earlier_plan), (1, false), "met by the plan she saw");
}

/// The same records in the same holder's hands give the same answer, whatever order they came in.
#[test]
fn the_week_is_the_same_backwards() {
    let week = Story::tell().server("8 09:00");
    let mut backwards = week.clone();
    backwards.entries.reverse();
    assert_eq!(backwards.escalations("8 09:00"), week.escalations("8 09:00"));
    assert_eq!(backwards.aligned("8 09:00"), week.aligned("8 09:00"));
}
