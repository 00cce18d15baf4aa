//! Whatever a server sends: a reply, a fault, or not enough yet; and what was
//! read reads the same when it is written again.

use smtp_lab::smtp::reply::{ReplyReader, enhanced_code};

pub(crate) fn holds(input: &[u8]) {
    let mut reader = ReplyReader::default();
    for line in input.split(|&byte| byte == b'\n') {
        if let Ok(Some(reply)) = reader.push(line) {
            assert!(reply.lines.len() <= ReplyReader::MAX_LINES);
            assert!(reply.code < 1000);
            let mut again = ReplyReader::default();
            let mut read = None;
            for line in reply.wire_lines() {
                read = again.push(line.as_bytes()).ok().flatten();
            }
            if let Some(read) = read {
                assert_eq!(read.lines.len(), reply.lines.len());
                assert_eq!(read.to_string(), reply.to_string());
            }
        }
    }
    let text = String::from_utf8_lossy(input);
    for code in [250, 454, 554] {
        if let Some(enhanced) = enhanced_code(code, &text) {
            assert!(text.starts_with(enhanced));
        }
    }
}
