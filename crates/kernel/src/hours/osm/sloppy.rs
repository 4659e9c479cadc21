//! Puts right what people get wrong in opening hours: words for days, am and pm, missing or wrong
//! separators, days and months in the wrong order. What it changes it says.

use super::Refused;
use super::lexer::{Token, tokens};

/// A text put right, rule by rule.
pub(super) struct Tidy {
    pub(super) rules: Vec<TidyRule>,
}

/// One rule, with the separator before it.
pub(super) struct TidyRule {
    separator: &'static str,
    pub(super) text: String,
}

impl Tidy {
    /// The whole text.
    pub(super) fn join(&self) -> String {
        let mut text = String::new();
        for (index, rule) in self.rules.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { rule.separator });
            text.push_str(&rule.text);
        }
        text
    }
}

/// Puts a text right.
pub(super) fn put_right(text: &str, warnings: &mut Vec<String>) -> Result<Tidy, Refused> {
    let plain = without_tags(text);
    if plain != text {
        warnings.push("HTML tags are left out".to_owned());
    }
    let trimmed = plain.trim();
    if trimmed.ends_with([';', ',', '.']) {
        warnings.push("a separator at the end is left out".to_owned());
    }
    let mut rules = Vec::new();
    let tokens = tokens(trimmed, warnings)?;
    if tokens.contains(&Token::Grammar("easter".to_owned())) {
        return Err(Refused::because("Easter moves from year to year: enter dates as exceptions"));
    }
    for mut segment in segments(tokens, warnings)? {
        times_from_bare_hours(&mut segment.tokens, warnings);
        modifier_last(&mut segment.tokens, warnings);
        months_first(&mut segment.tokens, warnings);
        holidays_first(&mut segment.tokens);
        let text = written(&segment.tokens);
        let closes = text.ends_with("off") || text.ends_with("closed");
        if closes && segment.separator == ", " {
            warnings.push(format!("the comma before \"{text}\" is read as a semicolon"));
        }
        rules.push(TidyRule { separator: segment.separator, text });
    }
    if rules.is_empty() {
        return Err(Refused::because("is empty"));
    }
    Ok(Tidy { rules })
}

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        let Some((_, after)) = tag.split_once('>') else { break };
        plain.push_str(before);
        plain.push(' ');
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The tokens of one rule.
struct Segment {
    separator: &'static str,
    tokens: Vec<Token>,
}

/// Cuts tokens into rules, also where the separator is missing.
fn segments(tokens: Vec<Token>, warnings: &mut Vec<String>) -> Result<Vec<Segment>, Refused> {
    let mut done: Vec<Segment> = Vec::new();
    let mut now = Segment { separator: "; ", tokens: Vec::new() };
    let mut end = |now: &mut Segment, separator: &'static str| {
        let next = Segment { separator, tokens: Vec::new() };
        let ended = std::mem::replace(now, next);
        if !ended.tokens.is_empty() {
            done.push(ended);
        }
    };
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        match token {
            Token::Semicolon => end(&mut now, "; "),
            Token::Fallback => end(&mut now, " || "),
            Token::Stop if next.is_none() => {}
            Token::Stop if next.is_some_and(|next| starts(next) || is_modifier(next)) => {
                warnings.push("a full stop is read as a semicolon".to_owned());
                end(&mut now, "; ");
            }
            Token::Stop => return Err(Refused::because("a full stop has no meaning here")),
            Token::Comma if next.is_none_or(|next| *next == Token::Semicolon) => {}
            Token::Comma if now.tokens.last().is_some_and(ends) && next.is_some_and(starts) => {
                end(&mut now, ", ");
            }
            Token::Comma if names_days(now.tokens.last()) && is_time(next) => {
                warnings.push("a comma between days and times is left out".to_owned());
            }
            Token::Modifier(_) if has_times(&now.tokens) && next.is_some_and(starts) => {
                warnings.push("a missing semicolon is put in".to_owned());
                end(&mut now, "; ");
                now.tokens.push(token);
            }
            token => {
                let named = now.tokens.iter().any(|t| !is_modifier(t));
                if now.tokens.last().is_some_and(ends) && starts(&token) && named {
                    warnings.push("a missing semicolon is put in".to_owned());
                    end(&mut now, "; ");
                } else if is_time(now.tokens.last()) && is_time(Some(&token)) {
                    warnings.push("a missing comma is put in".to_owned());
                    now.tokens.push(Token::Comma);
                }
                now.tokens.push(token);
            }
        }
    }
    end(&mut now, "; ");
    Ok(done)
}

/// Whether a rule may begin with it.
fn starts(token: &Token) -> bool {
    matches!(token, Token::Weekday(_) | Token::Month(_) | Token::Holiday(_))
}

/// Whether it says of which days a rule is.
fn selects(token: &Token) -> bool {
    starts(token) || matches!(token, Token::Number(_) | Token::Grammar(_) | Token::Remark(_))
}

/// Whether a rule may end with it.
fn ends(token: &Token) -> bool {
    matches!(token, Token::Time(_) | Token::Plus | Token::Late | Token::Remark(_))
        || is_modifier(token)
}

