//! Core files: what is in memory are keys, and they belong into no file.

/// From now on, a crash of this process leaves none. Where the system does not let it, whoever runs it has said so.
pub(crate) fn refuse() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = setrlimit(Resource::Core, none);
    }
}
