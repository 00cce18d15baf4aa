//! A look at the world's DNS, as dig(1) of Debian 12 shows it.

use std::fmt::Write;
use std::net::IpAddr;

use super::zone::{Answered, Zone, reverse_name};
use crate::postfix::smtpd::RecordKind;

/// A question, as typed after `dig`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Question {
    /// What was typed.
    words: String,
    name: String,
    kind: RecordKind,
    /// Only the values (`+short`).
    short: bool,
}

impl Question {
    /// Understands `NAME [TYPE]`, `TYPE NAME`, `-x ADDRESS` and `+short`. A
    /// server to ask (`@…`) makes no difference: there is one DNS. `Err`: the
    /// word that makes no sense.
    pub(super) fn parse(words: &str) -> Result<Self, String> {
        let mut name = None;
        let mut kind = None;
        let mut short = false;
        let mut is_reverse = false;
        for word in words.split_whitespace() {
            match word {
                "-x" => is_reverse = true,
                "-4" | "-6" | "-t" | "-q" | "IN" | "in" => {}
                "+short" => short = true,
                _ if word.starts_with(['+', '@']) => {}
                _ if word.starts_with('-') => return Err(word.to_owned()),
                _ if is_reverse && name.is_none() => {
                    let address: IpAddr = word.parse().map_err(|_| word.to_owned())?;
                    name = Some(reverse_name(address));
                    kind.get_or_insert(RecordKind::Ptr);
                }
                _ => match kind_of(word) {
                    Some(known) if kind.is_none() => kind = Some(known),
                    _ if name.is_none() => name = Some(word.trim_end_matches('.').to_owned()),
                    _ => return Err(word.to_owned()),
                },
            }
        }
        Ok(Self {
            words: words.split_whitespace().collect::<Vec<_>>().join(" "),
            name: name.ok_or_else(|| words.to_owned())?,
            kind: kind.unwrap_or(RecordKind::A),
            short,
        })
    }

    /// What dig prints. `id`: the number of the query. What dig measures (time,
    /// server, size) is left out, as with `+nostats`.
    pub(super) fn ask(&self, zone: &Zone, id: u16) -> Vec<String> {
        let answered = zone.look_up(&self.name, self.kind);
        let (status, records) = match answered {
            Answered::Records(records) => ("NOERROR", records),
            Answered::NoName(records) => ("NXDOMAIN", records),
            Answered::Failed => ("SERVFAIL", Vec::new()),
        };
        let value = |kind, value: &str| match kind {
            RecordKind::A | RecordKind::Aaaa => value.to_owned(),
            RecordKind::Txt => quoted(value),
            RecordKind::Mx if value.ends_with(" .") => value.to_owned(),
            _ => format!("{value}."),
        };
        if self.short {
            let values = records.iter();
            return values
                .map(|record| value(record.kind, &record.value))
                .collect();
        }
        let mut lines = vec![
            String::new(),
            format!("; <<>> DiG {VERSION} <<>> {}", self.words),
            ";; global options: +cmd".to_owned(),
            ";; Got answer:".to_owned(),
            format!(";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {id}"),
            format!(
                ";; flags: qr rd ra; QUERY: 1, ANSWER: {}, AUTHORITY: 0, ADDITIONAL: 1",
                records.len()
            ),
            String::new(),
            ";; OPT PSEUDOSECTION:".to_owned(),
            "; EDNS: version: 0, flags:; udp: 1232".to_owned(),
            ";; QUESTION SECTION:".to_owned(),
            row(&format!(";{}.", self.name), "", self.kind, ""),
        ];
        if !records.is_empty() {
            lines.extend([String::new(), ";; ANSWER SECTION:".to_owned()]);
        }
        lines.extend(records.iter().map(|record| {
            let name = format!("{}.", record.name);
            let shown = value(record.kind, &record.value);
            row(&name, &record.ttl.to_string(), record.kind, &shown)
        }));
        lines
    }
}

/// A record in dig's columns, which tabs make eight wide.
fn row(name: &str, ttl: &str, kind: RecordKind, value: &str) -> String {
    let mut line = String::new();
    let mut column = |text: &str, end: usize| {
        line.push_str(text);
        let blanks = end.saturating_sub(line.len()).max(1);
        // Writing into a String cannot fail.
        let _ = write!(line, "{:blanks$}", "");
    };
    column(name, 24);
    column(ttl, 32);
    column("IN", 40);
    column(kind.word(), 48);
    line.push_str(value);
    line.trim_end().to_owned()
}

/// A text as strings of at most 255 characters.
fn quoted(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let strings = characters.chunks(255).map(|string| {
        let string: String = string.iter().collect();
        format!("\"{}\"", string.replace('\\', "\\\\").replace('"', "\\\""))
    });
    strings.collect::<Vec<_>>().join(" ")
}

fn kind_of(word: &str) -> Option<RecordKind> {
    let mut kinds = RecordKind::ALL.into_iter();
    kinds.find(|kind| kind.word().eq_ignore_ascii_case(word))
}

/// The version of Debian 12.
const VERSION: &str = "9.18.49-1~deb12u3-Debian";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ZONE: &str = "
$TTL 300
remoto.example.     IN MX 10 mx.remoto.example.
                    IN MX 20 mx2.remoto.example.
mx.remoto.example.  7200 IN A 198.51.100.25
                    AAAA 2001:db8::25
correo.remoto.example. CNAME mx.remoto.example.
solo.example.       MX 0 .
solo.example.       TXT \"v=spf1 -all\"
caido.example.      NS ns.caido.example.
25.100.51.198.in-addr.arpa. PTR mx.remoto.example.
";

    fn dig(words: &str) -> Vec<String> {
        let (zone, errors) = Zone::parse(ZONE);
        assert_eq!(errors, []);
        Question::parse(words).unwrap().ask(&zone, 4711)
    }

    #[test]
    fn an_answer_looks_as_digs_does() {
        insta::assert_snapshot!(dig("remoto.example MX").join("\n"));
        insta::assert_snapshot!(dig("AAAA correo.remoto.example.").join("\n"));
        insta::assert_snapshot!(dig("-x 198.51.100.25").join("\n"));
    }

    #[test]
    fn what_is_not_there_is_told_apart() {
        let status = |words: &str| {
            let lines = dig(words);
            let (_, rest) = lines[4].split_once("status: ").unwrap();
            rest.split_once(',').unwrap().0.to_owned()
        };
        assert_eq!(status("nadie.example"), "NXDOMAIN");
        assert_eq!(status("remoto.example A"), "NOERROR");
        assert_eq!(status("caido.example MX"), "SERVFAIL");
        assert_eq!(status("www.caido.example"), "SERVFAIL");
    }

    #[test]
    fn values_can_be_had_alone() {
        assert_eq!(dig("+short solo.example MX"), ["0 ."]);
        assert_eq!(dig("solo.example TXT +short"), ["\"v=spf1 -all\""]);
        assert_eq!(
            dig("correo.remoto.example +short"),
            ["mx.remoto.example.", "198.51.100.25"]
        );
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(
            Question::parse("a.example b.example"),
            Err("b.example".to_owned())
        );
        assert_eq!(Question::parse("-x mal"), Err("mal".to_owned()));
        assert!(Question::parse("").is_err());
    }

    proptest! {
        #[test]
        fn no_question_is_too_strange(words in ".{0,60}") {
            let (zone, _) = Zone::parse(ZONE);
            if let Ok(question) = Question::parse(&words) {
                question.ask(&zone, 1);
            }
        }
    }
}
