//! Postfix 3.7, as far as the lab imitates it: configuration, policy and the
//! `smtpd` session. Pure: nothing here reads a file, opens a socket or knows a
//! lesson, a language or a screen.

pub mod address;
pub mod addressing;
pub mod aliases;
pub mod bounce;
pub mod cleanup;
pub mod configuration;
pub mod date;
pub mod decision;
pub mod expand;
pub mod header;
mod line_wrap;
mod logical_lines;
mod long_header;
pub mod main_cf;
pub mod maps;
pub mod master_cf;
pub(in crate::postfix) mod networks;
pub mod notification;
pub mod openssl;
pub mod parameters;
pub mod postconf;
pub mod postmap;
pub mod postqueue;
pub mod printable;
pub mod reason;
pub mod relay;
pub mod reload;
pub mod restrictions;
pub mod rewrite;
pub mod smtpd;
pub mod table;
pub mod tls_policy;
pub mod transport;
