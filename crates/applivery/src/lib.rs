//! A typed client for the device commands of Applivery's Android Enterprise management
