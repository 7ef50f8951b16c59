//! The early warning score of vital signs, as remote types.

use alongside_replica::domain::care::news2::{Band, LastSet, News2, Points};
use alongside_replica::domain::ids::StaffId;
use alongside_replica::domain::journal::RecordRef;
use alongside_replica::domain::time::Moment;

/// The last set of vital signs of a person, with its score, or why there is none.
#[uniffi::remote(Record)]
pub struct LastSet {
    pub record: RecordRef,
    pub at: Moment,
    pub by: StaffId,
    pub score: Option<News2>,
    pub no_score: Option<String>,
}

/// A score.
#[uniffi::remote(Record)]
pub struct News2 {
    pub total: u8,
    pub points: Points,
    pub single_three: bool,
    pub band: Band,
}

/// The points of each part.
#[uniffi::remote(Record)]
pub struct Points {
    pub resp_rate: u8,
    pub spo2: u8,
    pub oxygen: u8,
    pub systolic: u8,
    pub pulse: u8,
    pub consciousness: u8,
    pub temperature: u8,
}

/// How soon someone must respond.
#[uniffi::remote(Enum)]
pub enum Band {
    Zero,
    Low,
    LowMedium,
    Medium,
    High,
}
