//! The whole surface of the server on one screen.

use crate::app::App;
use crate::clock::Clock;
use crate::{admin, audit, console, enrol, probe, sync};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};

/// Every route. `PUT /test/clock` is there only with a test clock.
pub fn router(app: App) -> Router {
    let devices = Router::new()
        .route("/v1/enrol", post(enrol::enrol).layer(DefaultBodyLimit::max(enrol::BODY_BYTES_MAX)))
        .route("/v1/sync", post(sync::sync).layer(DefaultBodyLimit::max(sync::BODY_BYTES_MAX)));
    let administration = Router::new()
        .route("/v1/admin/staff", post(admin::add_staff))
        .route("/v1/admin/employers", post(admin::set_employer))
        .route("/v1/admin/people", post(admin::add_person))
        .route("/v1/admin/key-safes", post(admin::set_key_safe))
        .route("/v1/admin/care-team", post(admin::set_care_team))
        .route("/v1/admin/restricted-recipients", post(admin::set_recipients))
        .route("/v1/admin/council-numbers", post(admin::set_council))
        .route(
            "/v1/admin/kinds",
            get(admin::own_kinds).post(admin::set_kinds).layer(DefaultBodyLimit::max(admin::KINDS_BYTES_MAX)),
        )
        .route("/v1/admin/device-codes", post(admin::add_code))
        .route("/v1/admin/erasures", get(admin::erasures).post(admin::erase))
        .route("/v1/admin/kept-apart", get(admin::kept_apart).post(admin::decide_one))
        .route("/v1/admin/end-wait", post(admin::end_wait))
        .route("/v1/admin/revocations", get(admin::revocations).post(admin::revoke))
        .route("/v1/admin/wipe-orders", post(admin::order_wipe))
        .route("/v1/admin/state", get(admin::state))
        .layer(DefaultBodyLimit::max(admin::BODY_BYTES_MAX))
        .layer(from_fn_with_state(app.clone(), audit::layer::administration));
    let open = Router::new()
        .route("/v1/trust", get(admin::trust))
        .route("/livez", get(probe::livez))
        .route("/readyz", get(probe::readyz));
    let test = match app.clock {
        Clock::Test(_) => Router::new().route("/test/clock", put(admin::move_clock)),
        Clock::System => Router::new(),
    };
    let console = console::routes().layer(from_fn_with_state(app.clone(), audit::layer::console));
    devices.merge(administration).merge(console).merge(open).merge(test).with_state(app)
}
