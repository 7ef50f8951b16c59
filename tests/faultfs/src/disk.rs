//! A disk: its files, who has them open, and the faults that are set.

use crate::file::File;
use crate::locks::{Level, Locks};
use crate::vfs::{Region, attach, detach};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a disk writes as one: a write that tears, tears between these.
pub const SECTOR_BYTES: usize = 512;

/// Decides what a loss of power takes.
pub trait Loss {
    /// For each of `changes` unsynced changes of a file, in order, whether it reached the medium.
    fn keep(&mut self, changes: usize) -> Vec<bool>;
    /// For a write over `sectors` sectors that reached the medium in part: which of them. Nothing: all.
    fn tear(&mut self, sectors: usize) -> Option<Vec<bool>>;
}

/// What a disk has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Writes and truncations.
    pub writes: u64,
    /// Syncs that returned without an error.
    pub syncs: u64,
    /// Syncs that failed because they were told to.
    pub failed_syncs: u64,
    /// Writes for which there was no room.
    pub refused_writes: u64,
}

/// Why a file operation failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failed {
    Dead,
    Full,
    Sync,
    NotThere,
}

/// All files of a disk, as they were at one moment.
#[derive(Debug, Clone)]
pub struct Image(BTreeMap<String, File>);

#[derive(Default)]
struct State {
    files: BTreeMap<String, File>,
    /// Files whose removal no sync has covered: a loss of power may bring them back.
    removed: BTreeMap<String, File>,
    locks: BTreeMap<String, Locks>,
    memory: BTreeMap<String, Vec<Arc<Region>>>,
    lives: BTreeMap<u64, (String, Arc<Life>)>,
    next_handle: u64,
    room_bytes: Option<usize>,
    syncs_until_failure: Option<u64>,
    counts: Counts,
}

/// A process that uses the disk. Dead: all its handles fail.
#[derive(Debug)]
pub(crate) struct Life {
    dead: AtomicBool,
    changes_left: AtomicU64,
}

impl Life {
    fn new() -> Arc<Life> {
        Arc::new(Life { dead: AtomicBool::new(false), changes_left: AtomicU64::new(u64::MAX) })
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Counts a change; `false` when the process dies at it.
    fn count(&self) -> bool {
        let left = self.changes_left.load(Ordering::SeqCst);
        if left == 0 {
            self.dead.store(true, Ordering::SeqCst);
        } else if left != u64::MAX {
            self.changes_left.store(left - 1, Ordering::SeqCst);
        }
        left > 0
    }
}

/// A disk. Clones are the same disk.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

/// A folder below which one process sees the files of a disk. Dropped, the folder is no longer a disk's.
pub struct Mount {
    folder: String,
    disk: Disk,
    life: Mutex<Arc<Life>>,
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Disk {
        Disk::default()
    }

    /// Makes `folder` (absolute, without a slash at its end) a process's way to this disk. Two folders are two
    /// processes with the same files.
    pub fn mount(&self, folder: &str) -> Arc<Mount> {
        let mount = Mount { folder: folder.to_owned(), disk: self.clone(), life: Mutex::new(Life::new()) };
        let mount = Arc::new(mount);
        attach(folder, &mount);
        mount
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every process on the disk dies, and what no sync has covered goes as `loss` says. Whether any file differs
    /// from what readers saw before.
    pub fn lose_power(&self, loss: &mut dyn Loss) -> bool {
        let mut state = self.state();
        state.lives.values().for_each(|(_, life)| life.dead.store(true, Ordering::SeqCst));
        state.bury();
        let mut changed = false;
        for (name, file) in std::mem::take(&mut state.files) {
            let (left, differs) = file.after_power_loss(loss);
            changed |= differs;
            state.files.extend(left.map(|left| (name, left)));
        }
        for (name, file) in std::mem::take(&mut state.removed) {
            let is_back = !state.files.contains_key(&name) && loss.keep(1) == [false];
            if let (true, (Some(left), _)) = (is_back, file.after_power_loss(loss)) {
                changed = true;
                state.files.insert(name, left);
            }
        }
        changed
    }

    /// Bytes that all files together may hold; nothing for no limit.
    pub fn set_room(&self, bytes: Option<usize>) {
        self.state().room_bytes = bytes;
    }

    /// Bytes that all files together hold.
    pub fn used_bytes(&self) -> usize {
        self.state().used_bytes()
    }

    /// The sync after `syncs` more fails, once, and what it should have covered is never written.
    pub fn fail_sync_after(&self, syncs: u64) {
        self.state().syncs_until_failure = Some(syncs);
    }

    /// No sync fails any more.
    pub fn fail_no_sync(&self) {
        self.state().syncs_until_failure = None;
    }

    /// Changes one bit of a file, on the medium and in the cache. `false` when there is no such byte.
    pub fn flip_bit(&self, name: &str, at: usize, bit: u8) -> bool {
        let mut state = self.state();
        let Some(file) = state.files.get_mut(name).filter(|file| at < file.current.len()) else {
            return false;
        };
        file.flip(at, bit);
        true
    }

    /// Names and lengths of the files, by name.
    pub fn files(&self) -> Vec<(String, usize)> {
        self.state().files.iter().map(|(name, file)| (name.clone(), file.current.len())).collect()
    }

    /// A file's bytes as readers see them.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.state().files.get(name).map(|file| file.current.clone())
    }

