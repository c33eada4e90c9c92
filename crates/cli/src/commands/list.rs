//! `countermand list`: the commands of devices.

mod args;
mod found;
mod reading;
mod watch;

use countermand_core_model::Command;

pub(super) use args::ListArgs;

use crate::{args::GlobalOptions, exit::Exit, failure::Failure, output::Rows, settings::Settings};
use reading::Reading;

/// Lists the commands. A device that fails is reported and does not stop the others.
pub(super) async fn run(global: &GlobalOptions, args: &ListArgs) -> Result<Exit, Failure> {
    let form = args.output.form::<Command>()?;
    if args.watch.is_some() {
        watch::check(&form)?;
    }
    let settings = Settings::gather(global).await?;
    let targets = args.named.gather(settings.provider())?;
    let session = settings.open(targets.provider, args.pace.rate)?;
    let reading = Reading {
        session: &session,
        args,
        found: targets.find(&session).await?,
    };
    match args.watch {
        Some(interval) => watch::run(&reading, form, interval).await,
        None => {
            let limit = form.limit;
            let mut rows = Rows::start(form)?;
            let found = reading.read(&mut rows).await?;
            let left_out = rows.end()?;
            Ok(found.report(limit, left_out))
        }
    }
}
