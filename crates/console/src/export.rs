//! The rows of a run as files: the same columns and the same shape as the command line's.

use countermand_client::CancelReport;
use countermand_core_model::{
    CommandState,
    sanitize::{harmless, json_line},
};

/// The columns, in their order.
const COLUMNS: &str = "device,id,before,outcome,after,vendor_code,message,request_id,attempts\r\n";

/// So many rows are written at a time.
pub const AT_A_TIME: usize = 500;

/// Returns what comes before the first row of a CSV file.
pub const fn csv_head() -> &'static str {
    COLUMNS
}

/// A row of a CSV file by RFC 4180, with nothing in it that a spreadsheet would compute.
pub fn csv_row(report: &CancelReport, csv: &mut String) {
    let state = |state: Option<CommandState>| state.map_or("", CommandState::as_str);
    let code = report.vendor_code.as_ref().map(ToString::to_string);
    let cells = [
        &report.device.to_string(),
        report.id.as_str(),
        state(report.before),
        report.outcome.as_str(),
        state(report.after),
        code.as_deref().unwrap_or_default(),
        report.message.as_deref().unwrap_or_default(),
        report.request_id.as_deref().unwrap_or_default(),
        &report.attempts.to_string(),
    ];
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        quoted(&harmless(cell), csv);
    }
    csv.push_str("\r\n");
}

/// A row of a JSON file: of one array, with a row a line. `is_first` is whether it is the first.
pub fn json_row(report: &CancelReport, is_first: bool, json: &mut String) {
    json.push_str(if is_first { "[\n  " } else { ",\n  " });
    // Texts, numbers and nothing: it can always be written.
    let row = serde_json::to_string(report).unwrap_or_default();
    json.push_str(&json_line(&row));
}

/// Returns what comes after the last row of a JSON file.
pub const fn json_tail(is_empty: bool) -> &'static str {
    if is_empty { "[]\n" } else { "\n]\n" }
}

fn quoted(cell: &str, csv: &mut String) {
    if cell.contains(['"', ',', '\r', '\n']) {
        csv.push('"');
        csv.push_str(&cell.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::ProviderCode;

    use super::*;
    use crate::testing::command;

    fn report(message: Option<&str>) -> CancelReport {
        let command = command("applivery:A", 1, "LOCK", CommandState::Pending);
        let mut report = CancelReport::new(command.device, command.id);
        report.before = Some(CommandState::Pending);
        report.vendor_code = Some(ProviderCode::Number(-5));
        report.message = message.map(str::to_owned);
        report
    }

    fn csv(message: Option<&str>) -> String {
        let mut csv = String::new();
        csv_row(&report(message), &mut csv);
        csv
    }

    #[test]
    fn the_columns_are_the_fields_of_the_json() {
        let row = serde_json::to_value(report(None)).unwrap();
        let names: Vec<&str> = row
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(format!("{}\r\n", names.join(",")), csv_head());
        assert_eq!(
            csv(Some("m")),
            "applivery:A,'000000000000000000000001,pending,not_sent,,'-5,m,,0\r\n"
        );
    }

    #[test]
    fn what_a_spreadsheet_would_compute_is_neutralised() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["", "a=b", "1-2", "'x"] {
            assert_eq!(harmless(cell), cell);
        }
        assert!(csv(Some("=HYPERLINK(\"x\")")).contains("\"'=HYPERLINK(\"\"x\"\")\""));
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert!(csv(Some("a,b \"c\"")).contains(",\"a,b \"\"c\"\"\","));
        assert_eq!(csv(Some("a\r\nb\u{1b}\u{202e}")).matches("\r\n").count(), 1);
    }

    #[test]
    fn the_json_is_one_array_and_keeps_its_meaning() {
        let strange = "a\u{1b}[2J\u{202e}\"b";
        let mut json = String::new();
        for is_first in [true, false] {
            json_row(&report(Some(strange)), is_first, &mut json);
        }
        json.push_str(json_tail(false));
        assert!(!json.contains(['\u{1b}', '\u{202e}']));
        let read: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[1]["message"], strange);
        assert_eq!(json_tail(true), "[]\n");
    }
}
