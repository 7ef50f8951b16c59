//! Access for a time, without a visit: the form of the person's care team as the office fills it in.

use crate::act::StepError;
use crate::cast::Cast;
use crate::format::GivenTime;
use crate::html::{Form, Page};
use crate::stage::Stage;
use alongside_replica::domain::ids::PersonId;

/// Gives it, or ends it.
pub async fn act(stage: &Stage, by: &str, person: PersonId, given: &GivenTime) -> Result<(), StepError> {
    let browser = stage.browsers.get(by).expect("the reader has checked who can sign in");
    let page = browser.open(&format!("/people/{person}/team")).await?;
    match given {
        GivenTime::Gives { to, from, until } => {
            let staff = staff_of(&stage.cast, to);
            let fields = [("staff", staff.as_str()), ("from", from.as_str()), ("until", until.as_str())];
            browser.submit(form(&page, "/team")?, &fields).await?;
        }
        GivenTime::Ends {} => {
            browser.submit(form(&page, "/team/end")?, &[]).await?;
        }
    }
    Ok(())
}

fn staff_of(cast: &Cast, name: &str) -> String {
    cast.staff(name).to_string()
}

fn form<'p>(page: &'p Page, action: &str) -> Result<&'p Form, StepError> {
    let found = page.forms.iter().find(|form| form.action.ends_with(action));
    found.ok_or_else(|| StepError::NotOffered(action.to_owned()))
}
