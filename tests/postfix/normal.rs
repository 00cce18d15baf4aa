//! What changes from one run to the next becomes a placeholder in a reply, as
//! in the recordings.

/// A line of a reply.
pub(crate) fn reply(line: &str) -> String {
    if let Some((before, _)) = line.split_once("queued as ") {
        return format!("{before}queued as {{QID}}");
    }
    if let Some(challenge) = line.strip_prefix("334 ")
        && is_cram_challenge(challenge)
    {
        return "334 {CHALLENGE}".to_owned();
    }
    line.to_owned()
}

fn is_cram_challenge(text: &str) -> bool {
    smtp_lab::sasl::server::decode(text)
        .is_some_and(|bytes| bytes.first() == Some(&b'<') && bytes.contains(&b'@'))
}
