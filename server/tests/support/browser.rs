//! The console as a browser uses it: a cookie, pages, forms.

use super::Server;
use alongside_domain::ids::StaffId;
use axum::body::Body as HttpBody;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";

pub struct Browser<'s> {
    pub server: &'s Server,
    pub cookie: String,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Browser<'_> {
    pub fn of(server: &Server) -> Browser<'_> {
        Browser { server, cookie: String::new() }
    }

    pub async fn send(&mut self, request: Request<HttpBody>) -> Page {
        let answer = self.server.routes.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        if let Some(cookie) = headers.get(header::SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let html = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        Page { status, headers, html: String::from_utf8(html.to_vec()).unwrap() }
    }

    pub async fn open(&mut self, path: &str) -> Page {
        let request =
            Request::get(path).header(header::COOKIE, &self.cookie).body(HttpBody::empty()).unwrap();
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(HttpBody::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    pub async fn sign_in(&mut self, username: &str, password: &str) -> Page {
        self.post("/sign-in", &[("username", username), ("password", password)]).await
    }
}

pub fn location(page: &Page) -> &str {
    page.headers[header::LOCATION].to_str().unwrap()
}

/// The value of the first input with this name.
pub fn field(page: &Page, name: &str) -> String {
    let after = page.html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

pub async fn account(server: &Server, name: &str, role: &str) -> StaffId {
    account_of(server, name, role, "Larkfield").await
}

pub async fn account_of(server: &Server, name: &str, role: &str, organisation: &str) -> StaffId {
    let asked = json!({ "name": name, "role": role, "organisation": organisation,
                        "username": name.to_lowercase(), "password": PASSWORD });
    let (status, answer) = server.ask_admin("staff", asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["staff"].as_str().unwrap().parse().unwrap()
}
