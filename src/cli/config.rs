//! `aslant.toml`: defaults for options, so that a command needs not be typed in full each time.
//!
//! The file is turned into arguments that stand before those that were typed, and clap reads both: so a value from the
//! file is checked as if it had been typed. An option that was typed takes nothing from the file.
//!
//! A table has the name of a command (`[compare]`, `[cues.check]`) or of a heading in its help (`[reading]`,
//! `[running]`, …); the latter holds for every command that has the option under that heading. A key is an option without
//! its dashes.

use aslant::error::{Error, Place, Result};
use aslant::report::run::{Config, hash_file};
use clap::{Arg, ArgAction, Command};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where it is looked for.
const NAME: &str = "aslant.toml";

/// Options that a file can't set.
const NOT_HERE: [&str; 4] = ["help", "version", "config", "no-config"];

/// The arguments with those of the file, and what was taken from it, where it was needed.
///
/// # Errors
/// A file that isn't there or can't be read, a key or table that means nothing, a value of the wrong kind.
pub fn expand(arguments: Vec<OsString>, program: &Command) -> Result<(Vec<OsString>, Option<Config>)> {
    let typed = Typed::new(&arguments, program);
    let Some((command, place)) = typed.command.as_ref().filter(|_| !typed.wants_help) else {
        return Ok((arguments, None));
    };
    let path = match &typed.config {
        Wanted::Never => return Ok((arguments, None)),
        Wanted::Here if !Path::new(NAME).is_file() => return Ok((arguments, None)),
        Wanted::Here => PathBuf::from(NAME),
        Wanted::File(path) => path.clone(),
    };
    let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?;
    let file = File { path: &path, text: &text, program };
    let mut options = file.read(command)?;
    options.retain(|long, _| !typed.has(long));
    let added: Vec<String> = options.into_values().flatten().collect();
    let config = Config { file: hash_file(&path)?, arguments: added.clone() };
    let mut all = arguments;
    let at = place + 1;
    all.splice(at..at, added.into_iter().map(OsString::from));
    Ok((all, Some(config)))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::usage("no such file")
            .at(Place::file(path))
            .expected("a file with defaults for options")
            .help("name another with --config, or leave it out"),
        std::io::ErrorKind::InvalidData => Error::usage("defaults that are not UTF-8")
            .at(Place::file(path))
            .help("save the file as UTF-8, or ignore it with --no-config"),
        _ => Error::io(path, error),
    }
}

/// Which file is wanted.
enum Wanted {
    Here,
    File(PathBuf),
    Never,
}

/// Whether an option only asks for help or the version.
fn is_question(argument: &str) -> bool {
    argument.strip_prefix('-').is_some_and(|name| ["h", "V", "-help", "-version"].contains(&name))
}

/// What was typed, as far as it matters here.
struct Typed<'t> {
    arguments: Vec<&'t str>,
    /// The command's names from the outermost, and where the last of them stands among the arguments.
    command: Option<(Vec<String>, usize)>,
    config: Wanted,
    wants_help: bool,
}

impl<'t> Typed<'t> {
    fn new(arguments: &'t [OsString], program: &Command) -> Self {
        let texts: Vec<&str> = arguments.iter().map(|a| a.to_str().unwrap_or_default()).collect();
        let (mut names, mut place, mut config, mut wants_help) = (Vec::new(), 0, Wanted::Here, false);
        let mut at = program;
        let mut rest = texts.iter().enumerate().skip(1).take_while(|(_, a)| **a != "--");
        while let Some((i, &argument)) = rest.next() {
            match argument {
                "--config" => {
                    if let Some((i, _)) = rest.next() {
                        config = Wanted::File(PathBuf::from(&arguments[i]));
                    }
                }
                "--no-config" => config = Wanted::Never,
                _ if is_question(argument) => wants_help = true,
                "help" if at.has_subcommands() => wants_help = true,
                _ => {
                    if let Some(path) = argument.strip_prefix("--config=") {
                        config = Wanted::File(PathBuf::from(path));
                    } else if let Some(found) = at.find_subcommand(argument).filter(|_| at.has_subcommands()) {
                        names.push(argument.to_owned());
                        (at, place) = (found, i);
                    }
                }
            }
        }
        let command = (!names.is_empty() && !at.has_subcommands()).then_some((names, place));
        Typed { arguments: texts, command, config, wants_help }
    }

