//! Opening hours as people type them, cut into words, times and signs.

use super::Refused;
use super::words::{Meaning, meaning};

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Weekday(&'static str),
    Month(&'static str),
    /// `HH:MM`
    Time(String),
    Number(String),
    Modifier(&'static str),
    Holiday(&'static str),
    /// Another word or sign of the grammar, passed on.
    Grammar(String),
    /// With its quotation marks.
    Remark(String),
    Late,
    Dash,
    Comma,
    Plus,
    Colon,
    Stop,
    Semicolon,
    Fallback,
}

/// Cuts a text into tokens; what had to be read with good will is noted.
pub(super) fn tokens(text: &str, warnings: &mut Vec<String>) -> Result<Vec<Token>, Refused> {
    let mut lexer = Lexer { rest: text, tokens: Vec::new(), warnings };
    while let Some(next) = lexer.rest.chars().next() {
        if next.is_whitespace() {
            lexer.skip(next.len_utf8());
        } else if next == '"' {
            lexer.remark()?;
        } else if next.is_ascii_digit() {
            lexer.number()?;
        } else if next.is_alphabetic() {
            lexer.word()?;
        } else {
            lexer.sign(next)?;
        }
    }
    Ok(lexer.tokens)
}

struct Lexer<'t, 'w> {
    rest: &'t str,
    tokens: Vec<Token>,
    warnings: &'w mut Vec<String>,
}

impl<'t> Lexer<'t, '_> {
    fn skip(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        self.skip(end)
    }

    fn note(&mut self, raw: &str, read: &str) {
        if raw != read {
            self.warnings.push(format!("\"{raw}\" is read as {read}"));
        }
    }

    fn remark(&mut self) -> Result<(), Refused> {
        let end = self.rest[1..].find('"').ok_or_else(|| Refused::because("a \" is missing"))?;
        let remark = self.skip(end + 2);
        self.tokens.push(Token::Remark(remark.to_owned()));
        Ok(())
    }

    fn word(&mut self) -> Result<(), Refused> {
        let word = self.take_while(char::is_alphabetic);
        let Some(meaning) = meaning(word) else {
            let word: String = word.chars().take(40).collect();
            return Err(Refused::because(format!("\"{word}\" is no day, month or time")));
        };
        let token = match meaning {
            Meaning::Weekday(name) => {
                self.note(word, name);
                Token::Weekday(name)
            }
            Meaning::Month(name) => {
                self.note(word, name);
                Token::Month(name)
            }
            Meaning::EveryDay => {
                self.note(word, "Mo-Su");
                self.tokens.extend([Token::Weekday("Mo"), Token::Dash]);
                Token::Weekday("Su")
            }
            Meaning::Time(time) => {
                self.note(word, time);
                Token::Time(time.to_owned())
            }
            Meaning::Modifier(name) => Token::Modifier(name),
            Meaning::Holiday(name) => Token::Holiday(name),
            Meaning::Grammar(name) => Token::Grammar(name.to_owned()),
            Meaning::Late => Token::Late,
            Meaning::To => {
                self.note(word, "-");
                Token::Dash
            }
            Meaning::And => {
                self.note(word, ",");
                Token::Comma
            }
        };
        self.tokens.push(token);
        Ok(())
    }

    fn sign(&mut self, sign: char) -> Result<(), Refused> {
        let token = match sign {
            '-' => Token::Dash,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' => {
                self.note(sign.to_string().as_str(), "-");
                Token::Dash
            }
            ',' => Token::Comma,
            '&' => {
                self.note("&", ",");
                Token::Comma
            }
            ';' => Token::Semicolon,
            '+' => Token::Plus,
            ':' => Token::Colon,
            '.' => Token::Stop,
            '|' if self.rest.starts_with("||") => Token::Fallback,
            '[' | ']' | '(' | ')' | '/' => Token::Grammar(sign.to_string()),
            other => return Err(Refused::because(format!("\"{other}\" has no meaning here"))),
        };
        self.skip(if token == Token::Fallback { 2 } else { sign.len_utf8() });
        self.tokens.push(token);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Refused> {
        if self.rest.starts_with("24/7") {
            self.skip(4);
            self.tokens.push(Token::Grammar("24/7".to_owned()));
            return Ok(());
        }
        let before = self.rest;
        let hour = self.take_while(|c| c.is_ascii_digit());
        let minute = self.minute(hour)?;
        let half = self.half_of_day();
        let raw = &before[..before.len() - self.rest.len()];
        if hour.len() > if minute.is_some() || half.is_some() { 2 } else { 4 } {
            return Err(Refused::because(format!("\"{raw}\" is not a time")));
        }
        if minute.is_none() && half.is_none() {
            self.tokens.push(Token::Number(hour.to_owned()));
            return Ok(());
        }
        let not_a_time = || Refused::because(format!("\"{raw}\" is not a time"));
        let hour: u8 = hour.parse().map_err(|_| not_a_time())?;
        let hour = match half {
            None => hour,
            Some(_) if !(1..=12).contains(&hour) => return Err(not_a_time()),
            Some(Half::Morning) => hour % 12,
            Some(Half::Afternoon) => hour % 12 + 12,
        };
        let time = format!("{hour:02}:{}", minute.unwrap_or("00"));
        self.note(raw, &time);
        self.tokens.push(Token::Time(time));
        Ok(())
    }

    /// `:30`, also `.30`, after an hour.
    fn minute(&mut self, hour: &str) -> Result<Option<&'t str>, Refused> {
        let Some(tail) = self.rest.strip_prefix([':', '.']) else { return Ok(None) };
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        // `Jul01:10:00` is a day of July, then a time.
        let is_day =
            matches!(self.tokens.last(), Some(Token::Month(_))) && tail[digits..].starts_with(':');
        match digits {
            _ if is_day => Ok(None),
            0 => Ok(None),
            2 => {
                self.skip(1);
                Ok(Some(self.skip(2)))
            }
            _ => Err(Refused::because(format!("\"{hour}:{}\" is not a time", &tail[..digits]))),
        }
    }

    fn half_of_day(&mut self) -> Option<Half> {
        let tail = self.rest.trim_start();
        for (word, half) in [
            ("am", Half::Morning),
            ("a.m.", Half::Morning),
            ("pm", Half::Afternoon),
            ("p.m.", Half::Afternoon),
        ] {
            let found = tail.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word));
            if found && !tail[word.len()..].starts_with(char::is_alphabetic) {
                self.rest = &tail[word.len()..];
                return Some(half);
            }
        }
        None
    }
}

enum Half {
    Morning,
    Afternoon,
}
