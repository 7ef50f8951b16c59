//! The binary `alongside`.

fn main() -> std::process::ExitCode {
    alongside_server::cli::run()
}
