//! The server's public HTTP surface, as an administrator and as people in the console use it.

use crate::html::{Form, Page};
use crate::server_process::ServerProcess;
use alongside_replica::EnrolTicket;
use alongside_replica::domain::ids::{PersonId, StaffId};
use alongside_replica::domain::time::Moment;
use reqwest::{Client, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Why the server did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The network or TLS.
    #[error("{what}: {cause}")]
    Network {
        /// What was asked.
        what: String,
        /// Why it failed.
        #[source]
        cause: reqwest::Error,
    },
    /// It refused.
    #[error("{what}: the server answered {status}: {body}")]
    Refused {
        /// What was asked.
        what: String,
        /// The status code.
        status: u16,
        /// The beginning of its answer.
        body: String,
    },
    /// It answered something else than is documented.
    #[error("{what}: {why}")]
    Unexpected {
        /// What was asked.
        what: String,
        /// What is wrong with the answer.
        why: String,
    },
}

/// The administrator.
#[derive(Debug)]
pub struct Administrator {
    client: Client,
    base: String,
    token: String,
}

/// Someone's browser.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    base: String,
    username: String,
    password: String,
}

#[derive(Deserialize)]
struct StaffAdded {
    staff: StaffId,
}

#[derive(Deserialize)]
struct PersonAdded {
    person: PersonId,
}

#[derive(Deserialize)]
struct Ticket {
    ca_pem: String,
    root_key: String,
    code: String,
}

fn client(server: &ServerProcess, cookies: bool) -> Result<Client, HttpError> {
    let what = || "the organisation's authority".to_owned();
    let authority = reqwest::Certificate::from_pem(server.ca_pem.as_bytes())
        .map_err(|cause| HttpError::Network { what: what(), cause })?;
    let builder =
        Client::builder().tls_certs_only([authority]).https_only(true).no_proxy().cookie_store(cookies);
    builder.build().map_err(|cause| HttpError::Network { what: what(), cause })
}

async fn answer(what: &str, request: RequestBuilder) -> Result<Response, HttpError> {
    let response =
        request.send().await.map_err(|cause| HttpError::Network { what: what.to_owned(), cause })?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.text().await.unwrap_or_default();
    Err(HttpError::Refused {
        what: what.to_owned(),
        status: status.as_u16(),
        body: body.chars().take(2_000).collect(),
    })
}

async fn json_of<T: serde::de::DeserializeOwned>(what: &str, response: Response) -> Result<T, HttpError> {
    response.json().await.map_err(|cause| HttpError::Network { what: what.to_owned(), cause })
}

impl Administrator {
    /// Signs in with the token that `alongside init` gave.
    pub fn of(server: &ServerProcess) -> Result<Administrator, HttpError> {
        Ok(Administrator {
            client: client(server, false)?,
            base: format!("https://{}", server.address),
            token: server.administrator_token.clone(),
        })
    }