    /// A copy of all files as readers see them.
    pub fn copy(&self) -> Image {
        Image(self.state().files.iter().map(|(name, file)| (name.clone(), file.clone().settled())).collect())
    }

    /// Whether readers would see the same if this copy were put back.
    pub fn is_as(&self, image: &Image) -> bool {
        let state = self.state();
        let (names, copied) = (state.files.keys(), image.0.keys());
        names.eq(copied) && state.files.iter().all(|(name, file)| image.0[name].current == file.current)
    }

    /// Puts a copy back in place of all files. Every process on the disk dies.
    pub fn put_back(&self, image: &Image) {
        let mut state = self.state();
        state.lives.values().for_each(|(_, life)| life.dead.store(true, Ordering::SeqCst));
        state.bury();
        state.files = image.0.clone();
        state.removed.clear();
    }

    /// What the disk has done so far.
    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    /// How many changes no sync has covered.
    pub fn unsynced(&self) -> usize {
        self.state().files.values().map(File::unsynced).sum()
    }
}

impl Mount {
    /// The process dies now: its handles fail, its locks are free, and its writes stay in the cache.
    pub fn kill(&self) {
        self.life().dead.store(true, Ordering::SeqCst);
        self.disk.state().bury();
    }

    /// The process dies at the change (write, truncation, sync or removal) after `changes` more. That one fails.
    pub fn die_after(&self, changes: u64) {
        self.life().changes_left.store(changes, Ordering::SeqCst);
    }

    /// Whether the process has died.
    pub fn is_dead(&self) -> bool {
        self.life().is_dead()
    }

    /// A new process takes the place of the one before, which is dead from now on.
    pub fn start_process(&self) {
        self.kill();
        *self.life.lock().unwrap_or_else(PoisonError::into_inner) = Life::new();
    }

    /// The disk.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    pub(crate) fn life(&self) -> Arc<Life> {
        Arc::clone(&self.life.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        self.kill();
        detach(&self.folder);
    }
}

impl State {
    /// Frees what dead processes held, as the operating system does.
    fn bury(&mut self) {
        let dead: Vec<u64> =
            self.lives.iter().filter(|(_, (_, life))| life.is_dead()).map(|(handle, _)| *handle).collect();
        for handle in dead {
            self.lives.remove(&handle);
            self.locks.values_mut().for_each(|locks| locks.forget(handle));
        }
        let in_use: Vec<&String> = self.lives.values().map(|(name, _)| name).collect();
        self.memory.retain(|name, _| in_use.contains(&name));
    }

    fn used_bytes(&self) -> usize {
        self.files.values().map(|file| file.current.len()).sum()
    }
}

/// An open file of a disk.
pub(crate) struct Open {
    disk: Disk,
    life: Arc<Life>,
    handle: u64,
    name: String,
    is_scratch: bool,
    /// Keeps what SQLite points at until it lets go.
    regions: Vec<Arc<Region>>,
}

type Done<T> = Result<T, Failed>;

impl Open {
    pub(crate) fn at(mount: &Mount, name: &str, create: bool, is_scratch: bool) -> Done<Open> {
        let (disk, life) = (mount.disk.clone(), mount.life());
        if life.is_dead() {
            return Err(Failed::Dead);
        }
        let mut state = disk.state();
        if !state.files.contains_key(name) {
            if !create {
                return Err(Failed::NotThere);
            }
            state.files.insert(name.to_owned(), File::default());
        }
        state.next_handle += 1;
        let handle = state.next_handle;
        state.lives.insert(handle, (name.to_owned(), Arc::clone(&life)));
        drop(state);
        Ok(Open { disk, life, handle, name: name.to_owned(), is_scratch, regions: Vec::new() })
    }

    fn state(&self) -> Done<MutexGuard<'_, State>> {
        if self.life.is_dead() { Err(Failed::Dead) } else { Ok(self.disk.state()) }
    }

    /// Reads into `to`; how many bytes were there.
    pub(crate) fn read(&self, at: usize, to: &mut [u8]) -> Done<usize> {
        let state = self.state()?;
        let file = state.files.get(&self.name).ok_or(Failed::NotThere)?;
        let from = file.current.get(at..).unwrap_or_default();
        let length = from.len().min(to.len());
        to[..length].copy_from_slice(&from[..length]);
        to[length..].fill(0);
        Ok(length)
    }

