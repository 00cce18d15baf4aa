//! Addresses as they stand in `MAIL FROM` and `RCPT TO`, read as leniently as
//! Postfix reads them: an RFC 822 address in angle brackets or without them,
//! with quoted strings, domain literals, comments and deprecated source routes
//! (RFC 5321 §4.1.2, RFC 822 §6, RFC 5321 appendix C).
//!
//! The *external* form is what travels: `"un alumno"@aula.example`. The
//! *internal* form has no quotes: `un alumno@aula.example`.

/// What an argument of `MAIL FROM` or `RCPT TO` holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Extracted {
    /// The last address in it, in internal form; empty if there is none.
    pub internal: String,
    /// How many addresses there are: 0, 1, or more (which is a fault).
    pub addresses: usize,
    /// Whether there is anything besides the address and its brackets.
    pub rubble: bool,
}

/// Finds the address in `argument`, such as `<@mx.example:bob@remoto.example>`.
pub fn extract(argument: &str) -> Extracted {
    let text = argument
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(argument);
    let nodes = parse(scan(without_route(text)));
    let mut extracted = Extracted::default();
    for node in nodes {
        match node {
            Node::Address(tokens) => {
                extracted.addresses += 1;
                extracted.internal = tokens.iter().map(Token::text).collect();
            }
            Node::Other(Token::Operator('<' | '>')) => {}
            Node::Other(_) => extracted.rubble = true,
        }
    }
    extracted
}

/// The external form of `internal`: the local part is quoted if it needs to be.
pub fn external(internal: &str) -> String {
    let (local, domain) = match internal.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (internal, None),
    };
    let mut external = String::with_capacity(internal.len() + 2);
    if is_dot_string(local) {
        external.push_str(local);
    } else {
        external.push('"');
        for character in local.chars() {
            if matches!(character, '"' | '\\' | '\r') {
                external.push('\\');
            }
            external.push(character);
        }
        external.push('"');
    }
    if let Some(domain) = domain {
        external.push('@');
        external.push_str(domain);
    }
    external
}

/// Whether `local` can stand unquoted: atoms with single dots between them.
fn is_dot_string(local: &str) -> bool {
    !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|character| {
            !character.is_ascii_control()
                && !matches!(
                    character,
                    ' ' | '(' | ')' | '<' | '>' | '@' | ',' | ';' | ':' | '\\' | '"' | '[' | ']'
                )
        })
}