    async fn post<T: serde::de::DeserializeOwned>(&self, path: &str, body: Json) -> Result<T, HttpError> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body);
        json_of(path, answer(path, request).await?).await
    }

    /// Moves the server's clock.
    pub async fn move_clock(&self, now_ms: i64) -> Result<(), HttpError> {
        let request = self.client.put(format!("{}/test/clock", self.base)).json(&json!({ "now_ms": now_ms }));
        answer("/test/clock", request).await.map(drop)
    }

    /// Adds a member of staff; with a sign-in for the console, where one is given.
    pub async fn add_staff(
        &self,
        name: &str,
        role: &str,
        organisation: &str,
        sign_in: Option<(&str, &str)>,
        agency: bool,
    ) -> Result<StaffId, HttpError> {
        let mut body = json!({ "name": name, "role": role, "organisation": organisation, "agency": agency });
        if let Some((username, password)) = sign_in {
            body["username"] = json!(username);
            body["password"] = json!(password);
        }
        Ok(self.post::<StaffAdded>("/v1/admin/staff", body).await?.staff)
    }

    /// Adds a person.
    pub async fn add_person(&self) -> Result<PersonId, HttpError> {
        Ok(self.post::<PersonAdded>("/v1/admin/people", json!({})).await?.person)
    }

    /// Puts a member of staff into a person's care team.
    pub async fn add_to_care_team(&self, person: PersonId, staff: StaffId) -> Result<(), HttpError> {
        self.post::<Json>("/v1/admin/care-team", json!({ "person": person, "staff": staff })).await.map(drop)
    }

    /// Sets the code of a person's key safe, for a supervisor or manager.
    pub async fn set_key_safe(&self, person: PersonId, code: &str, by: StaffId) -> Result<(), HttpError> {
        let body = json!({ "person": person, "code": code, "by": by });
        self.post::<Json>("/v1/admin/key-safes", body).await.map(drop)
    }

    /// Says who receives concerns.
    pub async fn set_recipients(&self, staff: Vec<StaffId>) -> Result<(), HttpError> {
        self.post::<Json>("/v1/admin/restricted-recipients", json!({ "staff": staff })).await.map(drop)
    }

    /// Gives the organisation's own kinds of observation.
    pub async fn give_kinds(&self, kinds: Json) -> Result<(), HttpError> {
        self.post::<Json>("/v1/admin/kinds", kinds).await.map(drop)
    }

    /// What a new device of this member of staff needs to join by way of `url`.
    pub async fn ticket(
        &self,
        staff: StaffId,
        url: String,
        issued: Moment,
    ) -> Result<EnrolTicket, HttpError> {
        let what = "/v1/admin/device-codes";
        let ticket: Ticket = self.post(what, json!({ "staff": staff })).await?;
        let root_key = ticket.root_key.parse().map_err(|_| HttpError::Unexpected {
            what: what.to_owned(),
            why: "the root key is not one".to_owned(),
        })?;
        Ok(EnrolTicket { url, ca_pem: ticket.ca_pem, root_key, code: ticket.code, issued_ms: issued })
    }

    /// The server's state, as tests and operators see it.
    pub async fn state(&self) -> Result<Json, HttpError> {
        let what = "/v1/admin/state";
        let request = self.client.get(format!("{}{what}", self.base)).bearer_auth(&self.token);
        json_of(what, answer(what, request).await?).await
    }
}

impl Browser {
    /// A browser that is not signed in yet.
    pub fn of(server: &ServerProcess, username: &str, password: &str) -> Result<Browser, HttpError> {
        Ok(Browser {
            client: client(server, true)?,
            base: format!("https://{}", server.address),
            username: username.to_owned(),
            password: password.to_owned(),
        })
    }

    /// Opens a page; signs in first, where the console asks for it.
    pub async fn open(&self, path: &str) -> Result<Page, HttpError> {
        let page = self.load(path).await?;
        if !is_sign_in(&page) {
            return Ok(page);
        }
        self.sign_in(&page).await?;
        let page = self.load(path).await?;
        if is_sign_in(&page) {
            let why = "the console asks to sign in again and again".to_owned();
            return Err(HttpError::Unexpected { what: path.to_owned(), why });
        }
        Ok(page)
    }

    async fn load(&self, path: &str) -> Result<Page, HttpError> {
        page_of(path, answer(path, self.client.get(format!("{}{path}", self.base))).await?).await
    }

    async fn sign_in(&self, page: &Page) -> Result<(), HttpError> {
        let form =
            page.forms.iter().find(|form| form.has("password")).ok_or_else(|| HttpError::Unexpected {
                what: "sign-in".to_owned(),
                why: "the page has no form with a password".to_owned(),
            })?;
        let mut fields = form.fields.clone();
        fields.insert("username".to_owned(), self.username.clone());
        fields.insert("password".to_owned(), self.password.clone());
        self.send("/sign-in", form, fields).await.map(drop)
    }

    /// Sends a form of a page, with these fields in place of its own.
    pub async fn submit(&self, form: &Form, changed: &[(&str, &str)]) -> Result<Page, HttpError> {
        let mut fields = form.fields.clone();
        fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.send(&form.action.clone(), form, fields).await
    }

    async fn send(
        &self,
        what: &str,
        form: &Form,
        fields: BTreeMap<String, String>,
    ) -> Result<Page, HttpError> {
        let action = if form.action.is_empty() { what } else { &form.action };
        let request =
            self.client.post(format!("{}{action}", self.base)).header("origin", &self.base).form(&fields);
        page_of(what, answer(what, request).await?).await
    }
}

fn is_sign_in(page: &Page) -> bool {
    page.forms.iter().any(|form| form.has("password"))
}

async fn page_of(what: &str, response: Response) -> Result<Page, HttpError> {
    let html = response.text().await.map_err(|cause| HttpError::Network { what: what.to_owned(), cause })?;
    Ok(Page::read(&html))
}
