//! The mobile shell: its tests, and a window with a phone in it (`cargo xtask shell`).
//!
//! What is on the screens, and what must hold of them, is mobile-shell's business, not this file's.

use crate::failure::Failure;
use crate::maven;
use crate::package;
use crate::place::Place;
use crate::play::{self, DEV, Profile};
use crate::process::show;
use crate::tally::Tally;
use crate::tools::{Tool, ensure_display};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

const FOLDER: &str = "mobile-shell";
/// The module that holds the tests and the window.
const MODULE: &str = "alongside-shell-desktop";
/// The window of the demo: a story's phone, with the story's server behind it.
const WINDOW: &str = "org.alongside.shell.DemoKt";
/// The display that is made where there is none.
const DISPLAY: &str = ":77";

/// The tests of the shell, off screen, against a real server.
pub fn step(place: &Place) -> Result<Tally, Failure> {
    package::kotlin(place, DEV)?;
    let programs = play::build(place, DEV)?;
    let mut command = maven::maven(place, FOLDER);
    maven::count(place, programs.environment(command.arg("test")), MODULE)
}

/// `cargo xtask shell [--picture FILE]`: the window, or a picture of it, made without a screen where there is none.
pub fn run(place: &Place, arguments: &[String]) -> Result<(), Failure> {
    let picture = match arguments {
        [] => None,
        [option, file] if option == "--picture" => Some(PathBuf::from(file)),
        [first, ..] => return Err(Failure::UnknownArgument(first.clone())),
    };
    eprintln!("building the shell; the first build takes some minutes");
    Tool::Jvm.ensure(place)?;
    let (program, class_path) = build(place, DEV)?;
    let display = if std::env::var_os("DISPLAY").is_none() { Some(Display::open()?) } else { None };
    let mut java = Command::new("java");
    java.current_dir(&place.root).arg("-cp").arg(class_path).arg(WINDOW);
    if let Some(picture) = &picture {
        java.arg(picture);
    }
    if display.is_some() {
        java.env("DISPLAY", DISPLAY).env("SKIKO_RENDER_API", "SOFTWARE");
    }
    show(program.environment(&mut java))
}

/// Builds the core, the server and the shell, and gives the class path of the window.
fn build(place: &Place, profile: Profile) -> Result<(play::Programs, String), Failure> {
    package::kotlin(place, profile)?;
    let programs = play::build(place, profile)?;
    let listed = place.target.join("kotlin/shell-class-path.txt");
    let mut command = maven::maven(place, FOLDER);
    command.args(["test-compile", "dependency:build-classpath"]);
    command.arg(format!("-Dmdep.outputFile={}", listed.display()));
    show(&mut command)?;
    let jars = fs::read_to_string(&listed).map_err(|cause| Failure::File { path: listed.clone(), cause })?;
    let classes = |folder: &str| place.target.join("kotlin/maven").join(MODULE).join(folder);
    let own = [classes("classes"), classes("test-classes")].map(|path| path.display().to_string());
    Ok((programs, format!("{}:{}:{}", own[0], own[1], jars.trim())))
}

/// A display in memory, which ends with this value.
struct Display(Child);

impl Display {
    fn open() -> Result<Display, Failure> {
        ensure_display()?;
        let missing = || Failure::ToolMissing {
            tool: "a display in memory",
            remedy: format!("see why Xvfb does not start on {DISPLAY}"),
        };
        let child = Command::new("Xvfb")
            .args([DISPLAY, "-screen", "0", "412x915x24", "-nolisten", "tcp"])
            .spawn()
            .map_err(|_| missing())?;
        let display = Display(child);
        let socket = Path::new("/tmp/.X11-unix").join(format!("X{}", &DISPLAY[1..]));
        for _ in 0..100 {
            if socket.exists() {
                return Ok(display);
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Err(missing())
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
