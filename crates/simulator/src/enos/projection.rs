//! The projection of an item: members, members of members (`commandName.defaultValue`), and those of
//! every item of a list (`inputData[*].name`).

use serde_json::{Map, Value};

/// The members that any of these paths names.
pub(super) fn cropped(members: Map<String, Value>, paths: &[String]) -> Map<String, Value> {
    let paths: Vec<Vec<&str>> = paths.iter().map(|path| steps(path)).collect();
    let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
    object(members, &paths)
}

/// `a.b[*].c` is `a`, `b`, `*`, `c`.
fn steps(path: &str) -> Vec<&str> {
    path.split('.')
        .flat_map(|step| match step.strip_suffix("[*]") {
            Some("") => vec!["*"],
            Some(name) => vec![name, "*"],
            None => vec![step],
        })
        .collect()
}

fn object(members: Map<String, Value>, paths: &[&[&str]]) -> Map<String, Value> {
    members
        .into_iter()
        .filter_map(|(name, value)| {
            let below: Vec<&[&str]> = paths
                .iter()
                .filter_map(|path| path.split_first())
                .filter(|(step, _)| **step == "*" || is_named(&name, step))
                .map(|(_, rest)| rest)
                .collect();
            (!below.is_empty()).then(|| (name, value_of(value, &below)))
        })
        .collect()
}

/// A name may be asked for as in an expression: `commandName.default`, `commandName.zh_CN`.
fn is_named(name: &str, step: &str) -> bool {
    let is_locale = step.contains('_');
    name == step
        || (name == "defaultValue" && step == "default")
        || (name == "i18nValue" && is_locale)
}

fn value_of(value: Value, paths: &[&[&str]]) -> Value {
    if paths.iter().any(|path| path.is_empty()) {
        return value;
    }
    match value {
        Value::Object(members) => Value::Object(object(members, paths)),
        Value::Array(items) => {
            let below: Vec<&[&str]> = paths
                .iter()
                .map(|path| path.strip_prefix(&["*"]).unwrap_or(path))
                .collect();
            let items = items.into_iter().map(|item| value_of(item, &below));
            Value::Array(items.collect())
        }
        // A value without members is kept.
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_cropped_as_deep_as_they_are_named() {
        let item = json!({
            "commandId": "1", "state": 1,
            "commandName": {"defaultValue": "Stop", "i18nValue": {"en_US": "Stop", "zh_CN": "停"}},
            "inputData": [{"name": "a", "value": 1}, {"name": "b", "value": 2}],
        });
        for (paths, left) in [
            (&["commandId"][..], json!({"commandId": "1"})),
            (&["[*]"], item.clone()),
            (&["nothing", "commandId.x"], json!({"commandId": "1"})),
            (
                &["commandName.defaultValue", "state"],
                json!({"state": 1, "commandName": {"defaultValue": "Stop"}}),
            ),
            (
                &["commandName.default"],
                json!({"commandName": {"defaultValue": "Stop"}}),
            ),
            (
                &["commandName.i18nValue.zh_CN"],
                json!({"commandName": {"i18nValue": {"zh_CN": "停"}}}),
            ),
            (
                &["inputData[*].name"],
                json!({"inputData": [{"name": "a"}, {"name": "b"}]}),
            ),
            (&["inputData[*]"], json!({"inputData": item["inputData"]})),
            (&[], json!({})),
        ] {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            let members = item.as_object().unwrap().clone();
            assert_eq!(Value::Object(cropped(members, &paths)), left, "{paths:?}");
        }
    }
}
