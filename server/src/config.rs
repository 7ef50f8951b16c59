//! The configuration: a TOML file, then the environment, then the rules that it must keep.

use alongside_domain::sync::standing::LEASE_HOURS;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A configuration that keeps its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data folder that `alongside init` made.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether this process speaks TLS itself.
    pub tls: bool,
    /// A proxy in front terminates TLS.
    pub behind_proxy: bool,
    /// The server's address for phones; absent: the listening address.
    pub public_url: Option<String>,
    /// The TLS certificate in PEM.
    pub certificate: PathBuf,
    /// Its key in PEM.
    pub key: PathBuf,
    /// How long phones show what they hold without having reached the server, in hours.
    pub lease_hours: u32,
    /// The file in which sealed records are kept a second time.
    pub second_copy: Option<PathBuf>,
    /// The clock stands still until `PUT /test/clock` moves it.
    pub test_clock: bool,
}

/// Why a configuration is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::ErrorKind,
    },
    /// Not TOML, or a setting that is not known.
    #[error("{path}: {why}")]
    Toml {
        /// Which file.
        path: PathBuf,
        /// Where and why, by the parser.
        why: String,
    },
    /// A setting that must be given.
    #[error("the setting '{name}' is missing: give it in the file, or as ALONGSIDE_{upper}", upper = name.to_uppercase())]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// A value that the setting does not take.
    #[error("the setting '{name}' cannot be '{value}': it takes {takes}")]
    Value {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        takes: &'static str,
    },
    /// Care data would cross a network in the clear.
    #[error(
        "without TLS the server listens on loopback only, not on {listen}: set tls = true, or behind_proxy = true \
         if a proxy terminates TLS"
    )]
    PlainBeyondLoopback {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// Anyone on the network could move the clock.
    #[error("a test clock listens on loopback only, not on {listen}")]
    TestClockBeyondLoopback {
        /// The address asked for.
        listen: SocketAddr,
    },
}

/// The file's settings. All can be left out when the environment gives them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    data: Option<PathBuf>,
    listen: Option<String>,
    tls: Option<bool>,
    behind_proxy: Option<bool>,
    public_url: Option<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    lease_hours: Option<u32>,
    second_copy: Option<PathBuf>,
}

/// Reads the file, where one is given, and the settings `ALONGSIDE_*` that `environment` returns.
pub fn read(
    file: Option<&Path>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Config, ConfigError> {
    let mut settings = file.map_or(Ok(Settings::default()), read_file)?;
    let text = |name: &str| environment(&format!("ALONGSIDE_{name}"));
    let switch = |name: &'static str, key: &str, otherwise: Option<bool>| match text(key) {
        None => Ok(otherwise),
        Some(value) => parse_switch(name, &value).map(Some),
    };
    settings.data = text("DATA").map(PathBuf::from).or(settings.data);
    settings.second_copy = text("SECOND_COPY").map(PathBuf::from).or(settings.second_copy);
    settings.listen = text("LISTEN").or(settings.listen);
    settings.public_url = text("PUBLIC_URL").or(settings.public_url);
    settings.tls = switch("tls", "TLS", settings.tls)?;
    settings.behind_proxy = switch("behind_proxy", "BEHIND_PROXY", settings.behind_proxy)?;
    if let Some(value) = text("LEASE_HOURS") {
        settings.lease_hours = Some(value.parse().map_err(|_| wrong_lease(value))?);
    }
    let test_clock = switch("test_clock", "TEST_CLOCK", None)?.unwrap_or(false);
    check(settings, test_clock)
}

fn read_file(path: &Path) -> Result<Settings, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause: cause.kind() })?;
    toml::from_str(&text).map_err(|why| ConfigError::Toml {
        path: path.to_owned(),
        why: why.to_string().trim_end().to_owned(),
    })
}

fn parse_switch(name: &'static str, value: &str) -> Result<bool, ConfigError> {
    match value {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(ConfigError::Value { name, value: value.to_owned(), takes: "true or false" }),
    }
}

fn wrong_lease(value: String) -> ConfigError {
    ConfigError::Value { name: "lease_hours", value, takes: "a number of hours from 1 to 8760" }
}

/// A lease of no time would lock phones for ever; one of more than a year would lock nobody out.
fn check_lease(hours: u32) -> Result<u32, ConfigError> {
    if (1..=8760).contains(&hours) { Ok(hours) } else { Err(wrong_lease(hours.to_string())) }
}

