//! All chance of a run, from its seed. Each use has dice of its own, so that leaving one fault out does not move
//! the others.

use alongside_faultfs::Loss;
use std::sync::{Arc, Mutex, PoisonError};

/// Random numbers that follow from a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice {
    seed: u64,
    state: u64,
}

fn mix(state: u64) -> u64 {
    let mut mixed = state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice { seed, state: mix(seed ^ 0x5851_f42d_4c95_7f2d) }
    }

    /// Dice for one use, whatever these have rolled before.
    pub fn of(&self, what: &str) -> Dice {
        let label = what.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Dice::new(mix(self.seed ^ label))
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.roll().is_multiple_of(times)
    }

    /// One of them; there is at least one.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

impl Loss for Dice {
    fn keep(&mut self, changes: usize) -> Vec<bool> {
        match self.below(3) {
            0 => vec![false; changes],
            1 => {
                let kept = self.below(changes + 1);
                (0..changes).map(|change| change < kept).collect()
            }
            _ => (0..changes).map(|_| self.once_in(2)).collect(),
        }
    }

    fn tear(&mut self, sectors: usize) -> Option<Vec<bool>> {
        self.once_in(4).then(|| (0..sectors).map(|_| self.once_in(2)).collect())
    }
}

/// A source of random bytes for the product, from dice.
#[derive(Clone)]
pub struct SeededRandom(Arc<Mutex<Dice>>);

impl SeededRandom {
    /// Bytes from these dice.
    pub fn new(dice: Dice) -> SeededRandom {
        SeededRandom(Arc::new(Mutex::new(dice)))
    }

    fn fill_from_dice(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&dice.roll().to_le_bytes()[..part.len()]);
        }
    }

    /// Lets `act` draw from other dice; afterwards it is as if nothing had been drawn.
    pub fn aside<T>(&self, other: Dice, act: impl FnOnce() -> T) -> T {
        let exchange =
            |dice| std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), dice);
        let own = exchange(other);
        let done = act();
        exchange(own);
        done
    }

    /// `N` bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill_from_dice(&mut bytes);
        bytes
    }
}

impl alongside_replica::random::Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.fill_from_dice(bytes);
    }
}

impl alongside_server::secret::Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.fill_from_dice(bytes);
    }
}
