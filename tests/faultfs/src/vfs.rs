//! The table of C functions that SQLite calls, over [`Disk`]s. Nothing is decided here.

use crate::disk::{Disk, Failed, Mount, Open};
use crate::locks::Level;
use rusqlite::ffi;
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError, Weak};

/// Longest path.
const PATH_BYTES_MAX: c_int = 512;

/// Memory that connections share beside a file. It stays where it is.
pub(crate) struct Region {
    start: *mut u64,
    words: usize,
}

// SAFETY: the memory is SQLite's: it reads and writes it under the slot locks and with barriers, as it does with
// memory that processes share. Here only its address is handed on.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    pub(crate) fn new(bytes: usize) -> Region {
        let memory = vec![0u64; bytes.div_ceil(8)].into_boxed_slice();
        let words = memory.len();
        Region { start: Box::into_raw(memory).cast(), words }
    }

    pub(crate) fn start(&self) -> *mut u8 {
        self.start.cast()
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        let memory = std::ptr::slice_from_raw_parts_mut(self.start, self.words);
        // SAFETY: `new` made this very slice with `Box::into_raw`, and nobody else frees it.
        drop(unsafe { Box::from_raw(memory) });
    }
}

type Mounts = BTreeMap<String, Weak<Mount>>;

fn mounts() -> MutexGuard<'static, Mounts> {
    static MOUNTS: Mutex<Mounts> = Mutex::new(BTreeMap::new());
    MOUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn attach(folder: &str, mount: &Arc<Mount>) {
    mounts().insert(folder.to_owned(), Arc::downgrade(mount));
}

pub(crate) fn detach(folder: &str) {
    mounts().remove(folder);
}

/// The mount of a path, and the path's rest below it.
fn find(path: &str) -> Option<(Arc<Mount>, String)> {
    let mounts = mounts();
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        if let Some(mount) = mounts.get(folder).and_then(Weak::upgrade) {
            return Some((mount, path[folder.len() + 1..].to_owned()));
        }
    }
    None
}

/// Where files without a name stand: what SQLite sorts and spills.
fn scratch() -> (Arc<Mount>, String) {
    static SCRATCH: OnceLock<Arc<Mount>> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mount = SCRATCH.get_or_init(|| Disk::new().mount("/scratch of faultfs"));
    (Arc::clone(mount), NEXT.fetch_add(1, Ordering::SeqCst).to_string())
}

static RANDOMNESS: AtomicU64 = AtomicU64::new(0);

/// SQLite's own random numbers follow from `seed` from now on, for this whole process.
pub fn reset_randomness(seed: u64) {
    install();
    RANDOMNESS.store(seed, Ordering::SeqCst);
    // SAFETY: documented: with 0 bytes and no buffer it forgets its state, and seeds itself anew when next asked.
    unsafe { ffi::sqlite3_randomness(0, std::ptr::null_mut()) };
}

/// Makes disks in memory the default of every SQLite connection that this process opens from now on.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let vfs = Box::leak(Box::new(table()));
        // SAFETY: the table lives for ever and holds only functions of this file.
        let code = unsafe { ffi::sqlite3_vfs_register(vfs, 1) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes a VFS before it is used");
    });
}

fn table() -> ffi::sqlite3_vfs {
    ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: size_of::<FileHandle>() as c_int,
        mxPathname: PATH_BYTES_MAX,
        pNext: std::ptr::null_mut(),
        zName: c"faultfs".as_ptr(),
        pAppData: std::ptr::null_mut(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: None,
        xCurrentTimeInt64: Some(current_time_ms),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// What SQLite allocates for an open file: its own part first.
#[repr(C)]
struct FileHandle {
    base: ffi::sqlite3_file,
    open: *mut Open,
}

/// The open file behind SQLite's pointer.
///
/// # Safety
/// `file` comes from SQLite after [`open`] succeeded and before [`close`]; SQLite uses a connection, and so its
/// files, on one thread at a time.
unsafe fn opened<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Open {
    // SAFETY: `open` wrote a FileHandle there whose pointer comes from `Box::into_raw`; see above.
    unsafe { &mut *(*file.cast::<FileHandle>()).open }
}

fn code(failed: Failed, otherwise: c_int) -> c_int {
    match failed {
        Failed::Full => ffi::SQLITE_FULL,
        Failed::Sync => ffi::SQLITE_IOERR_FSYNC,
        Failed::Dead | Failed::NotThere => otherwise,
    }
}

fn done(done: Result<(), Failed>, otherwise: c_int) -> c_int {
    done.map_or_else(|failed| code(failed, otherwise), |()| ffi::SQLITE_OK)
}

/// # Safety
/// `path` is null or a C string of SQLite's that lives during the call.
unsafe fn place(path: *const c_char) -> Option<(Arc<Mount>, String)> {
    // SAFETY: the caller's promise.
    find(unsafe { CStr::from_ptr(path) }.to_str().ok()?)
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for szOsFile bytes; a null table says "not open", and close is then not called.
    unsafe { (*file).pMethods = std::ptr::null() };
    // SAFETY: SQLite's own path.
    let found = if path.is_null() { Some(scratch()) } else { unsafe { place(path) } };
    let Some((mount, name)) = found else { return ffi::SQLITE_CANTOPEN };
    let is_scratch = flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0;
    let create = flags & ffi::SQLITE_OPEN_CREATE != 0;
    match Open::at(&mount, &name, create, is_scratch) {
        Err(_) => ffi::SQLITE_CANTOPEN,
        Ok(open) => {
            let handle = file.cast::<FileHandle>();
            // SAFETY: szOsFile is the size of FileHandle; `out_flags` is null or SQLite's own.
            unsafe {
                (*handle).open = Box::into_raw(Box::new(open));
                (*handle).base.pMethods = &METHODS;
                if !out_flags.is_null() {
                    *out_flags = flags;
                }
            }
            ffi::SQLITE_OK
        }
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `open` made the box, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<FileHandle>()).open) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, path: *const c_char, _: c_int) -> c_int {
    // SAFETY: SQLite's own path.
    let Some((mount, name)) = (unsafe { place(path) }) else { return ffi::SQLITE_IOERR_DELETE_NOENT };
    match mount.remove(&name) {
        Ok(()) => ffi::SQLITE_OK,
        Err(Failed::NotThere) => ffi::SQLITE_IOERR_DELETE_NOENT,
        Err(failed) => code(failed, ffi::SQLITE_IOERR_DELETE),
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    _: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite's own path.
    let found = unsafe { place(path) }.map_or(Ok(false), |(mount, name)| mount.has(&name));
    match found {
        Ok(there) => {
            // SAFETY: SQLite's own place for the answer.
            unsafe { *out = c_int::from(there) };
            ffi::SQLITE_OK
        }
        Err(failed) => code(failed, ffi::SQLITE_IOERR_ACCESS),
    }
}

/// Paths are absolute already.
unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite's own path.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes_with_nul();
    if bytes.len() > room as usize {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: `out` has room for `room` bytes, and the two do not overlap.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
    ffi::SQLITE_OK
}

/// Numbers that follow from the seed (SplitMix64).
unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, length: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite gives room for `length` bytes.
    let out = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), length as usize) };
    for part in out.chunks_mut(8) {
        let state = RANDOMNESS.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
        let mut mixed = state ^ (state >> 30);
        mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
        part.copy_from_slice(&bytes[..part.len()]);
    }
    length
}

