//! Somebody at the console, through the server's own routes: they sign in when they are asked to, read, and fill in forms.

use crate::server::{Browsed, Page, ServerProcess};
use alongside_domain::time::Moment;
use tokio::runtime::Runtime;

/// The password of everybody with an account.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody's browser.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    username: &'static str,
    cookie: String,
}

/// A server that is asked at a moment.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The server.
    pub server: &'a ServerProcess,
    /// What lets it work.
    pub runtime: &'a Runtime,
    /// The time.
    pub now: Moment,
}

impl Desk {
    /// The browser of the account of this name.
    pub fn of(username: &'static str) -> Desk {
        Desk { username, cookie: String::new() }
    }

    fn ask(&mut self, at: At<'_>, path: &str, form: Option<&[(&str, &str)]>) -> Option<Page> {
        let page = at.server.browse(at.runtime, at.now, &Browsed { cookie: &self.cookie, path, form })?;
        if let Some(cookie) = &page.cookie {
            self.cookie.clone_from(cookie);
        }
        Some(page)
    }

    /// Signs in: an account gets its desk.
    pub fn sign_in(&mut self, at: At<'_>) -> Option<Page> {
        let form = [("username", self.username), ("password", PASSWORD)];
        self.ask(at, "/sign-in", Some(&form))
    }

    /// Opens a page. Whoever is not signed in, or was to another process of the server, signs in first.
    pub fn open(&mut self, at: At<'_>, path: &str) -> Option<Page> {
        let list = self.ask(at, "/safeguarding", None)?;
        if list.status == 303 || list.html.contains("sign in again") {
            self.sign_in(at)?;
        }
        self.ask(at, path, None)
    }

    /// Records an act on a case, by its form. Nothing where the page is not there.
    pub fn act(&mut self, at: At<'_>, path: &str, fields: &[(&str, &str)]) -> Option<Page> {
        let page = self.open(at, path).filter(|page| page.status == 200)?;
        let csrf = page.html.split("name=\"csrf\" value=\"").nth(1)?.split('"').next()?.to_owned();
        let fields = [&[("csrf", csrf.as_str())], fields].concat();
        self.ask(at, path, Some(&fields))
    }
}
