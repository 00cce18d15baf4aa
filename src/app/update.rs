//! `update`: the only place where the model changes.