    /// Whether an option was typed, by its long or its short name.
    fn has(&self, long: &str) -> bool {
        let (plain, valued) = (format!("--{long}"), format!("--{long}="));
        let mut options = self.arguments.iter().take_while(|a| **a != "--");
        // The one short name that there is.
        let quiet = |a: &str| long == "quiet" && a == "-q";
        options.any(|a| *a == plain || a.starts_with(&valued) || quiet(a))
    }
}

/// The file.
struct File<'f> {
    path: &'f Path,
    text: &'f str,
    program: &'f Command,
}

/// The heading of an option as its table is called: `In parts` is `[in-parts]`.
fn heading(arg: &Arg) -> Option<String> {
    arg.get_help_heading().map(|heading| heading.to_lowercase().replace(' ', "-"))
}

/// The options of a command that a file can set.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|a| a.get_long().is_some_and(|long| !NOT_HERE.contains(&long)))
}

/// All commands that have no others below them.
fn commands(program: &Command) -> Vec<&Command> {
    let below = |c| if Command::has_subcommands(c) { commands(c) } else { vec![c] };
    program.get_subcommands().flat_map(below).collect()
}

impl File<'_> {
    fn place(&self, byte: usize) -> Place {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        Place::file(self.path).line(1 + before.iter().filter(|b| **b == b'\n').count() as u64)
    }

    /// Checks all of the file and gives the arguments of one command, by the options' long names.
    fn read(&self, command: &[String]) -> Result<BTreeMap<String, Vec<String>>> {
        let table = DeTable::parse(self.text).map_err(|e| {
            Error::usage("defaults that can't be read")
                .at(self.place(e.span().map_or(0, |s| s.start)))
                .found(e.message().trim().replace('\n', ", "))
                .expected("TOML: tables such as [compare], with lines such as voice = \"own\"")
                .help("fix the line, or ignore the file with --no-config")
        })?;
        let (mut shared, mut own) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in table.get_ref() {
            let is_command = self.program.find_subcommand(&**name.get_ref()).is_some();
            let DeValue::Table(table) = value.get_ref() else {
                return Err(Error::usage("a key outside a table")
                    .at(self.place(name.span().start))
                    .found(name.get_ref().to_string())
                    .expected(format!("one of the tables {} before it", self.shown_tables()))
                    .help("put it below the table of its command, such as [compare]"));
            };
            if is_command {
                self.of_command(self.program, name, table, command, &mut own)?;
            } else {
                self.of_heading(name, table, command, &mut shared)?;
            }
        }
        shared.extend(own);
        Ok(shared)
    }

    /// The names that a table can have.
    fn tables(&self) -> Vec<String> {
        let commands = self.program.get_subcommands().filter(|c| {
            let last = commands(self.program).into_iter().filter(|l| l.get_name() == c.get_name());
            c.has_subcommands() || last.flat_map(options).next().is_some()
        });
        let mut names: Vec<String> = commands.map(|c| c.get_name().to_owned()).collect();
        names.extend(commands_of(self.program).filter_map(heading));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn shown_tables(&self) -> String {
        self.tables().iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ")
    }

    /// A table of a command, or of the commands below it.
    fn of_command(
        &self,
        parent: &Command,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        table: &DeTable<'_>,
        wanted: &[String],
        found: &mut BTreeMap<String, Vec<String>>,
    ) -> Result<()> {
        let Some(command) = parent.find_subcommand(&**name.get_ref()) else {
            let below = parent.get_subcommands().map(|c| c.get_name().to_owned()).collect();
            return Err(self.unknown(name, "no such command", below, str::to_owned));
        };
        let (is_on_path, rest) = match wanted.split_first() {
            Some((first, rest)) if first == command.get_name() => (true, rest),
            _ => (false, &[][..]),
        };
        for (key, value) in table {
            if command.has_subcommands() {
                let DeValue::Table(below) = value.get_ref() else {
                    let names = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
                    let full = |below: &str| format!("[{}.{below}]", command.get_name());
                    return Err(self.unknown(key, "no such option", names, full));
                };
                self.of_command(command, key, below, if is_on_path { rest } else { &[] }, found)?;
                continue;
            }
            let Some(arg) = options(command).find(|a| a.get_long() == Some(key.get_ref())) else {
                let names = options(command).filter_map(|a| a.get_long().map(str::to_owned)).collect();
                return Err(self.unknown(key, "no such option", names, str::to_owned));
            };
            let arguments = self.arguments(arg, value)?;
            if is_on_path {
                found.insert(key.get_ref().to_string(), arguments);
            }
        }
        Ok(())
    }

    /// A table of a heading: its keys are options of any command under that heading.
    fn of_heading(
        &self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        table: &DeTable<'_>,
        wanted: &[String],
        found: &mut BTreeMap<String, Vec<String>>,
    ) -> Result<()> {
        let is_under = |a: &&Arg| heading(a).as_deref() == Some(name.get_ref());
        let under: Vec<&Arg> = commands_of(self.program).filter(is_under).collect();
        if under.is_empty() {
            return Err(self.unknown(name, "no such table", self.tables(), |name| format!("[{name}]")));
        }
        let command = wanted.iter().try_fold(self.program, |at, name| at.find_subcommand(name));
        for (key, value) in table {
            let Some(arg) = under.iter().find(|a| a.get_long() == Some(key.get_ref())) else {
                let names = under.iter().filter_map(|a| a.get_long().map(str::to_owned)).collect();
                return Err(self.unknown(key, "no such option", names, str::to_owned));
            };
            let arguments = self.arguments(arg, value)?;
            let is_here = |c: &Command| options(c).filter(is_under).any(|a| a.get_long() == Some(key.get_ref()));
            if command.is_some_and(is_here) {
                found.insert(key.get_ref().to_string(), arguments);
            }
        }
        Ok(())
    }

    /// What is to be typed for an option to have a value.
    fn arguments(&self, arg: &Arg, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>> {
        let long = arg.get_long().unwrap_or_default();
        let wrong = |expected: &str| {
            Error::usage("a value of the wrong kind")
                .at(self.place(value.span().start))
                .found(format!("{long} = {}", self.text.get(value.span()).unwrap_or_default()))
                .expected(expected)
                .help("`aslant help` with the command's name says what the option takes")
        };
        if !arg.get_action().takes_values() {
            return match value.get_ref() {
                DeValue::Boolean(true) => Ok(vec![format!("--{long}")]),
                DeValue::Boolean(false) => Ok(Vec::new()),
                _ => Err(wrong("true or false")),
            };
        }
        let many = matches!(arg.get_action(), ArgAction::Append);
        let one = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::String(text) => Ok(format!("--{long}={}", self.resolved(arg, text))),
            DeValue::Integer(_) | DeValue::Float(_) => {
                Ok(format!("--{long}={}", self.text.get(value.span()).unwrap_or_default().trim()))
            }
            _ => Err(wrong(if many { "a text, or several in [ ]" } else { "a text or a number" })),
        };
        match value.get_ref() {
            DeValue::Array(values) if many => values.iter().map(one).collect(),
            _ => one(value).map(|argument| vec![argument]),
        }
    }

    /// A path is relative to the file that names it.
    fn resolved(&self, arg: &Arg, text: &str) -> String {
        let is_path = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        match self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) if is_path && text != "-" => folder.join(text).display().to_string(),
            _ => text.to_owned(),
        }
    }

    fn unknown(
        &self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        title: &str,
        among: Vec<String>,
        show: impl Fn(&str) -> String,
    ) -> Error {
        let mut among = among;
        among.sort_unstable();
        among.dedup();
        let near = |to: &&String| strsim::jaro_winkler(name.get_ref(), to);
        let nearest = among.iter().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|to| near(to) > 0.8);
        let error = Error::usage(title).at(self.place(name.span().start)).found(name.get_ref().to_string());
        match nearest {
            Some(nearest) => error.help(format!("did you mean {}?", show(nearest))),
            None => {
                let all: Vec<String> = among.iter().map(|name| show(name)).collect();
                error.expected(format!("one of {}", all.join(", "))).help("`--no-config` ignores the file")
            }
        }
    }
}

/// The options of all commands.
fn commands_of(program: &Command) -> impl Iterator<Item = &Arg> {
    commands(program).into_iter().flat_map(options)
}