fn is_modifier(token: &Token) -> bool {
    matches!(token, Token::Modifier(_))
}

fn is_time(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Time(_)))
}

fn names_days(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Weekday(_) | Token::Holiday(_)))
}

fn has_times(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| is_time(Some(token)))
}

/// `Su-Th 15-00` names hours where both ends are bare and no month is before them.
fn times_from_bare_hours(tokens: &mut [Token], warnings: &mut Vec<String>) {
    for at in 0..tokens.len().saturating_sub(2) {
        let (Token::Number(from), Token::Dash, Token::Number(to)) =
            (&tokens[at], &tokens[at + 1], &tokens[at + 2])
        else {
            continue;
        };
        let place = match at.checked_sub(1).map(|before| &tokens[before]) {
            None | Some(Token::Weekday(_) | Token::Holiday(_)) => true,
            Some(Token::Comma) => is_time(at.checked_sub(2).map(|before| &tokens[before])),
            _ => false,
        };
        let hour = |text: &str| text.parse::<u8>().ok().filter(|h| text.len() <= 2 && *h <= 24);
        if let (true, Some(from), Some(to)) = (place, hour(from), hour(to)) {
            warnings.push(format!("\"{from}-{to}\" is read as {from:02}:00-{to:02}:00"));
            tokens[at] = Token::Time(format!("{from:02}:00"));
            tokens[at + 2] = Token::Time(format!("{to:02}:00"));
        }
    }
}

/// `Closed Monday` is `Mo off`.
fn modifier_last(tokens: &mut [Token], warnings: &mut Vec<String>) {
    if let [Token::Modifier(modifier), Token::Weekday(_) | Token::Month(_), ..] = tokens {
        warnings.push(format!("\"{modifier}\" before the days is read as after them"));
        tokens.rotate_left(1);
    }
}

/// `We-Sa Jan 12:00-15:30` is `Jan We-Sa 12:00-15:30`.
fn months_first(tokens: &mut [Token], warnings: &mut Vec<String>) {
    let of_days = |t: &Token| matches!(t, Token::Weekday(_) | Token::Dash | Token::Comma);
    let of_months =
        |t: &Token| matches!(t, Token::Month(_) | Token::Number(_) | Token::Dash | Token::Comma);
    let days = tokens.iter().take_while(|token| of_days(token)).count();
    let months = tokens[days..].iter().take_while(|token| of_months(token)).count();
    let starts_with_month = matches!(tokens.get(days), Some(Token::Month(_)));
    if days > 0 && starts_with_month && names_days(tokens.get(days - 1)) {
        warnings.push("a month after the weekdays is read as before them".to_owned());
        tokens[..days + months].rotate_left(days);
    }
}

/// `Mo,PH,Su` is `PH,Mo,Su`: the grammar wants holidays at one end of a list.
fn holidays_first(tokens: &mut [Token]) {
    let Some(from) = tokens.iter().position(|token| names_days(Some(token))) else { return };
    let listed = |token: &Token| names_days(Some(token)) || *token == Token::Comma;
    for at in from + 2..tokens.len() {
        let in_list = tokens[from..=at].iter().all(|t| listed(t) || *t == Token::Dash);
        let between = tokens[at - 1] == Token::Comma && tokens.get(at + 1) == Some(&Token::Comma);
        if in_list && between && matches!(tokens[at], Token::Holiday(_)) {
            // "Mo-We,PH," becomes "PH,Mo-We,".
            tokens[from..=at].rotate_right(2);
            tokens[from..=from + 1].rotate_left(1);
        }
    }
}

/// Writes the tokens of a rule as the specification wants them.
fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut glued = true;
    for (at, token) in tokens.iter().enumerate() {
        let tight = match token {
            Token::Dash | Token::Comma | Token::Plus | Token::Late | Token::Colon => true,
            Token::Grammar(sign) => matches!(sign.as_str(), "[" | "]" | ")" | "/"),
            _ => false,
        };
        if !tight && !glued {
            text.push(' ');
        }
        glued = matches!(token, Token::Dash | Token::Comma | Token::Colon);
        match token {
            Token::Weekday(word) | Token::Month(word) => text.push_str(word),
            Token::Modifier(word) | Token::Holiday(word) => text.push_str(word),
            Token::Time(word) | Token::Number(word) | Token::Remark(word) => text.push_str(word),
            Token::Grammar(word) => {
                text.push_str(word);
                glued = matches!(word.as_str(), "[" | "(" | "/");
            }
            Token::Late => {
                text.truncate(text.trim_end_matches('-').len());
                text.push('+');
            }
            Token::Dash => text.push('-'),
            Token::Comma => text.push(','),
            Token::Plus => text.push('+'),
            // After days it only separates; anywhere else the parser refuses it.
            Token::Colon if at > 0 && tokens.get(at - 1).is_some_and(selects) => glued = false,
            Token::Colon => text.push(':'),
            Token::Stop | Token::Semicolon | Token::Fallback => {}
        }
    }
    text
}
