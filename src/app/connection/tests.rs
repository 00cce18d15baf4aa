//! Pairing what one end sent with what the other received.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

fn connection() -> Connection {
    let endpoint = |host: &str| Endpoint {
        host: host.to_owned(),
        address: [192, 0, 2, 10].into(),
        port: 25,
    };
    let made = Kind::Connected {
        connection: ConnectionId(1),
        from: endpoint("client"),
        to: endpoint("server"),
        service: "smtp".to_owned(),
        purpose: Purpose::Dialogue { run: 0 },
    };
    Connection::made(0, &made).unwrap()
}

fn line(end: End, way: Way, protected: bool, text: &str) -> Kind {
    Kind::Line {
        connection: ConnectionId(1),
        end,
        way,
        protected,
        line: text.into(),
    }
}

#[test]
fn a_line_that_never_arrives_does_not_hold_the_next_ones_up() {
    let mut connection = connection();
    let client = |way, text| line(End::Client, way, false, text);
    let server = |way, text| line(End::Server, way, false, text);
    connection.feed(1, &client(Way::Sent, "lost"));
    connection.feed(2, &client(Way::Sent, "NOOP"));
    connection.feed(3, &server(Way::Received, "NOOP"));
    connection.feed(4, &server(Way::Received, "junk that nobody sent"));
    let ends: Vec<_> = connection
        .rows
        .iter()
        .map(|row| match row {
            Row::Said { sent, received, .. } => (*sent, *received),
            _ => (None, None),
        })
        .collect();
    assert_eq!(ends, [(Some(1), None), (Some(2), Some(3)), (None, Some(4))]);
}

#[test]
fn both_ends_share_the_boundary_of_tls() {
    let mut connection = connection();
    let established = |end| Kind::TlsEstablished {
        connection: ConnectionId(1),
        end,
        version: "TLSv1.3".to_owned(),
        cipher: "TLS_AES_256_GCM_SHA384".to_owned(),
    };
    connection.feed(1, &line(End::Server, Way::Sent, false, "220 Ready"));
    connection.feed(2, &established(End::Client));
    connection.feed(3, &established(End::Server));
    assert_eq!(connection.rows.len(), 2);
    assert!(!connection.is_protected_at(1));
    assert!(connection.is_protected_at(2));
    assert_eq!(connection.moments(), [1, 3]);
}

#[test]
fn only_replies_of_class_4_and_5_are_refusals() {
    for (text, refusal) in [
        ("454 4.7.1 no", true),
        ("550-5.1.1 no", true),
        ("421", true),
        ("250 Ok", false),
        ("4you", false),
        ("4501 x", false),
    ] {
        assert_eq!(is_refusal(text), refusal, "{text}");
    }
}

proptest! {
    /// Lines keep their order in each direction; whatever else is mixed, each
    /// finds its other half.
    #[test]
    fn every_line_finds_its_other_half(
        plays in proptest::collection::vec((any::<bool>(), any::<bool>(), 0..3_u8, any::<bool>()), 0..60),
    ) {
        let mut connection = connection();
        let mut under_way = [VecDeque::new(), VecDeque::new()];
        let mut position = 0;
        let mut sent = 0;
        let mut feed = |connection: &mut Connection, kind: &Kind| {
            position += 1;
            connection.feed(position, kind);
        };
        for (by_client, sends, text, protected) in plays {
            let end = if by_client { End::Client } else { End::Server };
            let queue = &mut under_way[usize::from(by_client)];
            if sends {
                let text = format!("line {text}");
                feed(&mut connection, &line(end, Way::Sent, protected, &text));
                queue.push_back((protected, text));
                sent += 1;
            } else if let Some((protected, text)) = queue.pop_front() {
                feed(&mut connection, &line(end.other(), Way::Received, protected, &text));
            }
        }
        for (queue, end) in under_way.iter_mut().zip([End::Server, End::Client]) {
            for (protected, text) in queue.drain(..) {
                feed(&mut connection, &line(end.other(), Way::Received, protected, &text));
            }
        }
        prop_assert_eq!(connection.rows.len(), sent);
        for row in &connection.rows {
            let whole = matches!(
                row,
                Row::Said { sent: Some(sent), received: Some(received), .. } if sent < received
            );
            prop_assert!(whole, "{:?}", row);
        }
        prop_assert!(connection.rows.is_sorted_by_key(Row::position));
        let moments = connection.moments();
        prop_assert!(moments.is_sorted());
        if let Some(last) = moments.last() {
            prop_assert_eq!(connection.rows_at(*last).len(), sent);
        }
    }
}

#[test]
fn a_delivery_that_says_goodbye_after_the_handshake_keeps_its_mail() {
    let purposes = [
        Purpose::Dialogue { run: 0 },
        Purpose::Delivery {
            queue_id: "AAA".to_owned(),
        },
    ];
    for (said, keeps) in [(["QUIT", ""], true), (["EHLO client", "QUIT"], false)] {
        for purpose in &purposes {
            let mut connection = connection();
            connection.purpose = purpose.clone();
            connection.feed(1, &line(End::Client, Way::Sent, false, "QUIT"));
            for (at, text) in (2..).zip(said) {
                connection.feed(at, &line(End::Client, Way::Sent, true, text));
            }
            let delivers = matches!(purpose, Purpose::Delivery { .. });
            assert_eq!(connection.keeps_mail(), keeps && delivers, "{said:?}");
        }
    }
}
