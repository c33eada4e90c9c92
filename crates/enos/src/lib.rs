//! A typed client for the device commands of the EnOS Connect Service
