//! `alongside-simulate`: runs seeds on two processes, shows what they did, and fails when a promise was broken or
//! a fault did nothing. `cargo xtask simulate` builds and runs it.

use alongside_simulate::faults::Class;
use alongside_simulate::place::Place;
use alongside_simulate::report::Report;
use alongside_simulate::run::Options;
use alongside_simulate::worker::{Line, Share, work};
use clap::Parser;
use serde_json::json;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

/// A phone and a server allocate much: a run takes less of its time with this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs the deterministic simulator.
#[derive(Debug, Clone, Parser)]
struct Arguments {
    /// How many seeds to run; without it and without a time: 200
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// For how long to go on, at most
    #[arg(long)]
    seconds: Option<u64>,
    /// Print the trace of each seed, in one process
    #[arg(long)]
    trace: bool,
    /// Enable this class of faults in every run
    #[arg(long, value_parser = class)]
    with: Vec<Class>,
    /// Leave this class of faults out
    #[arg(long, value_parser = class)]
    without: Vec<Class>,
    /// In how many orders and batches a new phone takes in what there is at the end of each run
    #[arg(long, default_value_t = 0)]
    orders: usize,
    /// How many processes
    #[arg(long, default_value_t = 2)]
    processes: u64,
    /// Which of the processes this is: for the program's own use
    #[arg(long, hide = true)]
    worker: Option<u64>,
}

fn class(code: &str) -> Result<Class, String> {
    let known = || Class::ALL.iter().map(|class| class.code()).collect::<Vec<_>>().join(", ");
    Class::of(code).ok_or_else(|| format!("no class of faults; there are: {}", known()))
}

impl Arguments {
    fn share(&self, index: u64, of: u64) -> Share {
        let seeds = self.seeds.or(self.seconds.is_none().then_some(200));
        Share { from: self.from, seeds, index, of, time: self.seconds.map(Duration::from_secs) }
    }

    fn options(&self) -> Options {
        Options {
            with: self.with.iter().copied().collect(),
            without: self.without.iter().copied().collect(),
            shown: self.trace,
            orders: self.orders,
        }
    }

    /// Which faults were chosen, as on the command line.
    fn choice(&self) -> String {
        let with = self.with.iter().map(|class| format!(" --with {}", class.code()));
        let without = self.without.iter().map(|class| format!(" --without {}", class.code()));
        let orders = (self.orders > 0).then(|| format!(" --orders {}", self.orders));
        with.chain(without).chain(orders).collect()
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.worker {
        Some(index) => as_worker(&arguments, index),
        None if arguments.trace => in_this_process(&arguments),
        None => in_processes(&arguments),
    }
}

fn place() -> Place {
    Place::new().expect("a folder for temporary files can be made")
}

fn as_worker(arguments: &Arguments, index: u64) -> ExitCode {
    let mut out = std::io::stdout().lock();
    work(&place(), &arguments.share(index, arguments.processes), &arguments.options(), |line| {
        let line = serde_json::to_string(&line).expect("a line is JSON");
        writeln!(out, "{line}").expect("the parent listens");
    });
    ExitCode::SUCCESS
}

fn in_this_process(arguments: &Arguments) -> ExitCode {
    let mut tally = Tally::new(arguments);
    work(&place(), &arguments.share(0, 1), &arguments.options(), |line| tally.take(0, line));
    tally.end()
}

fn in_processes(arguments: &Arguments) -> ExitCode {
    let (lines, told) = channel();
    let mut children: Vec<Child> = (0..arguments.processes).map(|index| start(index, &lines)).collect();
    drop(lines);
    let mut tally = Tally::new(arguments);
    told.iter().for_each(|(index, line)| tally.take(index, line));
    for child in &mut children {
        let ended = child.wait().is_ok_and(|status| status.success());
        tally.worker_failed |= !ended;
    }
    tally.end()
}

/// Starts this program again as a worker; its lines come through the channel.
fn start(index: u64, lines: &Sender<(u64, Line)>) -> Child {
    let program = std::env::current_exe().expect("the program knows its file");
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1)).args(["--worker", &index.to_string()]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program can be started again");
    let out = BufReader::new(child.stdout.take().expect("standard output is piped"));
    let lines = lines.clone();
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let line = serde_json::from_str(&line).expect("a worker writes JSON lines");
            // Nobody listens any more only when this process ends.
            let _ = lines.send((index, line));
        }
    });
    child
}

/// Gathers what the workers tell.
struct Tally<'a> {
    arguments: &'a Arguments,
    started: Instant,
    shown: Instant,
    done: std::collections::BTreeMap<u64, u64>,
    report: Report,
    reports: u64,
    worker_failed: bool,
}

impl<'a> Tally<'a> {
    fn new(arguments: &'a Arguments) -> Tally<'a> {
        let now = Instant::now();
        Tally {
            arguments,
            started: now,
            shown: now,
            done: Default::default(),
            report: Report::default(),
            reports: 0,
            worker_failed: false,
        }
    }

    fn take(&mut self, index: u64, line: Line) {
        match line {
            Line::Done(seeds) => {
                self.done.insert(index, seeds);
                self.show_progress();
            }
            Line::Violation { seed, breaches } => {
                println!("seed {seed} broke a promise:");
                breaches.iter().for_each(|breach| println!("  {breach}"));
                let choice = self.arguments.choice();
                println!("  again: cargo xtask simulate --seeds 1 --from {seed}{choice} --trace");
            }
            Line::Report(report) => {
                self.reports += 1;
                self.report.join(report);
            }
        }
    }

    fn show_progress(&mut self) {
        let every = Duration::from_secs(if std::io::stderr().is_terminal() { 1 } else { 20 });
        if self.shown.elapsed() >= every {
            self.shown = Instant::now();
            eprintln!("{} seeds, {} s", self.done.values().sum::<u64>(), self.started.elapsed().as_secs());
        }
    }

    fn end(self) -> ExitCode {
        let Tally { arguments, started, report, .. } = &self;
        let is_choice = !arguments.with.is_empty() || !arguments.without.is_empty();
        let missing = if is_choice { Vec::new() } else { report.missing() };
        println!("\n{}", report.table());
        missing.iter().for_each(|line| println!("missing: {line}"));
        println!(
            "{}",
            json!({
                "command": "simulate",
                "from": arguments.from,
                "seconds": started.elapsed().as_secs_f64().round(),
                "missing": missing,
                "report": report,
            })
        );
        let is_good = report.violations.is_empty() && missing.is_empty() && report.seeds > 0;
        if is_good && !self.worker_failed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
