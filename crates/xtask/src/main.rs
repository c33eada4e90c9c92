//! The tasks of the repository: `cargo xtask demo`, `cargo xtask test` and its parts.

mod api_fuzz;
mod command_line;
mod dist;
mod page;
mod project;
mod soak;
mod step;
mod tasks;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  demo [--incident] [ADDR]
                build the console and serve it with a simulated fleet of both providers (127.0.0.1:8080);
                --incident: a wrong command has just gone to every device
  test          everything that CI runs
  lint            formatting, spelling, clippy for both targets, documentation, each library alone, licences
  unit            tests of the crates and of the command line
  browser         tests of the crates in a headless browser
  e2e [ARG...]    the console in Chromium (arguments go to Playwright)
  soak [--targets N] [--devices N] [--kills N] [--seed N] [--verify-for S] [--build debug|release] [--server]
                many targets, every kind of fault and some SIGKILLs, compared with the simulator's ledger
  api-fuzz      send a server whatever its OpenAPI document allows and forbids (schemathesis; needs python3)
  bench [NAME...]
                measure speed and memory against their bounds
  bench-web [--rounds N] [--lab FOLDER | --peers FILE.json] [load|table|read|cancel|leak]...
                the same for the console in Chromium; --peers compares it with what the peer lab measured
  parts         write web/parts.txt: which functions of the console run until the first rows are drawn
  web           build the console for release into dist/ and print what a browser downloads
  dist [--out DIR] [--page DIR] [--connect ORIGIN...]
                the console as a folder for any static host (target/site), reproducible, with header files;
                --page takes a page that is built already, --connect allows it to talk to these hosts
  binary        build the command line for release with the console in it
  screenshots   take the README's screenshots again, of the demo
  tools         install what the others need, and nothing else

What is missing beyond rustup is installed once, at pinned versions, into a cache outside the
repository: $COUNTERMAND_TOOLS, else countermand/ in the user's cache folder.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["demo", rest @ ..] => tasks::demo(rest),
        ["test"] => tasks::test(),
        ["lint"] => tasks::lint(),
        ["unit"] => tasks::unit(),
        ["browser"] => tasks::browser(),
        ["e2e", rest @ ..] => tasks::e2e(rest),
        ["soak", rest @ ..] => soak::Soak::read(rest).and_then(|soak| soak::soak(&soak)),
        ["api-fuzz"] => api_fuzz::api_fuzz(),
        ["bench", rest @ ..] => tasks::bench(rest),
        ["bench-web", rest @ ..] => tasks::bench_web(rest),
        ["web"] => tasks::web(),
        ["dist", rest @ ..] => dist::Dist::read(rest).and_then(|asked| dist::dist(&asked)),
        ["binary"] => tasks::binary(),
        ["screenshots"] => tasks::screenshots(),
        ["tools"] => tools::all(),
        ["parts"] => tasks::parts(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
