//! Fills a table with commands, and prints those that a filter takes.

use std::error::Error;

use countermand_core_model::{Command, CommandId, DeviceRef, KindName, Organization, Provider};
use countermand_table::{Bits, Order, Orders, RowFilter, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let org = Organization::parse(Provider::Enos, "o15541858646501")?;
    let device: DeviceRef = "enos:asset:sxH2DD6f".parse()?;
    let mut commands = Vec::new();
    for (id, kind) in [("1", "start"), ("2", "stop"), ("3", "stop")] {
        let id = CommandId::parse(Provider::Enos, id)?;
        let mut command = Command::new(org.clone(), device.clone(), id);
        command.kind = kind.to_owned();
        commands.push(command);
    }

    let mut store = Store::default();
    let (turbine, _) = store.add(&device, Some("turbine 7"));
    store.replace(turbine, &commands);

    let mut filter = RowFilter::default();
    filter.commands.kinds.push(KindName::parse("kind", "stop")?);
    let view = store.view(
        &filter,
        Order::default(),
        &Bits::default(),
        &mut Orders::default(),
    );
    for row in &view.rows {
        let row = store.row(*row);
        println!("{} {}", row.id(), row.kind());
    }
    Ok(())
}
