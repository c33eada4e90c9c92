//! `POST commands?action=search`: newest first.

use serde_json::{Value, json};

use crate::enos::expression::{Expression, Field};
use crate::enos::paging::Search;
use crate::enos::{envelope, errors, named, wire};
use crate::faults::FaultKind;
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
    let (data, total) = {
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
                        Field::CommandName => json!(wire::name(command)),
                        _ => Value::Null,
                    })
                })
            })
            .collect();
        let data: Vec<Value> = search
            .range(places.len(), fault)
            .filter_map(|at| device.commands.get(*places.get(at)?))
            .map(|command| search.project(wire::command(&world.identity, index, command)))
            .collect();
        (data, places.len())
    };
    Ok(envelope::page(
        world,
        Value::Array(data),
        search.pagination(total, fault),
    ))
}
