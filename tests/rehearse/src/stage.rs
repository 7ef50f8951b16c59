//! The stage of a play: the server's process, the devices with their lines and clocks, and the one time that all
//! clocks show.

use crate::cast::Cast;
use crate::format::{Network, Scenario, Staff};
use crate::http::{Administrator, Browser, HttpError};
use crate::line::Line;
use crate::make::moment;
use crate::server_process::{ServerError, ServerProcess};
use crate::time::LocalTime;
use alongside_replica::clock::ManualClock;
use alongside_replica::domain::sync::machine::{NoAnswer, Outcome};
use alongside_replica::domain::time::HOUR_MS;
use alongside_replica::keystore::FileKeystore;
use alongside_replica::random::OsRandom;
use alongside_replica::{EnrolError, OpenConfig, RecordError, Replica, StoreError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A member of staff's device.
pub struct Device {
    /// The real replica.
    pub replica: Replica,
    clock: Arc<ManualClock>,
    line: Line,
    /// Its connection.
    pub network: Network,
}

/// Everything that a play needs.
pub struct Stage {
    /// Who is who.
    pub cast: Cast,
    /// The administrator of the server.
    pub administrator: Administrator,
    /// Devices by their holder's name.
    pub devices: BTreeMap<String, Device>,
    /// Browsers by name.
    pub browsers: BTreeMap<String, Browser>,
    /// What all clocks show.
    pub now: LocalTime,
    /// Where the server and the devices keep their files.
    pub folder: PathBuf,
    /// Last, so that it ends after all who talk to it.
    pub server: ServerProcess,
}

/// Why the stage could not be set, or a device not reach the server when it should.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The server's process.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The server's HTTP surface.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A port or folder.
    #[error("{what}: {cause}")]
    Io {
        /// What for.
        what: &'static str,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// A device's store.
    #[error("{device}'s device: {cause}")]
    Open {
        /// Whose.
        device: String,
        /// Why not.
        #[source]
        cause: StoreError,
    },
    /// A device could not enrol.
    #[error("{device}'s device cannot enrol: {cause}")]
    Enrol {
        /// Whose.
        device: String,
        /// Why not.
        #[source]
        cause: EnrolError,
    },
    /// A device could not sync.
    #[error("{device}'s device cannot sync: {cause}")]
    Sync {
        /// Whose.
        device: String,
        /// Why not.
        #[source]
        cause: RecordError,
    },
    /// A sync ended otherwise than the device's connection says.
    #[error("at {at}, {device}'s device is {network:?}, but its sync ended with {outcome:?}")]
    Outcome {
        /// When.
        at: LocalTime,
        /// Whose.
        device: String,
        /// Its connection.
        network: Network,
        /// How the sync ended.
        outcome: Outcome,
    },
}

/// The username of a member of staff in the console is their name in the file; the password is made new.
pub struct SignIn {
    /// The username.
    pub username: String,
    /// The password.
    pub password: String,
}

impl Stage {
    /// Starts the server in `folder`, adds people and staff, and enrols every device.
    pub async fn set(scenario: &Scenario, folder: &Path) -> Result<(Stage, Vec<SignIn>), StageError> {
        let server = ServerProcess::start(folder, &scenario.organisation)?;
        let administrator = Administrator::of(&server)?;
        administrator.move_clock(scenario.begins.unix_ms()).await?;
        let mut stage = Stage {
            cast: Cast::default(),
            administrator,
            devices: BTreeMap::new(),
            browsers: BTreeMap::new(),
            now: scenario.begins,
            folder: folder.to_owned(),
            server,
        };
        if let Some(kinds) = &scenario.kinds {
            stage.administrator.give_kinds(kinds.clone()).await?;
        }
        let sign_ins = stage.add_staff(scenario).await?;
        stage.add_people(scenario).await?;
        for name in scenario.staff.keys() {
            let device = stage.enrol(name, &folder.join("devices").join(name)).await?;
            stage.devices.insert(name.clone(), device);
        }
        stage.name_recipients(scenario).await?;
        stage.sync_all(None).await?;
        Ok((stage, sign_ins))
    }

    /// Says who receives concerns, and lets everybody sign in once: so each has the desk that phones seal to.
    async fn name_recipients(&mut self, scenario: &Scenario) -> Result<(), StageError> {
        if scenario.concern_recipients.is_empty() {
            return Ok(());
        }
        let staff = scenario.concern_recipients.iter().map(|name| self.cast.staff(name)).collect();
        self.administrator.set_recipients(staff).await?;
        for browser in self.browsers.values() {
            browser.open("/").await?;
        }
        Ok(())
    }

    async fn add_staff(&mut self, scenario: &Scenario) -> Result<Vec<SignIn>, StageError> {
        let mut sign_ins = Vec::new();
        for (name, staff) in &scenario.staff {
            let sign_in = staff.console.then(|| SignIn { username: name.clone(), password: password() });
            self.add_one(name, staff, &scenario.organisation, sign_in.as_ref()).await?;
            sign_ins.extend(sign_in);
        }
        Ok(sign_ins)
    }

    async fn add_one(
        &mut self,
        name: &str,
        staff: &Staff,
        organisation: &str,
        sign_in: Option<&SignIn>,
    ) -> Result<(), StageError> {
        let organisation = staff.organisation.as_deref().unwrap_or(organisation);
        let account = sign_in.map(|sign_in| (sign_in.username.as_str(), sign_in.password.as_str()));
        let (name_shown, role) = (&staff.name, staff.role.code());
        let id = self.administrator.add_staff(name_shown, role, organisation, account, staff.agency).await?;
        self.cast.add_staff(name, id, &staff.name);
        if let Some((username, password)) = account {
            self.browsers.insert(name.to_owned(), Browser::of(&self.server, username, password)?);
        }
        Ok(())
    }

    async fn add_people(&mut self, scenario: &Scenario) -> Result<(), StageError> {
        for name in scenario.people.keys() {
            let person = self.administrator.add_person().await?;
            self.cast.add_person(name, person);
            for staff in scenario.staff.keys().filter(|staff| in_team(scenario, name, staff)) {
                self.administrator.add_to_care_team(person, self.cast.staff(staff)).await?;
            }
        }
        Ok(())
    }

    async fn enrol(&mut self, name: &str, folder: &Path) -> Result<Device, StageError> {
        let io = |what| move |cause| StageError::Io { what, cause };
        std::fs::create_dir_all(folder).map_err(io("a device's folder"))?;
        let line = Line::open(self.server.address).await.map_err(io("a device's line"))?;
        let clock = Arc::new(ManualClock::new(moment(self.now)));
        let config = OpenConfig {
            folder: folder.to_owned(),
            keystore: Arc::new(FileKeystore::new(folder.join("key"))),
            clock: Arc::clone(&clock) as _,
            random: Arc::new(OsRandom),
        };
        let replica =
            Replica::open(config).map_err(|cause| StageError::Open { device: name.to_owned(), cause })?;
        let url = format!("https://{}", line.address());
        let ticket = self.administrator.ticket(self.cast.staff(name), url, moment(self.now)).await?;
        let me = replica
            .enrol(&ticket)
            .await
            .map_err(|cause| StageError::Enrol { device: name.to_owned(), cause })?;
        self.cast.add_device(name, me.device);
        Ok(Device { replica, clock, line, network: Network::Online })
    }

    /// Moves all clocks on. Time never goes back.
    pub async fn move_to(&mut self, to: LocalTime) -> Result<(), StageError> {
        let ms = to.unix_ms() - self.now.unix_ms();
        if ms <= 0 {
            return Ok(());
        }
        self.devices.values().for_each(|device| device.clock.advance_ms(ms.unsigned_abs()));
        self.now = to;
        Ok(self.administrator.move_clock(to.unix_ms()).await?)
    }

    /// Changes a device's connection. One that goes away syncs once more before it does.
    pub async fn connect(&mut self, name: &str, network: Network) -> Result<(), StageError> {
        if network != Network::Online {
            self.sync(name).await?;
        }
        let device = self.device(name);
        device.line.set_up(network != Network::Offline);
        device.network = network;
        Ok(())
    }

    /// Sets the wall clock of a device to so many hours beside the time that it is.
    pub fn set_clock(&mut self, name: &str, off_hours: i64) {
        let shows = moment(self.now).plus_ms(off_hours * HOUR_MS);
        self.device(name).clock.set_wall(shows);
    }

    fn device(&mut self, name: &str) -> &mut Device {
        self.devices.get_mut(name).expect("every member of staff has a device")
    }

    /// Lets every device sync that tries to; `first` before the others, so that its news travels.
    pub async fn sync_all(&mut self, first: Option<&str>) -> Result<(), StageError> {
        let others = self.devices.keys().filter(|name| Some(name.as_str()) != first);
        let order: Vec<String> = first.into_iter().map(str::to_owned).chain(others.cloned()).collect();
        for name in order {
            self.sync(&name).await?;
        }
        Ok(())
    }

    /// Lets one device sync if it tries to, and checks that it reaches the server or not, as it should.
    pub async fn sync(&mut self, name: &str) -> Result<(), StageError> {
        let at = self.now;
        let device = self.device(name);
        let network = device.network;
        if network == Network::Asleep {
            return Ok(());
        }
        let device_name = || name.to_owned();
        let report =
            device.replica.sync().await.map_err(|cause| StageError::Sync { device: device_name(), cause })?;
        let right = match network {
            Network::Online => report.outcome == Outcome::UpToDate,
            _ => report.outcome == Outcome::NoAnswer(NoAnswer::Unreachable),
        };
        if right {
            Ok(())
        } else {
            Err(StageError::Outcome { at, device: device_name(), network, outcome: report.outcome })
        }
    }
}

fn in_team(scenario: &Scenario, person: &str, staff: &str) -> bool {
    match &scenario.care_team {
        None => true,
        Some(teams) => teams.get(person).is_some_and(|team| team.iter().any(|member| member == staff)),
    }
}

/// A password for one play. The hasher's keys are random; it guards a server on loopback that lives for minutes.
fn password() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}-{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1))
}
