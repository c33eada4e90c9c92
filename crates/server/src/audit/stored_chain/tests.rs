//! A store that fails in the middle: whatever was added is found again.

use countermand_store::StoreLocation;
use countermand_transport::TokioTimer;
use sqlx::{Connection as _, SqliteConnection};

use super::*;

fn lines(words: &[&str]) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), Link::START);
    for word in words {
        let who = (*word).to_owned();
        let entry = NewLine {
            server: None,
            peer: None,
            entry: Entry::SignedOut { who },
        };
        let at = Timestamp::from_millis(0).unwrap();
        let line = Timed { at, entry: &entry };
        add(&mut bytes, &mut last, &line).unwrap();
    }
    bytes
}

#[tokio::test]
async fn what_failed_in_part_is_added_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = Store::open(&StoreLocation::File(path.clone()))
        .await
        .unwrap();
    let chain = StoredChain::new(store.clone(), Arc::new(TokioTimer::default()));
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    for word in ["one", "two", "three"] {
        let refuse = format!(
            "CREATE TRIGGER refuse BEFORE INSERT ON audit WHEN instr(NEW.bytes, CAST('{word}' AS BLOB)) > 0 \
             BEGIN SELECT RAISE(ABORT, 'no room'); END"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(refuse))
            .execute(&mut database)
            .await
            .unwrap();
        let given = match word {
            "one" => lines(&["one"]),
            "two" => lines(&["one", "two"]),
            _ => lines(&["one", "two", "three"]),
        };
        assert!(chain.append(given).await.is_err(), "{word}");
        sqlx::query("DROP TRIGGER refuse")
            .execute(&mut database)
            .await
            .unwrap();
    }
    chain
        .append(lines(&["one", "two", "three", "four"]))
        .await
        .unwrap();
    chain.append(lines(&["five"])).await.unwrap();
    let parts = store.audit(1, 100).await.unwrap();
    let bytes: Vec<u8> = parts.into_iter().flat_map(|part| part.bytes).collect();
    let mut who = Vec::new();
    for line in crate::audit::read(bytes.as_slice()) {
        if let Entry::SignedOut { who: one } = line.unwrap().1.entry {
            who.push(one);
        }
    }
    assert_eq!(who, ["one", "two", "three", "four", "five"]);
}
