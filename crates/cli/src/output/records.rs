//! The kinds of rows.

mod brake_rule;
mod command;
mod device;
mod read_again;
mod report;
mod run;

pub(crate) use brake_rule::BrakeRuleRow;
pub(crate) use command::{CommandDetails, state_words};
pub(crate) use device::DeviceRow;
pub(crate) use read_again::ReadRow;
pub(crate) use run::{RunRow, done};

#[cfg(test)]
mod tests {
    use countermand_client::CancelReport;
    use countermand_core_model::{
        Command, CommandId, Device, DeviceRef, Organization, Provider, ProviderCode, RawJson,
        Timestamp,
    };
    use serde_json::Value;

    use super::*;
    use crate::output::Record;

    /// The names and values of the table forms must be those of the JSON, in its order.
    fn agrees<R: Record>(row: &R) {
        let Value::Object(json) = serde_json::to_value(row).unwrap() else {
            panic!("not an object");
        };
        let names: Vec<&str> = json.keys().map(String::as_str).collect();
        assert_eq!(names, R::FIELDS);
        let values: Vec<String> = json
            .values()
            .map(|value| match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
            .collect();
        assert_eq!(row.values().unwrap(), values);
        assert_eq!(row.cells().len(), R::COLUMNS.len());
    }

    fn device() -> DeviceRef {
        "enos:key:p/d".parse().unwrap()
    }

    fn command() -> Command {
        let id = CommandId::parse(Provider::Enos, "2278935391225618432").unwrap();
        let org = Organization::parse(Provider::Enos, "o").unwrap();
        let mut command = Command::new(org, device(), id);
        command.kind = "service invocation".to_owned();
        command.created_at = Timestamp::from_millis(1_770_724_800_123);
        command
    }

    #[test]
    fn every_form_of_a_command_has_the_same_fields() {
        let mut command = command();
        agrees(&command);
        command.name = Some("n".to_owned());
        command.vendor_state = Some("1".to_owned());
        command.expires_at = command.created_at;
        agrees(&command);
        assert_eq!(
            Command::FIELDS,
            [
                "provider",
                "org",
                "device",
                "id",
                "kind",
                "name",
                "state",
                "vendor_state",
                "created_at",
                "expires_at"
            ]
        );
        agrees(&CommandDetails(command.clone()));
        command.raw = Some(RawJson::from_value(serde_json::json!({"a": 1})));
        command.request = command.raw.clone();
        agrees(&CommandDetails(command));
    }

    #[test]
    fn every_form_of_a_report_has_the_same_fields() {
        let command = command();
        let mut report = CancelReport::new(device(), command.id);
        agrees(&report);
        report.vendor_code = Some(ProviderCode::Number(-5));
        report.message = Some("m".to_owned());
        report.before = Some(countermand_core_model::CommandState::Pending);
        agrees(&report);
        assert_eq!(
            CancelReport::FIELDS,
            [
                "device",
                "id",
                "before",
                "outcome",
                "after",
                "vendor_code",
                "message",
                "request_id",
                "attempts"
            ]
        );
    }

    #[test]
    fn every_form_of_a_run_has_the_same_fields() {
        let mut run = countermand_relay_api::Run {
            id: "r1".to_owned(),
            ..countermand_relay_api::Run::default()
        };
        agrees(&RunRow(run.clone()));
        run.reason = Some("wrong profile".to_owned());
        run.outcomes.insert("cancelled".to_owned(), 3);
        run.ended_at = Some("2026-11-30T08:15:00.000Z".to_owned());
        agrees(&RunRow(run));
        agrees(&ReadRow(countermand_relay_api::ReadTarget::default()));
    }

    #[test]
    fn every_form_of_a_brake_rule_has_the_same_fields() {
        let rule = countermand_relay_api::BrakeRule {
            id: "b1".to_owned(),
            sweep: countermand_relay_api::SweepTerms::default(),
            automatic: true,
            reason: Some("night shift".to_owned()),
            valid_until: "2026-12-04T18:00:00Z".to_owned(),
            state: countermand_relay_api::BrakeRuleState::InForce,
            by: "alice".to_owned(),
            at: "2026-12-01T18:00:00Z".to_owned(),
            signed_by: Some("bob".to_owned()),
            signed_at: None,
            ended_by: None,
            ended_at: None,
        };
        let words = "--kind WIPE".to_owned();
        agrees(&BrakeRuleRow { rule, words });
    }

    #[test]
    fn every_form_of_a_device_has_the_same_fields() {
        let mut device = Device::new(device());
        agrees(&DeviceRow(device.clone()));
        device.name = Some("n".to_owned());
        device.details = vec![
            ("model".to_owned(), "x".to_owned()),
            ("tag".to_owned(), "a".to_owned()),
            ("tag".to_owned(), "b".to_owned()),
        ];
        agrees(&DeviceRow(device));
    }
}
