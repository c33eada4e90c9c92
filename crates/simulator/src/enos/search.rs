//! `POST commands?action=search`: newest first.

use serde_json::{Value, json};

use crate::enos::expression::{Expression, Field, Language};
use crate::enos::paging::Search;
use crate::enos::wire::WireDevice;
use crate::enos::{envelope, errors, named, wire};
use crate::faults::FaultKind;
use crate::fleet::command::Command;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

/// A page can be larger than the recommended 50; where the limit is, is not documented.
const MOST: usize = 1_000;

pub(super) fn answer(
    world: &World,
    request: &Request,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    let (vendor, index) = named::device(world, request)?;
    let search = Search::of(world, request, MOST)?.without_paging(fault);
    let expression = Expression::of(search.expression.as_deref(), Expression::COMMAND_FIELDS)
        .map_err(|wrong| errors::invalid(world, "expression", json!(wrong)))?;
    let (page, total) = {
        let mut state = world.lock();
        let device = world.device(&mut state, vendor, index);
        let places: Vec<usize> = device
            .newest_first()
            .into_iter()
            .filter(|place| {
                device.commands.get(*place).is_some_and(|command| {
                    expression.holds(|field| match field {
                        Field::State => json!(wire::state(command)),
                        Field::CreateTime => json!(command.created_ms),
                        Field::CommandName(Language::Default) => json!(wire::name(command)),
                        Field::CommandName(Language::Chinese) => json!(wire::chinese_name(command)),
                        _ => Value::Null,
                    })
                })
            })
            .collect();
        let page: Vec<Command> = search
            .range(places.len(), fault)
            .filter_map(|at| {
                let command = device.commands.get_mut(*places.get(at)?)?;
                command.shown(fault);
                Some(command.clone())
            })
            .collect();
        (page, places.len())
    };
    let device = WireDevice::of(&world.identity, index);
    let data: Vec<_> = page
        .iter()
        .map(|command| search.projected(device.command(command)))
        .collect();
    Ok(envelope::page(world, data, search.pagination(total, fault)))
}
