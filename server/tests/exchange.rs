//! Devices exchange records through the real routes: what goes up comes down to whoever may see it, once.

mod support;

use alongside_domain::journal::page::Part;
use alongside_domain::journal::{Page, PageError, PageId};
use alongside_domain::sync::messages::{Answer, Cursors, PackedPage};
use support::{Device, Server, bytes, open_records, pain};

#[tokio::test]
async fn a_record_reaches_the_team_with_its_proof_and_nobody_else() {
    let server = Server::start().await;
    let (amina, beth, other) = (
        server.staff("Amina", "carer").await,
        server.staff("Beth", "nurse").await,
        server.staff("Ola", "carer").await,
    );
    let grace = server.person(&[amina, beth]).await;
    let (mut phone, mut nurse, mut stranger) =
        (server.device(amina).await, server.device(beth).await, server.device(other).await);

    let page = phone.cut(&[(grace, vec![pain(2), pain(4)])]);
    let up = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!((up.receipts, up.refused, open_records(&up.extracts)), (vec![page.id], vec![], 0));

    let down = nurse.exchange(&server, vec![]).await;
    assert_eq!(open_records(&down.extracts), 2);
    let opened = down.extracts[0].check(&phone.public_key()).unwrap();
    assert_eq!(opened[0].len(), 2);
    assert_eq!(down.access.unwrap().people[0].person, grace);
    assert_eq!(down.directory.len(), 3);

    let again = nurse.exchange(&server, vec![]).await;
    assert_eq!((again.extracts.len(), again.cursors.len(), again.more), (0, 0, false));
    assert!(again.access.is_none() && again.directory.is_empty());
    assert_eq!(stranger.exchange(&server, vec![]).await.extracts, vec![]);
}

