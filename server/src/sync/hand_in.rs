//! What a device hands in, each in its turn: its own pages, what it brings back after a restore, and sealed pages.

use super::{Asker, brought, pages, sealed};
use crate::app::App;
use crate::refusal::Refusal;
use crate::sharing;
use alongside_domain::journal::PageId;
use alongside_domain::sync::messages::{Refused, Request};
use alongside_domain::time::Moment;
use std::mem::take as all_of;

/// What became of it.
pub struct HandedIn {
    /// Of its own pages.
    pub pages: pages::Taken,
    /// Of what it brought back.
    pub brought: brought::Taken,
    /// Sealed pages that are durable.
    pub sealed: Vec<PageId>,
}

impl HandedIn {
    /// Everything that is durable.
    pub fn receipts(&self) -> Vec<PageId> {
        [self.pages.receipts.as_slice(), &self.brought.receipts, &self.sealed].concat()
    }

    /// Everything that was not taken, and why.
    pub fn refused(&self) -> Vec<Refused> {
        [self.pages.refused.as_slice(), &self.brought.refused].concat()
    }
}

/// Takes it out of the request.
pub async fn take(
    app: &App,
    asker: &Asker<'_>,
    request: &mut Request,
    now: Moment,
) -> Result<HandedIn, Refusal> {
    let sender = pages::Sender { device: asker.device, access: &asker.access, role: asker.staff.role };
    let carried = request.pages.len();
    let handed = pages::Handed {
        pages: all_of(&mut request.pages),
        digests: request.digests.take().unwrap_or_default(),
        counted: request.counted,
        at: now,
    };
    let pages = pages::take(app, &sender, handed).await?;
    let is_partners = sharing::partner_of(app, &asker.staff).is_some();
    let bringer = brought::Bringer { sender: &sender, is_partners };
    let back = (all_of(&mut request.certificates), all_of(&mut request.brought));
    let brought = brought::take(app, bringer, back, carried, now).await?;
    let given = sealed::Given {
        pages: all_of(&mut request.sealed),
        acknowledges: request.acknowledges.take().unwrap_or_default(),
        calls: request.calls.take().unwrap_or_default(),
    };
    let sealed = sealed::take(app, asker.device, given, now).await?;
    Ok(HandedIn { pages, brought, sealed })
}