    pub(crate) fn write(&self, at: usize, bytes: &[u8]) -> Done<()> {
        let mut state = self.state()?;
        let used = state.used_bytes();
        let room = state.room_bytes;
        let file = state.files.get_mut(&self.name).ok_or(Failed::NotThere)?;
        let growth = (at + bytes.len()).saturating_sub(file.current.len());
        if growth > 0 && room.is_some_and(|room| used + growth > room) {
            state.counts.refused_writes += 1;
            return Err(Failed::Full);
        }
        file.write(at, bytes);
        state.counts.writes += 1;
        self.count()
    }

    pub(crate) fn truncate(&self, bytes: usize) -> Done<()> {
        let mut state = self.state()?;
        state.files.get_mut(&self.name).ok_or(Failed::NotThere)?.truncate(bytes);
        state.counts.writes += 1;
        self.count()
    }

    /// A process that dies in a sync never knows what it covered.
    pub(crate) fn sync(&self) -> Done<()> {
        let mut state = self.state()?;
        self.count()?;
        let State { files, removed, counts, syncs_until_failure, .. } = &mut *state;
        let file = files.get_mut(&self.name).ok_or(Failed::NotThere)?;
        match syncs_until_failure {
            Some(0) => {
                *syncs_until_failure = None;
                file.fail_sync();
                counts.failed_syncs += 1;
                return Err(Failed::Sync);
            }
            Some(left) => *left -= 1,
            None => {}
        }
        if file.sync() {
            removed.clear();
        }
        counts.syncs += 1;
        Ok(())
    }

    fn count(&self) -> Done<()> {
        if self.life.count() { Ok(()) } else { Err(Failed::Dead) }
    }

    pub(crate) fn length(&self) -> Done<usize> {
        Ok(self.state()?.files.get(&self.name).ok_or(Failed::NotThere)?.current.len())
    }

    /// `false` when others hold a lock that is in the way.
    pub(crate) fn lock(&self, level: Level) -> Done<bool> {
        Ok(self.state()?.locks.entry(self.name.clone()).or_default().raise(self.handle, level))
    }

    pub(crate) fn unlock(&self, level: Level) -> Done<()> {
        self.state()?.locks.entry(self.name.clone()).or_default().lower(self.handle, level);
        Ok(())
    }

    pub(crate) fn is_reserved(&self) -> Done<bool> {
        Ok(self.state()?.locks.get(&self.name).is_some_and(Locks::is_reserved))
    }

    /// `false` when others hold one of the slots.
    pub(crate) fn lock_slots(&self, slots: std::ops::Range<i32>, exclusive: bool) -> Done<bool> {
        let mut state = self.state()?;
        let locks = state.locks.entry(self.name.clone()).or_default();
        Ok(locks.take_slots(self.handle, slots, exclusive))
    }

    pub(crate) fn unlock_slots(&self, slots: std::ops::Range<i32>) -> Done<()> {
        self.state()?.locks.entry(self.name.clone()).or_default().free_slots(self.handle, slots);
        Ok(())
    }

    /// The memory beside the file; nothing when it is not there and not to be made.
    pub(crate) fn region(&mut self, index: usize, bytes: usize, extend: bool) -> Done<Option<*mut u8>> {
        let mut state = self.state()?;
        let memory = state.memory.entry(self.name.clone()).or_default();
        while extend && memory.len() <= index {
            memory.push(Arc::new(Region::new(bytes)));
        }
        let Some(region) = memory.get(index).cloned() else { return Ok(None) };
        drop(state);
        let start = region.start();
        if !self.regions.iter().any(|kept| Arc::ptr_eq(kept, &region)) {
            self.regions.push(region);
        }
        Ok(Some(start))
    }

    pub(crate) fn let_memory_go(&mut self, remove: bool) {
        self.regions.clear();
        let mut state = self.disk.state();
        let mut others = state.lives.iter().filter(|(handle, _)| **handle != self.handle);
        let is_last = !others.any(|(_, (name, _))| *name == self.name);
        if (remove || is_last) && !self.life.is_dead() {
            state.memory.remove(&self.name);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        state.lives.remove(&self.handle);
        if let Some(locks) = state.locks.get_mut(&self.name) {
            locks.forget(self.handle);
        }
        if self.is_scratch {
            state.files.remove(&self.name);
        }
    }
}

impl Mount {
    pub(crate) fn remove(&self, name: &str) -> Done<()> {
        let life = self.life();
        if life.is_dead() || !life.count() {
            return Err(Failed::Dead);
        }
        let mut state = self.disk.state();
        let file = state.files.remove(name).ok_or(Failed::NotThere)?;
        state.removed.insert(name.to_owned(), file);
        Ok(())
    }

    pub(crate) fn has(&self, name: &str) -> Done<bool> {
        if self.life().is_dead() {
            return Err(Failed::Dead);
        }
        Ok(self.disk.state().files.get(name).is_some_and(|file| !file.current.is_empty()))
    }
}
