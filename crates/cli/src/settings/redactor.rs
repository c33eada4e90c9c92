//! Keeps secrets out of everything that is printed: a provider may echo what it was sent, in a message or a name.

use countermand_client::CancelReport;
use countermand_core_model::{Command, Device, ProviderCode, RawJson, Secret, scrub};

/// The secrets to remove.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redactor(Vec<Secret>);

impl Redactor {
    pub(crate) fn new(secrets: Vec<Secret>) -> Self {
        Self(secrets)
    }

    /// Returns `text` without the secrets.
    pub(crate) fn of(&self, text: &str) -> String {
        scrub(text, &self.0)
    }

    pub(crate) fn of_command(&self, command: &mut Command) {
        self.clean(&mut command.kind);
        self.clean_any(&mut command.name);
        self.clean_any(&mut command.vendor_state);
        command.request = command.request.take().and_then(|raw| self.of_json(raw));
        command.raw = command.raw.take().and_then(|raw| self.of_json(raw));
    }

    pub(crate) fn of_device(&self, device: &mut Device) {
        self.clean_any(&mut device.name);
        self.clean_any(&mut device.status);
        for (label, value) in &mut device.details {
            self.clean(label);
            self.clean(value);
        }
    }

    pub(crate) fn of_report(&self, report: &mut CancelReport) {
        self.clean_any(&mut report.message);
        self.clean_any(&mut report.request_id);
        if let Some(ProviderCode::Text(code)) = &mut report.vendor_code {
            self.clean(code);
        }
    }

    fn clean(&self, text: &mut String) {
        *text = self.of(text);
    }

    fn clean_any(&self, text: &mut Option<String>) {
        if let Some(text) = text {
            self.clean(text);
        }
    }

    fn of_json(&self, raw: RawJson) -> Option<RawJson> {
        let clean = self.of(raw.as_str());
        if clean == raw.as_str() {
            Some(raw)
        } else {
            serde_json::from_str(&clean).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{CommandId, DeviceRef, Organization, Provider};

    use super::*;

    #[test]
    fn an_echo_is_taken_out_wherever_it_stands() {
        let redactor = Redactor::new(vec!["s3cr3t-t0ken".into()]);
        let device: DeviceRef = "enos:asset:a".parse().unwrap();
        let id = CommandId::parse(Provider::Enos, "1").unwrap();
        let org = Organization::parse(Provider::Enos, "o").unwrap();
        let mut command = Command::new(org, device.clone(), id.clone());
        command.kind = "s3cr3t-t0ken".to_owned();
        command.name = Some("a s3cr3t-t0ken b".to_owned());
        command.vendor_state = command.name.clone();
        command.raw = Some(RawJson::from_value(
            serde_json::json!({"x": "s3cr3t-t0ken"}),
        ));
        command.request = command.raw.clone();
        redactor.of_command(&mut command);
        assert!(!format!("{command:?}").contains("s3cr3t"), "{command:?}");
        assert_eq!(command.raw.unwrap().as_str(), r#"{"x":"[redacted]"}"#);

        let mut shown = Device::new(device.clone());
        shown.name = Some("s3cr3t-t0ken".to_owned());
        shown.status = shown.name.clone();
        shown.details = vec![("s3cr3t-t0ken".to_owned(), "s3cr3t-t0ken".to_owned())];
        redactor.of_device(&mut shown);
        assert!(!format!("{shown:?}").contains("s3cr3t"), "{shown:?}");

        let mut report = CancelReport::new(device, id);
        report.message = Some("s3cr3t-t0ken".to_owned());
        report.request_id = report.message.clone();
        report.vendor_code = Some(ProviderCode::Text("s3cr3t-t0ken".to_owned()));
        redactor.of_report(&mut report);
        assert!(!format!("{report:?}").contains("s3cr3t"), "{report:?}");
    }
}