/// `@a.example,@b.example:user@c.example` without the route before the colon.
fn without_route(text: &str) -> &str {
    match text.split_once(':') {
        Some((_, rest)) if text.starts_with('@') => rest,
        _ => text,
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Token {
    /// An atom or a quoted string, without its quotes.
    Word(String),
    /// A domain literal, with its brackets.
    Literal(String),
    Comment,
    Operator(char),
}

impl Token {
    fn text(&self) -> String {
        match self {
            Self::Word(text) | Self::Literal(text) => text.clone(),
            Self::Operator(character) => character.to_string(),
            Self::Comment => String::new(),
        }
    }
}

#[derive(Clone, Debug)]
enum Node {
    Address(Vec<Token>),
    Other(Token),
}

/// The characters that are tokens of their own; `%` and `!` because not all the
/// world is RFC 822.
const OPERATORS: &str = "|%!()<>@,;:\".[]";

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

fn scan(text: &str) -> Vec<Token> {
    let mut characters = text.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(&character) = characters.peek() {
        match character {
            _ if is_space(character) => {
                characters.next();
            }
            '(' => {
                skip_comment(&mut characters);
                tokens.push(Token::Comment);
            }
            '[' => {
                characters.next();
                let inside = collect(&mut characters, |character| character != ']');
                characters.next();
                tokens.push(Token::Literal(format!("[{inside}]")));
            }
            '"' => {
                characters.next();
                let inside = collect(&mut characters, |character| character != '"');
                characters.next();
                tokens.push(Token::Word(inside));
            }
            _ if OPERATORS.contains(character) => {
                characters.next();
                tokens.push(Token::Operator(character));
            }
            _ => tokens.push(Token::Word(collect(&mut characters, |character| {
                !is_space(character) && !OPERATORS.contains(character)
            }))),
        }
    }
    tokens
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Takes characters while they belong; a backslash makes the next one belong.
fn collect(characters: &mut Characters<'_>, belongs: impl Fn(char) -> bool) -> String {
    let mut collected = String::new();
    while let Some(&character) = characters.peek() {
        let taken = if character == '\\' {
            characters.next();
            match characters.next() {
                Some(escaped) => escaped,
                None => break,
            }
        } else if belongs(character) {
            characters.next();
            character
        } else {
            break;
        };
        collected.push(if is_space(taken) { ' ' } else { taken });
    }
    collected
}

/// Skips a comment, which may hold others.
fn skip_comment(characters: &mut Characters<'_>) {
    let mut level = 0_u32;
    while let Some(character) = characters.next() {
        match character {
            '(' => level += 1,
            ')' => {
                level -= 1;
                if level == 0 {
                    return;
                }
            }
            '\\' => {
                characters.next();
            }
            _ => {}
        }
    }
}

/// Groups tokens into addresses, from right to left: two words in a row are two
/// addresses, and what stands before `<…>` is a phrase and no address.
fn parse(tokens: Vec<Token>) -> Vec<Node> {
    let comments = tokens
        .iter()
        .filter(|&token| *token == Token::Comment)
        .count();
    let mut parser = Parser {
        left: tokens,
        address: Vec::new(),
        nodes: Vec::new(),
    };
    parser.left.retain(|token| *token != Token::Comment);
    parser.run();
    parser.nodes.reverse();
    let comments = std::iter::repeat_n(Node::Other(Token::Comment), comments);
    parser.nodes.into_iter().chain(comments).collect()
}

/// The state of [`parse`]; `address` and `nodes` are in reverse order.
struct Parser {
    left: Vec<Token>,
    address: Vec<Token>,
    nodes: Vec<Node>,
}

impl Parser {
    fn run(&mut self) {
        // Whether a word may come without beginning another address, and
        // whether a colon would begin a named group.
        let (mut word, mut group) = (true, false);
        while let Some(token) = self.left.pop() {
            match token {
                Token::Word(_) | Token::Literal(_) => {
                    if !word {
                        self.finish_address();
                        self.nodes.push(Node::Other(Token::Operator(',')));
                    }
                    word = false;
                    self.address.push(token);
                }
                Token::Operator('>') => {
                    self.finish_address();
                    self.nodes.push(Node::Other(token));
                    self.bracketed();
                    word = true;
                }
                Token::Operator(';') => {
                    self.finish_address();
                    self.nodes.push(Node::Other(token));
                    (word, group) = (true, true);
                }
                Token::Operator(':') if group => {
                    self.finish_address();
                    self.nodes.push(Node::Other(token));
                    self.skip_until(|operator| operator == ',');
                }
                Token::Operator(',') => {
                    self.finish_address();
                    self.nodes.push(Node::Other(token));
                    word = true;
                }
                Token::Operator(_) => {
                    word = true;
                    self.address.push(token);
                }
                Token::Comment => {}
            }
        }
        self.finish_address();
    }

    /// After a `>`: everything up to `<` is one address, and the phrase before
    /// it is none.
    fn bracketed(&mut self) {
        while let Some(token) = self.left.pop() {
            if token == Token::Operator('<') {
                self.finish_address();
                self.nodes.push(Node::Other(token));
                self.skip_until(|operator| matches!(operator, '>' | ';' | ',' | ':'));
                return;
            }
            self.address.push(token);
        }
        self.finish_address();
    }

    /// Moves tokens out of the way until one of these operators stands on the left.
    fn skip_until(&mut self, stop: impl Fn(char) -> bool) {
        while let Some(token) = self.left.pop() {
            if matches!(token, Token::Operator(operator) if stop(operator)) {
                self.left.push(token);
                return;
            }
            self.nodes.push(Node::Other(token));
        }
    }

    fn finish_address(&mut self) {
        if !self.address.is_empty() {
            self.address.reverse();
            let tokens = std::mem::take(&mut self.address);
            self.nodes.push(Node::Address(tokens));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(argument: &str) -> String {
        let extracted = extract(argument);
        assert_eq!(extracted.addresses, 1, "{argument}");
        extracted.internal
    }

    #[test]
    fn brackets_quotes_and_escapes_are_not_part_of_the_address() {
        assert_eq!(one("<ana@remoto.example>"), "ana@remoto.example");
        assert_eq!(one("ana@remoto.example"), "ana@remoto.example");
        assert_eq!(one("<\"bob@remoto.example\">"), "bob@remoto.example");
        assert_eq!(
            one("<\"un alumno\"@aula.example>"),
            "un alumno@aula.example"
        );
        assert_eq!(one(r"<alumno\@aula.example>"), "alumno@aula.example");
        assert_eq!(one("<a@[192.0.2.1]>"), "a@[192.0.2.1]");
        assert_eq!(one("<ana@@remoto.example>"), "ana@@remoto.example");
        assert_eq!(one("Ana <ana@remoto.example>"), "ana@remoto.example");
        assert_eq!(one("<alumno@aula.example>;"), "alumno@aula.example");
    }

    #[test]
    fn source_routes_are_dropped() {
        assert_eq!(
            one("<@a.example,@b.example:bob@c.example>"),
            "bob@c.example"
        );
    }

    #[test]
    fn no_address_and_two_addresses() {
        assert_eq!(extract("<>").addresses, 0);
        assert_eq!(extract("<>>").addresses, 0);
        assert_eq!(extract("<ana@remoto.example>basura").addresses, 2);
        assert_eq!(extract("<ana b@remoto.example>").addresses, 2);
        assert_eq!(extract("<a@x.example>,<b@x.example>").addresses, 2);
    }

    #[test]
    fn comments_are_rubble() {
        let extracted = extract("<ana(la otra)@remoto.example>");
        assert_eq!(extracted.internal, "ana@remoto.example");
        assert!(extracted.rubble);
    }

    #[test]
    fn the_external_form_quotes_what_needs_it() {
        assert_eq!(external("ana@remoto.example"), "ana@remoto.example");
        assert_eq!(external("bob%x@aula.example"), "bob%x@aula.example");
        assert_eq!(
            external("un alumno@aula.example"),
            "\"un alumno\"@aula.example"
        );
        assert_eq!(
            external("bob@remoto.example@aula.example"),
            "\"bob@remoto.example\"@aula.example"
        );
        assert_eq!(external(".ana@remoto.example"), "\".ana\"@remoto.example");
        assert_eq!(external("alumno"), "alumno");
    }

    proptest! {
        #[test]
        fn an_internal_address_survives_the_way_out_and_in(
            local in "[ -~ñ]{1,20}",
            domain in "[a-z]{1,8}(\\.[a-z]{1,8}){0,2}",
        ) {
            let internal = format!("{local}@{domain}");
            let extracted = extract(&format!("<{}>", external(&internal)));
            prop_assert_eq!(extracted.internal, internal);
            prop_assert_eq!(extracted.addresses, 1);
        }

        #[test]
        fn nothing_makes_it_panic(argument in "\\PC{0,60}") {
            extract(&argument);
        }
    }
}
