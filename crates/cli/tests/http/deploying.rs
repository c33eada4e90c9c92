//! The container file and the units in `deploy/`: what they name exists, and the unit shuts in what it starts.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::countermand::{countermand, text};

const BINARY: &str = "/usr/bin/countermand";

fn deploy(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(name);
    fs::read_to_string(file).unwrap()
}

/// The lines that mean something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    text.lines().map(str::trim).filter(said)
}

fn setting<'a>(unit: &'a str, name: &str) -> Vec<&'a str> {
    lines(unit)
        .filter_map(|line| line.split_once('='))
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .collect()
}

/// The words of a JSON list behind an instruction of the container file.
fn words(file: &str, instruction: &str) -> Vec<String> {
    let line = lines(file).find_map(|line| line.strip_prefix(instruction));
    serde_json::from_str(line.unwrap()).unwrap()
}

/// Every option is one of `serve`'s, and what starts is the program that is put there.
fn starts_what_there_is(command: &[String]) {
    assert_eq!(command[..2], [BINARY, "serve"]);
    let help = countermand(["serve", "--help"]).run().exits(0).stdout;
    let known: BTreeSet<&str> = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"))
        .collect();
    for option in command.iter().filter(|word| word.starts_with('-')) {
        assert!(known.contains(option.as_str()), "serve has no {option}");
    }
}

#[test]
fn the_container_file_starts_what_there_is_as_nobody() {
    let file = deploy("Containerfile");
    let mut command = words(&file, "ENTRYPOINT ");
    command.extend(words(&file, "CMD "));
    starts_what_there_is(&command);
    assert!(
        lines(&file)
            .any(|line| line.starts_with("COPY ")
                && line.ends_with(&format!(" countermand {BINARY}")))
    );
    let user = lines(&file)
        .find_map(|line| line.strip_prefix("USER "))
        .unwrap();
    assert!(
        user.split(':')
            .all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)),
        "{user}"
    );
    // Where it listens is what is exposed.
    let listen = command
        .iter()
        .skip_while(|word| *word != "--listen")
        .nth(1)
        .unwrap();
    let exposed = lines(&file)
        .find_map(|line| line.strip_prefix("EXPOSE "))
        .unwrap();
    assert!(
        listen.ends_with(&format!(":{exposed}")),
        "{listen}, {exposed}"
    );
    let kept = words(&file, "VOLUME ");
    assert!(lines(&file).any(|line| line == format!("WORKDIR {}", kept[0])));
}

#[test]
fn the_unit_starts_what_there_is() {
    let unit = deploy("countermand.service");
    let command: Vec<String> = setting(&unit, "ExecStart")[0]
        .split(' ')
        .map(str::to_owned)
        .collect();
    starts_what_there_is(&command);
    assert_eq!(setting(&unit, "LimitCORE"), ["0"]);
    // Longer than the relay waits for cancels under way: a minute, behind the moment that answers have.
    assert_eq!(setting(&unit, "TimeoutStopSec"), ["90s"]);
    let state = setting(&unit, "StateDirectory")[0];
    assert_eq!(
        setting(&unit, "WorkingDirectory"),
        [format!("/var/lib/{state}")]
    );
    let configuration = format!("/etc/{}/", setting(&unit, "ConfigurationDirectory")[0]);
    assert!(command.iter().any(|word| word.starts_with(&configuration)));
}

/// The program needs no library that the container's image does not bring.
#[cfg(target_os = "linux")]
#[test]
fn the_program_needs_the_c_library_and_nothing_else() {
    let said = Command::new("ldd")
        .arg(env!("CARGO_BIN_EXE_countermand"))
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let needed: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(|library| library.rsplit('/').next().unwrap())
        .collect();
    assert!(needed.contains(&"libc.so.6"), "{said}");
    for library in needed {
        let brought = ["linux-vdso.so.1", "libc.so.6", "libm.so.6", "libgcc_s.so.1"];
        assert!(
            brought.contains(&library) || library.starts_with("ld-linux"),
            "{library} is not in the image"
        );
    }
}

/// The units with this program in them, in a folder of their own.
fn installed() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| {
        let unit = deploy(name).replace(BINARY, env!("CARGO_BIN_EXE_countermand"));
        let file = folder.path().join(name);
        fs::write(&file, unit).unwrap();
        file
    };
    let (service, socket) = (place("countermand.service"), place("countermand.socket"));
    (folder, service, socket)
}

/// Runs systemd's own examination; none where there is none.
fn examined(arguments: &[&str]) -> Option<(bool, String)> {
    let said = Command::new("systemd-analyze").args(arguments).output();
    let Ok(said) = said else {
        println!("not examined: there is no systemd-analyze here");
        return None;
    };
    let words = [said.stdout, said.stderr].concat();
    Some((said.status.success(), String::from_utf8(words).unwrap()))
}

#[test]
fn systemd_understands_the_units_and_finds_the_service_shut_in() {
    let (_folder, service, socket) = installed();
    let Some((good, said)) = examined(&["verify", &text(&service), &text(&socket)]) else {
        return;
    };
    assert!(good && said.is_empty(), "{said}");
    // Of 10; a service without any of it has 9.6. Tenths.
    let shut_in = |service: &Path| {
        examined(&[
            "security",
            "--offline=true",
            "--threshold=15",
            &text(service),
        ])
        .unwrap()
    };
    let (good, said) = shut_in(&service);
    assert!(good, "{said}");

    // Both see what is wrong.
    let unit = fs::read_to_string(&service).unwrap();
    fs::write(
        &service,
        unit.replace("ProtectSystem=strict", "ProtectSystem=srtict"),
    )
    .unwrap();
    let (_, said) = examined(&["verify", &text(&service)]).unwrap();
    assert!(said.contains("srtict"), "{said}");
    let open = unit
        .replace("CapabilityBoundingSet=\n", "")
        .replace("SystemCallFilter=", "#");
    fs::write(&service, open).unwrap();
    assert!(!shut_in(&service).0);
}