#[tokio::test]
async fn a_page_about_two_people_hides_the_one_whom_the_reader_may_not_see() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let harold = server.person(&[amina]).await;
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let page = phone.cut(&[(grace, vec![pain(1)]), (harold, vec![pain(9)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let down = nurse.exchange(&server, vec![]).await;
    let hidden = down.extracts[0].parts.iter().filter(|part| matches!(part, Part::Hidden(_))).count();
    assert_eq!((open_records(&down.extracts), hidden), (1, 1));
    assert!(down.extracts[0].check(&phone.public_key()).is_ok());
}

#[tokio::test]
async fn a_page_sent_twice_is_stored_once_and_receipted_twice() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let page = phone.cut(&[(grace, vec![pain(2)])]);
    for _ in 0..2 {
        assert_eq!(phone.exchange(&server, vec![bytes(&page)]).await.receipts, vec![page.id]);
    }
    assert_eq!(open_records(&nurse.exchange(&server, vec![]).await.extracts), 1);
}

#[tokio::test]
async fn a_page_without_the_links_before_its_runs_is_taken_where_those_records_are() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let grace = server.person(&[amina]).await;
    let mut phone = server.device(amina).await;
    let pages: Vec<Page> = (0..4).map(|score| phone.cut(&[(grace, vec![pain(score)])])).collect();
    let short = |at: usize| PackedPage::without_befores(pages[at].clone()).0;
    let mut check = async |sent: Vec<Vec<u8>>, taken: &[u64], refused: &[PageError]| {
        let done = phone.exchange(&server, sent).await;
        let receipts: Vec<u64> = done.receipts.iter().map(|id| id.number).collect();
        let why: Vec<PageError> = done.refused.iter().map(|refused| refused.why).collect();
        assert_eq!((receipts.as_slice(), why.as_slice()), (taken, refused));
    };
    let missing = [PageError::BeforeMissing];
    check(vec![short(1)], &[], &missing).await;
    check(vec![short(0), short(1)], &[1, 2], &[]).await;
    check(vec![short(3)], &[], &missing).await;
    check(vec![bytes(&pages[3])], &[4], &[]).await;
    check(vec![short(2)], &[3], &[]).await;
}

#[tokio::test]
async fn a_challenge_counts_once_and_an_unknown_one_stores_nothing() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let grace = server.person(&[amina]).await;
    let mut phone = server.device(amina).await;
    let used = phone.challenge;
    phone.exchange(&server, vec![]).await;
    let page = phone.cut(&[(grace, vec![pain(2)])]);
    phone.challenge = used;
    let request = phone.request(vec![bytes(&page)]);
    assert!(matches!(phone.ask(&server, &request).await, Answer::ChallengeUnknown(_)));
    assert_eq!(server.app.store.heads(vec![grace]).await.unwrap(), vec![]);
    assert!(matches!(phone.ask(&server, &request).await, Answer::Exchanged(_)));
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_two_lost_ones_cost_one_trip() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let page = phone.cut(&[(grace, vec![pain(2)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    let before = nurse.challenge;
    let request = nurse.request(vec![]);
    assert!(matches!(nurse.ask(&server, &request).await, Answer::Exchanged(_)));
    nurse.challenge = before;
    assert!(matches!(nurse.ask(&server, &request).await, Answer::ChallengeUnknown(_)));
    assert_eq!(open_records(&nurse.exchange(&server, vec![]).await.extracts), 1);
}

#[tokio::test]
async fn a_device_whose_digest_is_not_known_sends_all_its_cursors() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let page = phone.cut(&[(grace, vec![pain(2), pain(3)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    nurse.exchange(&server, vec![]).await;
    nurse.cursors.values_mut().for_each(|position| *position = 1);
    let request = nurse.request(vec![]);
    assert!(matches!(nurse.ask(&server, &request).await, Answer::CursorsWanted(_)));
    let mut all = nurse.request(vec![]);
    all.cursors = Cursors::All(nurse.store_epoch, nurse.has());
    let Answer::Exchanged(done) = nurse.ask(&server, &all).await else { panic!() };
    assert_eq!(open_records(&done.extracts), 2, "a run is sent whole");
}

#[tokio::test]
async fn a_device_that_was_set_back_gets_its_own_records_again() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let grace = server.person(&[amina]).await;
    let mut phone = server.device(amina).await;
    let page = phone.cut(&[(grace, vec![pain(2)])]);
    phone.exchange(&server, vec![bytes(&page)]).await;
    phone.exchange(&server, vec![]).await;
    let mut all = phone.request(vec![]);
    all.cursors = Cursors::All(phone.store_epoch, vec![]);
    let Answer::Exchanged(done) = phone.ask(&server, &all).await else { panic!() };
    assert_eq!(open_records(&done.extracts), 1);
}

#[tokio::test]
async fn what_was_recorded_before_access_ended_is_still_taken_and_nothing_comes_down() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let grace = server.person(&[amina, beth]).await;
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let news = nurse.cut(&[(grace, vec![pain(3)])]);
    nurse.exchange(&server, vec![bytes(&news)]).await;
    let off = serde_json::json!({ "person": grace, "staff": amina, "on": false });
    server.ask_admin("care-team", off).await;
    let page = phone.cut(&[(grace, vec![pain(2)])]);
    let done = phone.exchange(&server, vec![bytes(&page)]).await;
    assert_eq!((done.receipts.len(), done.extracts.len()), (1, 0));
    assert!(done.access.unwrap().people.is_empty());
}

#[tokio::test]
async fn a_list_of_whom_somebody_may_see_is_told_to_whoever_has_another() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let (grace, harold) = (server.person(&[amina, beth]).await, server.person(&[beth]).await);
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let told = phone.exchange(&server, vec![]).await.access.expect("it has none");
    assert_eq!(told.people.iter().map(|of| of.person).collect::<Vec<_>>(), [grace]);
    assert_eq!(phone.exchange(&server, vec![]).await.access, None, "it has this one");
    let of_beth = nurse.exchange(&server, vec![]).await.access.expect("it has none");
    assert_ne!(of_beth.version, told.version, "of other people");
    let set = |on: bool| serde_json::json!({ "person": harold, "staff": amina, "on": on });
    server.ask_admin("care-team", set(true)).await;
    let wider = phone.exchange(&server, vec![]).await.access.expect("it has another");
    assert_ne!(wider.version, told.version);
    server.ask_admin("care-team", set(false)).await;
    assert_eq!(phone.exchange(&server, vec![]).await.access, Some(told), "as it was before");
}

#[tokio::test]
async fn many_records_come_in_several_answers_without_loss_or_repeat() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    let (grace, harold) = (server.person(&[amina, beth]).await, server.person(&[amina, beth]).await);
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    let long = || {
        let alongside_domain::journal::Body::Observation(mut body) = pain(1) else { unreachable!() };
        body.note = Some("n".repeat(4_000));
        alongside_domain::journal::Body::Observation(body)
    };
    for _ in 0..12 {
        let page = phone.cut(&[(grace, vec![long(); 25]), (harold, vec![long(); 25])]);
        phone.exchange(&server, vec![bytes(&page)]).await;
    }
    let (mut records, mut answers) = (0, 0);
    loop {
        let done = nurse.exchange(&server, vec![]).await;
        records += open_records(&done.extracts);
        done.extracts.iter().for_each(|extract| assert!(extract.check(&phone.public_key()).is_ok()));
        answers += 1;
        if !done.more {
            break;
        }
    }
    assert_eq!(records, 600);
    assert!(answers > 1, "{answers}");
}

#[tokio::test]
async fn a_device_hears_when_its_colleagues_were_heard_and_only_what_is_new() {
    let server = Server::start().await;
    let (amina, beth) = (server.staff("Amina", "carer").await, server.staff("Beth", "nurse").await);
    server.person(&[amina, beth]).await;
    let (mut phone, mut nurse) = (server.device(amina).await, server.device(beth).await);
    server.app.clock.move_to(support::MONDAY.plus_ms(60_000));
    phone.exchange(&server, vec![]).await;
    let heard = nurse.exchange(&server, vec![]).await.heard;
    assert_eq!((heard[0].device, heard[0].at), (phone.id, support::MONDAY.plus_ms(60_000)));
    assert_eq!(nurse.exchange(&server, vec![]).await.heard, vec![]);
}

#[tokio::test]
async fn a_device_that_nobody_enrolled_is_told_so() {
    let server = Server::start().await;
    let mut stranger = Device::new(alongside_domain::ids::StaffId([9; 16]));
    let request = stranger.request(vec![]);
    assert_eq!(stranger.ask(&server, &request).await, Answer::NotEnrolled);
}

#[tokio::test]
async fn what_a_phone_that_was_set_back_sends_in_another_page_is_receipted_and_kept_once() {
    let server = Server::start().await;
    let amina = server.staff("Amina", "carer").await;
    let grace = server.person(&[amina]).await;
    let mut phone = server.device(amina).await;
    let first = phone.cut(&[(grace, vec![pain(2)])]);
    let heads = [phone.heads[&grace].1];
    let id = PageId { number: 2, ..first.id };
    let again =
        Page::seal(id, first.secret.clone(), first.runs.clone(), &heads, |message| phone.sign(message));
    let done = phone.exchange(&server, vec![bytes(&first), bytes(&again)]).await;
    assert_eq!((done.receipts, done.refused), (vec![first.id, again.id], vec![]));
    let streams = server.app.store.streams(grace).await.unwrap();
    assert_eq!((streams[0].records, streams[0].branches), (1, 0));
}
