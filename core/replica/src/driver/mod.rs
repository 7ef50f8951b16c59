//! Carries the bytes of a sync over HTTPS; the disk's part of each step runs on a thread that may block.

pub(crate) mod transport;

use crate::exchange::{Exchange, Step};
use alongside_domain::sync::machine::Outcome;
use transport::Transport;

/// Runs a sync to its end.
pub(crate) async fn run(mut exchange: Exchange, transport: Transport) -> Outcome {
    loop {
        let step;
        (exchange, step) = on_disk(exchange).await;
        match step {
            Step::Working => {}
            Step::Send(request) => exchange.handle_answer(transport.sync(request).await),
            Step::Finished(outcome) => return outcome,
        }
    }
}

async fn on_disk(mut exchange: Exchange) -> (Exchange, Step) {
    let done = tokio::task::spawn_blocking(move || {
        let step = exchange.poll();
        (exchange, step)
    });
    done.await.expect("disk work does not panic")
}
