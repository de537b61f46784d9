//! Tests of lydite-core, in one binary, so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod calibration;
mod cases;
mod clients;
mod clocks;
mod containers;
mod corpora;
mod custody;
mod documents;
mod hostile_repair;
mod images;
mod insider;
mod labelled;
mod old_office;
mod packages;
mod pdf;
mod personal;
mod quotes;
mod repair;
mod routes;
mod tidy;
