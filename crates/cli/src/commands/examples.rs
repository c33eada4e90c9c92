//! Examples for the help of each command.

/// Returns the examples of a command, which is named as on the command line without the program's name.
pub(super) fn of(path: &str) -> Option<String> {
    let (_, lines) = EXAMPLES.iter().find(|(of, _)| *of == path)?;
    let lines: String = lines.iter().map(|line| format!("\n  {line}")).collect();
    Some(format!("Examples:{lines}"))
}

/// The examples by command.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "list",
        &[
            "countermand list --profile fleet applivery:DEVICE",
            "countermand list --profile fleet --devices-from fleet.txt --state pending --kind WIPE,LOCK",
            "countermand list --profile plant enos:asset:ASSET_ID --output json",
        ],
    ),
    (
        "show",
        &["countermand show --profile fleet applivery:DEVICE COMMAND_ID"],
    ),
    (
        "devices",
        &[
            "countermand devices --profile fleet --search tablet",
            "countermand devices --profile fleet --output csv > fleet.csv",
        ],
    ),
    (
        "cancel",
        &[
            "countermand cancel --profile fleet applivery:DEVICE --all-pending --dry-run",
            "countermand cancel --profile fleet --devices-from fleet.txt --all-pending --kind WIPE --created-after 2h",
            "countermand cancel --profile fleet applivery:DEVICE --command COMMAND_ID --yes",
            "countermand cancel --profile fleet --devices-from fleet.txt --all-pending --plan-out wipes.plan",
            "countermand cancel --profile fleet --plan wipes.plan",
        ],
    ),
    (
        "brake-rules",
        &[
            "countermand brake-rules list --server https://console.example",
            "countermand brake-rules propose --kind WIPE --for 3d --server https://console.example --connection fleet",
            "countermand brake-rules sign ID --server https://console.example",
        ],
    ),
    (
        "brake-rules list",
        &["countermand brake-rules list --server https://console.example --output json"],
    ),
    (
        "brake-rules propose",
        &[
            "countermand brake-rules propose --kind WIPE --until 2026-12-04T18:00 --server https://console.example",
            "countermand brake-rules propose --destructive --at-most 500 --for 12h --automatic --server https://console.example",
        ],
    ),
    (
        "brake-rules sign",
        &["countermand brake-rules sign ID --server https://console.example"],
    ),
    (
        "brake-rules decline",
        &["countermand brake-rules decline ID --server https://console.example"],
    ),
    (
        "brake-rules revoke",
        &["countermand brake-rules revoke ID --server https://console.example"],
    ),
    (
        "check",
        &[
            "countermand check --profile fleet",
            "countermand check --server https://console.example --output json",
        ],
    ),
    (
        "resume",
        &[
            "countermand resume 20261130T081500-0123abcd4567 --profile fleet",
            "countermand resume wipes.journal --profile fleet --yes",
        ],
    ),
    (
        "runs",
        &[
            "countermand runs list",
            "countermand runs list --server https://console.example --connection fleet",
        ],
    ),
    (
        "runs list",
        &[
            "countermand runs list",
            "countermand runs list --server https://console.example --output json",
        ],
    ),
    (
        "runs show",
        &["countermand runs show 20261130T081500-0123abcd4567"],
    ),
    (
        "runs watch",
        &["countermand runs watch ID --server https://console.example"],
    ),
    (
        "runs stop",
        &["countermand runs stop ID --server https://console.example"],
    ),
    (
        "runs resume",
        &["countermand runs resume ID --server https://console.example"],
    ),
    (
        "runs read",
        &["countermand runs read ID --server https://console.example --output json"],
    ),
    (
        "runs approve",
        &["countermand runs approve ID --server https://console.example"],
    ),
    (
        "runs decline",
        &["countermand runs decline ID --server https://console.example"],
    ),
    (
        "runs journal",
        &["countermand runs journal ID --server https://console.example --journal run.journal"],
    ),
    (
        "verify",
        &[
            "countermand verify 20261130T081500-0123abcd4567",
            "countermand verify wipes.journal --output csv > outcomes.csv",
            "countermand verify audit.ndjson --checkpoints checkpoints.txt",
        ],
    ),
    (
        "profile",
        &[
            "countermand profile list",
            "countermand profile add fleet --provider applivery --org acme --token-env FLEET_TOKEN",
        ],
    ),
    ("profile list", &["countermand profile list --output json"]),
    ("profile show", &["countermand profile show fleet"]),
    (
        "profile add",
        &[
            "countermand profile add fleet --provider applivery --org acme --token-command \"pass show applivery/token\"",
            "countermand profile add plant --provider enos --org o15 --base-url https://apim.example \\\n      \
             --app-key-env PLANT_KEY --app-secret-file /run/secrets/plant",
        ],
    ),
    ("profile test", &["countermand profile test fleet"]),
    ("config", &["countermand config path"]),
    ("config path", &["$EDITOR \"$(countermand config path)\""]),
    (
        "simulate",
        &[
            "countermand simulate",
            "countermand simulate --listen 127.0.0.1:8090 --devices 200 --traffic",
        ],
    ),
    (
        "serve",
        &[
            "countermand serve --demo",
            "countermand serve --profile fleet",
            "countermand serve --config serve.toml",
        ],
    ),
    (
        "serve sessions",
        &["countermand serve sessions list --config serve.toml"],
    ),
    (
        "serve sessions list",
        &["countermand serve sessions list --config serve.toml"],
    ),
    (
        "serve sessions end",
        &["countermand serve sessions end --person ada@example.org --config serve.toml"],
    ),
    (
        "serve audit",
        &["countermand serve audit export --config serve.toml --out audit.ndjson"],
    ),
    (
        "serve audit export",
        &["countermand serve audit export --config serve.toml --out audit.ndjson"],
    ),
    (
        "serve audit key",
        &["countermand serve audit key --config serve.toml"],
    ),
    (
        "completions",
        &[
            "countermand completions bash > ~/.local/share/bash-completion/completions/countermand",
            "countermand completions zsh > ~/.zfunc/_countermand",
            "countermand completions fish > ~/.config/fish/completions/countermand.fish",
        ],
    ),
    ("man", &["countermand man ~/.local/share/man/man1"]),
];