/// Nobody waits in simulated time.
unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, micros: c_int) -> c_int {
    std::thread::yield_now();
    micros
}

/// Noon of 1 January 2000, for ever: the product asks its own clocks, never SQLite's.
const JULIAN_DAY: f64 = 2_451_545.0;

unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite's own place for the answer.
    unsafe { *out = JULIAN_DAY };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time_ms(_: *mut ffi::sqlite3_vfs, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite's own place for the answer.
    unsafe { *out = (JULIAN_DAY * 86_400_000.0) as i64 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: an open file; and room for `length` bytes.
    let (open, out) =
        unsafe { (opened(file), std::slice::from_raw_parts_mut(out.cast::<u8>(), length as usize)) };
    match open.read(at as usize, out) {
        Ok(found) if found == out.len() => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(failed) => code(failed, ffi::SQLITE_IOERR_READ),
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: an open file; and `length` bytes to read.
    let (open, from) =
        unsafe { (opened(file), std::slice::from_raw_parts(from.cast::<u8>(), length as usize)) };
    done(open.write(at as usize, from), ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, bytes: ffi::sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    done(unsafe { opened(file) }.truncate(bytes as usize), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: an open file.
    done(unsafe { opened(file) }.sync(), ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    match unsafe { opened(file) }.length() {
        Ok(length) => {
            // SAFETY: SQLite's own place for the answer.
            unsafe { *out = length as i64 };
            ffi::SQLITE_OK
        }
        Err(failed) => code(failed, ffi::SQLITE_IOERR_FSTAT),
    }
}

fn taken(taken: Result<bool, Failed>, otherwise: c_int) -> c_int {
    match taken {
        Ok(true) => ffi::SQLITE_OK,
        Ok(false) => ffi::SQLITE_BUSY,
        Err(failed) => code(failed, otherwise),
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    taken(unsafe { opened(file) }.lock(Level::of(level)), ffi::SQLITE_IOERR_LOCK)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    done(unsafe { opened(file) }.unlock(Level::of(level)), ffi::SQLITE_IOERR_UNLOCK)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file.
    match unsafe { opened(file) }.is_reserved() {
        Ok(reserved) => {
            // SAFETY: SQLite's own place for the answer.
            unsafe { *out = c_int::from(reserved) };
            ffi::SQLITE_OK
        }
        Err(failed) => code(failed, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK),
    }
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

/// As SQLite's own VFS for Unix.
unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// As SQLite's own VFS for Unix: a torn write leaves bytes beside it alone. Neither atomic nor in order.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    index: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file.
    match unsafe { opened(file) }.region(index as usize, bytes as usize, extend != 0) {
        Ok(region) => {
            // SAFETY: SQLite's own place for the answer.
            unsafe { *out = region.map_or(std::ptr::null_mut(), |start| start.cast()) };
            ffi::SQLITE_OK
        }
        Err(failed) => code(failed, ffi::SQLITE_IOERR_SHMMAP),
    }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: an open file.
    let open = unsafe { opened(file) };
    let slots = first..first + count;
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        return done(open.unlock_slots(slots), ffi::SQLITE_IOERR_SHMLOCK);
    }
    taken(open.lock_slots(slots, flags & ffi::SQLITE_SHM_EXCLUSIVE != 0), ffi::SQLITE_IOERR_SHMLOCK)
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, remove: c_int) -> c_int {
    // SAFETY: an open file.
    unsafe { opened(file) }.let_memory_go(remove != 0);
    ffi::SQLITE_OK
}
