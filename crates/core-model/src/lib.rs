//! What a device, a command, a state and an outcome are: no I/O and no clock
