//! The file: one process at a time, and never over another.

use std::fs;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn what_was_committed_is_in_the_file() {
    let folder = folder();
    let path = folder.path().join("j.ndjson");
    let journal = Journal::create(FileJournal::create(&path).unwrap(), timer(), header())
        .await
        .unwrap();
    for (number, entry) in run().iter().enumerate() {
        journal.chain().commit(entry).await.unwrap();
        let (entries, _) = read_all(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(entries.len(), number + 1);
    }
    drop(journal);
    assert_eq!(read_all(&fs::read(&path).unwrap()).unwrap().0, run());
}

#[test]
fn nothing_is_written_over() {
    let folder = folder();
    let path = folder.path().join("kept");
    fs::write(&path, "precious").unwrap();
    for path in [&path, folder.path()] {
        let error = FileJournal::create(path).unwrap_err();
        assert_eq!(error.kind(), JournalErrorKind::AlreadyExists, "{error}");
        assert!(error.to_string().contains(&*path.to_string_lossy()));
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
}

#[tokio::test]
async fn a_second_one_is_refused_while_the_first_lives() {
    let folder = folder();
    let path = folder.path().join("j");
    let first = FileJournal::create(&path).unwrap();
    let journal = Journal::create(first, timer(), header()).await.unwrap();
    let error = FileJournal::open(&path).unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::InUse, "{error}");
    drop(journal);
    let (again, _) = FileJournal::open(&path).unwrap();
    assert!(FileJournal::open(&path).is_err());
    drop(again);
    assert!(FileJournal::open(&path).is_ok());
}

#[tokio::test]
async fn a_torn_line_is_dropped_before_the_journal_goes_on() {
    let folder = folder();
    let path = folder.path().join("j");
    let whole = written(&run()[..9]);
    let mut torn = whole.clone();
    torn.extend_from_slice(b"{\"prev\":\"00");
    fs::write(&path, &torn).unwrap();
    let (file, bytes) = FileJournal::open(&path).unwrap();
    let mut reader = read(bytes);
    assert_eq!(reader.by_ref().map(Result::unwrap).count(), 10);
    let end = reader.end();
    assert!(end.torn);
    file.drop_torn(&end).unwrap();
    assert_eq!(fs::read(&path).unwrap(), whole);
    let journal = Journal::go_on(file, timer(), end);
    for entry in &run()[9..] {
        journal.chain().commit(entry).await.unwrap();
    }
    drop(journal);
    assert_eq!(read_all(&fs::read(&path).unwrap()).unwrap().0, run());
}

#[test]
fn what_is_not_there_or_no_file_is_said() {
    let folder = folder();
    let missing = folder.path().join("no-such");
    let error = FileJournal::open(&missing).unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::Missing, "{error}");
    let nowhere = folder.path().join("no-folder/j");
    let error = FileJournal::create(&nowhere).unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::System, "{error}");
    assert!(error.to_string().contains("no-folder"), "{error}");
}

#[tokio::test]
async fn an_unused_file_can_be_taken_away_and_a_used_one_stays() {
    let folder = folder();
    let path = folder.path().join("j");
    FileJournal::create(&path).unwrap().discard().unwrap();
    assert!(!path.exists());
    fs::write(&path, written(&[])).unwrap();
    let (file, _) = FileJournal::open(&path).unwrap();
    file.discard().unwrap();
    assert!(path.exists());
}

#[tokio::test]
async fn after_a_failure_every_append_fails_and_none_waits_for_ever() {
    // A device that always is full; Linux has one.
    let device = std::path::Path::new("/dev/full");
    if !device.exists() {
        return;
    }
    let Ok((full, _)) = FileJournal::open(device) else {
        panic!("{} cannot be opened", device.display());
    };
    for _ in 0..3 {
        let append = full.append(b"x\n".to_vec());
        let limit = std::time::Duration::from_secs(60);
        let appended = tokio::time::timeout(limit, append).await;
        let error = appended.expect("it waits for ever").unwrap_err();
        assert!(error.to_string().contains("/dev/full"), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_is_taken_away_or_changed_under_a_running_run_is_noticed_at_once() {
    type Harm = fn(&std::path::Path);
    let harms: [(Harm, &str); 4] = [
        (|path| fs::remove_file(path).unwrap(), "deleted or moved"),
        (
            |path| fs::rename(path, path.with_extension("old")).unwrap(),
            "deleted or moved",
        ),
        (
            |path| {
                let bytes = fs::read(path).unwrap();
                fs::remove_file(path).unwrap();
                fs::write(path, bytes).unwrap();
            },
            "another file",
        ),
        (
            |path| fs::write(path, b"somebody else\n").unwrap(),
            "somebody else has changed it",
        ),
    ];
    for (harm, words) in harms {
        let folder = folder();
        let path = folder.path().join("j");
        let journal = Journal::create(FileJournal::create(&path).unwrap(), timer(), header())
            .await
            .unwrap();
        let entries = run();
        journal.chain().commit(&entries[1]).await.unwrap();
        harm(&path);
        let left = fs::read(&path).ok();
        let error = journal.chain().commit(&entries[2]).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(words), "{source}");
        assert!(journal.failure().is_some(), "it is the last");
        assert_eq!(fs::read(&path).ok(), left, "what somebody else did stays");
    }
}
