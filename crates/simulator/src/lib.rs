//! Both vendors' servers in memory, written from their documents, with a clock and faults
