//! The binary `alongside`.

// A sync takes and frees buffers of megabytes on many threads. The system's allocator gives them back to the kernel
// each time, which then clears the same pages again: a fifth of the processor time of an upload. Huge pages are off
// (feature `no_thp`): the kernel would clear two megabytes for a buffer of some kilobytes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    alongside_server::cli::run()
}
