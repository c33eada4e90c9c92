//! A same-origin relay that holds the credentials, for vendors that allow no other origin
