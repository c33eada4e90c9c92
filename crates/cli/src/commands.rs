//! What each subcommand does.

mod cancel;
mod completions;
mod devices;
mod left_out;
mod list;
mod resume;
mod running;
mod serve;
mod show;
mod simulate;
mod unlisted;
mod verify;

use countermand_core_model::Listing;

use crate::{
    args::{Action, Arguments},
    exit::Exit,
    failure::Failure,
    output::{Unwritten, say},
};

/// Does what was asked for.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let global = arguments.global;
    match arguments.action {
        Action::List(args) => list::run(&global, &args).await,
        Action::Show(args) => show::run(&global, &args).await,
        Action::Devices(args) => devices::run(&global, &args).await,
        Action::Cancel(args) => cancel::run(&global, &args).await,
        Action::Resume(args) => resume::run(&global, &args).await,
        Action::Verify(args) => verify::run(&args),
        Action::Simulate(args) => simulate::run(&args).await,
        Action::Serve(args) => serve::run(&global, &args).await,
        Action::Completions(args) => completions::run(&args),
    }
}

/// A result that could not be written, where nothing was sent.
impl From<Unwritten> for Failure {
    fn from(error: Unwritten) -> Self {
        Self::before_sending(error.to_string())
    }
}

/// Warns where a list may not be all there is. Is it?
fn warn_unless_whole<T>(of: &str, listing: &Listing<T>) -> bool {
    use countermand_core_model::PageEnd;
    match listing.end {
        PageEnd::Complete => {}
        PageEnd::Repeated => say(&format!(
            "{of}: the vendor promised more than it sent: the list may not be whole"
        )),
        PageEnd::TooMany => say(&format!(
            "{of}: there are more pages than are asked for: the list is not whole"
        )),
    }
    match listing.undecodable {
        0 => {}
        1 => say(&format!(
            "{of}: 1 entry could not be read (no valid id, say) and is left out"
        )),
        count => say(&format!(
            "{of}: {count} entries could not be read (no valid id, say) and are left out"
        )),
    }
    listing.is_whole()
}
