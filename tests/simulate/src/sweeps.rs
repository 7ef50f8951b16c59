//! The power fails at each change of a disk in turn, while something is done that must be whole or not at all: the
//! key of a phone's database changes, or an older database is brought to this version.

mod key;
mod migration;

use crate::dice::Dice;
use crate::faults::{Class, Faults};
use crate::place::Place;
use crate::trace::Trace;
use crate::world::World;
use alongside_faultfs::{Image, Mount};
use std::collections::BTreeSet;

/// In how many ways the loss of power at one change is tried: what no sync has covered goes by chance.
const LOSSES: u64 = 2;

/// Lets `act` run on the disk of `image`, and fails the power at its first change of the disk, then at its second, up
/// to its end. `judge` looks at what is left. How many changes there were.
fn at_each_change(mount: &Mount, image: &Image, act: impl Fn(), mut judge: impl FnMut(&str)) -> u64 {
    for change in 0.. {
        let mut has_ended = false;
        for loss in 0..LOSSES {
            mount.disk().put_back(image);
            mount.start_process();
            mount.die_after(change);
            act();
            has_ended = !mount.is_dead();
            mount.disk().lose_power(&mut Dice::new(change * LOSSES + loss));
            mount.start_process();
            judge(&format!("power fails at change {change}, loss {loss}"));
        }
        if has_ended {
            return change;
        }
    }
    unreachable!("what is done ends")
}

/// A world of this seed in the middle of its work, with all apps closed.
fn at_work<'p>(place: &'p Place, seed: u64, with: &[Class]) -> World<'p> {
    let (with, without) = (with.iter().copied().collect(), BTreeSet::new());
    let faults = Faults::of(&Dice::new(seed), &with, &without);
    let mut world = World::begin(place, seed, faults, Trace::new(false));
    (0..300).for_each(|_| world.step());
    world.disk.set_room(None);
    world.disk.fail_no_sync();
    world.servers.iter_mut().for_each(|server| drop(server.kill()));
    for phone in &mut world.phones {
        phone.kill();
        phone.disk.set_room(None);
        phone.disk.fail_no_sync();
    }
    world
}
