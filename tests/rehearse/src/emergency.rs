//! A record that is opened in an emergency: the forms of the console as its users fill them in.

use crate::act::StepError;
use crate::format::Emergency;
use crate::html::{Form, Page};
use crate::stage::Stage;

/// Opens, ends, or looks.
pub async fn act(stage: &Stage, by: &str, given: &Emergency) -> Result<(), StepError> {
    let browser = stage.browsers.get(by).expect("the reader has checked who can sign in");
    match given {
        Emergency::Opens { nhs_number, hours, reason } => {
            let page = browser.open("/emergency").await?;
            let search = page.forms.iter().find(|form| form.has("nhs_number"));
            let search = search.ok_or_else(|| not_offered("a search by NHS number"))?;
            let found = browser.submit(search, &[("nhs_number", nhs_number)]).await?;
            let hours = hours.to_string();
            let fields = [("hours", hours.as_str()), ("reason", reason.as_str())];
            browser.submit(form(&found, "/emergency/open")?, &fields).await?;
        }
        Emergency::Ends {} => {
            let page = browser.open("/emergency").await?;
            browser.submit(form(&page, "/emergency/end")?, &[]).await?;
        }
        Emergency::Looks {} => {
            let page = browser.open("/needs-you").await?;
            browser.submit(form(&page, "/emergency/looked")?, &[]).await?;
        }
    }
    Ok(())
}

fn form<'p>(page: &'p Page, action: &str) -> Result<&'p Form, StepError> {
    let found = page.forms.iter().find(|form| form.action.ends_with(action));
    found.ok_or_else(|| not_offered(action))
}

fn not_offered(what: &str) -> StepError {
    StepError::NotOffered(what.to_owned())
}
