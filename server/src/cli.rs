//! The commands of the binary.

use crate::backup;
use crate::config::{self, Config, ConfigError};
use crate::init;
use crate::kinds;
use crate::serve::{self, ServeError};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Coordinates homecare: the server of an organisation.
#[derive(Debug, Parser)]
#[command(name = "alongside", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an organisation's root key, certificate authority, database and administrator token.
    Init {
        /// A new folder for all data.
        #[arg(long)]
        data: PathBuf,
        /// The organisation's name.
        #[arg(long)]
        organisation: String,
        /// A name or address under which phones reach the server; may be given several times.
        #[arg(long, default_values = ["localhost", "127.0.0.1"])]
        host: Vec<String>,
    },
    /// Serve devices and the console.
    Serve {
        /// A TOML file; the environment (ALONGSIDE_DATA, ALONGSIDE_LISTEN, ...) stands above it.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Copy the database while the server runs, and prove the copy.
    Backup {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
        /// A new file; its manifest stands beside it.
        #[arg(long)]
        to: PathBuf,
    },
    /// Prove a backup, record by record.
    VerifyBackup {
        /// The data folder, for the organisation's keys.
        #[arg(long)]
        data: PathBuf,
        /// The backup.
        #[arg(long)]
        from: PathBuf,
    },
    /// Check the whole audit trail of the database, also while the server runs.
    VerifyAudit {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
    },
    /// Put a backup in the place of the database, while no server runs; phones bring back what came after it.
    Restore {
        /// The data folder. The database that is there is kept beside the new one.
        #[arg(long)]
        data: PathBuf,
        /// The backup.
        #[arg(long)]
        from: PathBuf,
    },
    /// Give the organisation's own kinds of observation, also while the server runs; or only check them.
    Kinds {
        /// The data folder.
        #[arg(long)]
        data: PathBuf,
        /// The whole of them, as JSON.
        #[arg(long)]
        file: PathBuf,
        /// Say what is wrong, and change nothing.
        #[arg(long)]
        check: bool,
    },
    /// Check the configuration and what it names, and say what is wrong.
    CheckConfig {
        /// As for serve.
        #[arg(long)]
        config: Option<PathBuf>,
    },
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Init(#[from] init::InitError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Backup(#[from] backup::BackupError),
    #[error(transparent)]
    Kinds(#[from] kinds::KindsError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("ALONGSIDE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,alongside_server=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run_command(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("alongside: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> Result<(), Failure> {
    crate::tls::install_provider();
    let runtime = tokio::runtime::Runtime::new()?;
    match command {
        Command::Init { data, organisation, host } => {
            let made = runtime.block_on(init::init(&data, &organisation, &host))?;
            println!("{}", serde_json::to_string(&made).expect("text is JSON"));
            eprintln!(
                "alongside: move {} off this machine: it holds the organisation's root key",
                data.join("organisation").display()
            );
            Ok(())
        }
        Command::Serve { config } => Ok(runtime.block_on(serve::serve(&read(config)?))?),
        Command::Backup { data, to } => tell(&runtime.block_on(backup::backup(&data, &to))?),
        Command::VerifyBackup { data, from } => tell(&runtime.block_on(backup::verify(&data, &from))?),
        Command::VerifyAudit { data } => tell(&runtime.block_on(backup::verify_audit(&data))?),
        Command::Restore { data, from } => tell(&runtime.block_on(backup::restore(&data, &from))?),
        Command::Kinds { data, file, check } => tell(&runtime.block_on(kinds::give(&data, &file, check))?),
        Command::CheckConfig { config } => {
            let config = read(config)?;
            serve::check(&config)?;
            println!("the configuration is good");
            Ok(())
        }
    }
}

fn tell(told: &impl serde::Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string(told).expect("numbers and text are JSON"));
    Ok(())
}

fn read(file: Option<PathBuf>) -> Result<Config, ConfigError> {
    config::read(file.as_deref(), |name| std::env::var(name).ok())
}