fn check(settings: Settings, test_clock: bool) -> Result<Config, ConfigError> {
    let data = settings.data.ok_or(ConfigError::Missing { name: "data" })?;
    let listen = settings.listen.unwrap_or_else(|| "127.0.0.1:8443".to_owned());
    let listen: SocketAddr = listen.parse().map_err(|_| ConfigError::Value {
        name: "listen",
        value: listen,
        takes: "an address and port such as 127.0.0.1:8443",
    })?;
    let config = Config {
        listen,
        tls: settings.tls.unwrap_or(true),
        behind_proxy: settings.behind_proxy.unwrap_or(false),
        public_url: settings.public_url,
        second_copy: settings.second_copy,
        certificate: settings.certificate.unwrap_or_else(|| data.join("tls/server.pem")),
        key: settings.key.unwrap_or_else(|| data.join("tls/server.key.pem")),
        lease_hours: check_lease(settings.lease_hours.unwrap_or(LEASE_HOURS))?,
        test_clock,
        data,
    };
    let loopback = config.listen.ip().is_loopback();
    if !loopback && config.test_clock {
        return Err(ConfigError::TestClockBeyondLoopback { listen: config.listen });
    }
    if !loopback && !config.tls && !config.behind_proxy {
        return Err(ConfigError::PlainBeyondLoopback { listen: config.listen });
    }
    match &config.second_copy {
        Some(path) if path.starts_with(&config.data) => Err(ConfigError::Value {
            name: "second_copy",
            value: path.display().to_string(),
            takes: "a file outside the data folder, on another disk",
        }),
        _ => Ok(config),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let given: Vec<_> = [("DATA", "/d")].iter().chain(given).copied().collect();
        read(None, |name| {
            given
                .iter()
                .find(|(key, _)| format!("ALONGSIDE_{key}") == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn plain_http_beyond_loopback_needs_a_proxy() {
        let plain = [("LISTEN", "0.0.0.0:80"), ("TLS", "false")];
        let listen = address("0.0.0.0:80");
        assert_eq!(check(&plain), Err(ConfigError::PlainBeyondLoopback { listen }));
        assert!(check(&[plain[0], plain[1], ("BEHIND_PROXY", "true")]).is_ok());
        assert!(check(&[("LISTEN", "127.0.0.1:80"), ("TLS", "false")]).is_ok());
        assert!(check(&[("LISTEN", "0.0.0.0:443")]).is_ok_and(|config| config.tls));
    }

    #[test]
    fn a_test_clock_never_listens_beyond_loopback_not_even_with_tls() {
        let listen = address("0.0.0.0:443");
        let found = check(&[("LISTEN", "0.0.0.0:443"), ("TEST_CLOCK", "1")]);
        assert_eq!(found, Err(ConfigError::TestClockBeyondLoopback { listen }));
        assert!(check(&[("TEST_CLOCK", "1")]).is_ok_and(|config| config.test_clock));
    }

    #[test]
    fn an_unknown_setting_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alongside.toml");
        std::fs::write(&path, "data = \"/d\"\ntsl = true\n").unwrap();
        let Err(ConfigError::Toml { why, .. }) = read(Some(&path), |_| None) else { panic!("taken") };
        assert!(why.contains("tsl"), "{why}");
    }

    #[test]
    fn a_wrong_value_names_the_setting_and_what_it_takes() {
        assert!(matches!(check(&[("LISTEN", "here")]), Err(ConfigError::Value { name: "listen", .. })));
        let beside = check(&[("SECOND_COPY", "/d/copy")]);
        assert!(matches!(beside, Err(ConfigError::Value { name: "second_copy", .. })));
        assert!(check(&[("SECOND_COPY", "/other/copy")]).is_ok_and(|config| config.second_copy.is_some()));
        assert!(matches!(check(&[("TLS", "yes")]), Err(ConfigError::Value { name: "tls", .. })));
        assert!(matches!(
            check(&[("LEASE_HOURS", "0")]),
            Err(ConfigError::Value { name: "lease_hours", .. })
        ));
        assert!(check(&[("LEASE_HOURS", "168")]).is_ok_and(|config| config.lease_hours == 168));
        assert_eq!(read(None, |_| None), Err(ConfigError::Missing { name: "data" }));
    }

    #[test]
    fn the_environment_stands_above_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alongside.toml");
        std::fs::write(&path, "data = \"/file\"\nlisten = \"127.0.0.1:1\"\n").unwrap();
        let config = read(Some(&path), |name| (name == "ALONGSIDE_DATA").then(|| "/env".to_owned())).unwrap();
        assert_eq!((config.data, config.listen), (PathBuf::from("/env"), address("127.0.0.1:1")));
    }
}
