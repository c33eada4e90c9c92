//! What a command carries for the device alone is never shown.

use crate::support::{ID, get_data};

#[test]
fn passwords_and_esim_codes_are_taken_out() {
    for data in [
        r#"{"config":{"metadata":{"type":"RESET_PASSWORD","newPassword":"hunter22"}}}"#,
        r#"{"_config":{"metadata":{"params":[{"new_password":"hunter22"}]}}}"#,
        r#"{"newPassword":"hunter22"}"#,
        r#"{"config":{"response":{"NewPassword":{"value":"hunter22"}}}}"#,
        r#"{"config":{"metadata":{"type":"ADD_ESIM","addEsimParams":{"activationCode":"LPA:1$smdp$hunter22"}}}}"#,
        r#"{"config":{"metadata":{"somewhere":"LPA:1$smdp$hunter22"}}}"#,
        r#"{"config":{"metadata":"{\"newPassword\":\"hunter22\"}","name":"{\"newPassword\":\"hunter22\"}"}}"#,
        r#"{"status":"LPA:1$smdp$hunter22","type":"LPA:1$smdp$hunter22"}"#,
        r#"{"config":{"metadata":{"new\u0050assword":"hunter22"}}}"#,
    ] {
        let command = get_data(data);
        assert_eq!(command.id.as_str(), ID);
        let shown = format!("{command:?} {}", serde_json::to_string(&command).unwrap());
        assert!(!shown.contains("hunter22"), "{shown}");
        let raw = command.raw.unwrap();
        assert!(raw.as_str().contains("[redacted]"), "{}", raw.as_str());
    }
}
