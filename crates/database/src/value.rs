//! Values as parameters and columns: ids, instants, money, JSON, text, bytes.

use crate::Error;
use jiff::Timestamp;
use kernel::{Currency, ids::Id};
use uuid::Uuid;

/// What travels between a use-case and either engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// BOOLEAN (0 or 1 on SQLite).
    Bool(bool),
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT.
    Text(String),
    /// BYTEA or BLOB.
    Bytes(Vec<u8>),
    /// UUID (a BLOB of 16 bytes on SQLite).
    Uuid(Uuid),
}

/// Can be a parameter.
pub trait ToValue {
    /// The value to bind.
    fn to_value(&self) -> Value;
}

/// Can be read from a column.
pub trait FromValue: Sized {
    /// Named in the error when the column holds something else.
    const EXPECTED: &'static str;
    /// `None` when the column holds something else.
    fn from_value(value: Value) -> Option<Self>;
}

/// A value stored as JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl FromValue for Value {
    const EXPECTED: &'static str = "a value";
    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "text";
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }
}

impl FromValue for Vec<u8> {
    const EXPECTED: &'static str = "bytes";
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl FromValue for bool {
    const EXPECTED: &'static str = "a flag";
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(flag),
            Value::Int(flag @ 0..=1) => Some(flag == 1),
            _ => None,
        }
    }
}

macro_rules! integers {
    ($($type:ty),+) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Int(i64::from(*self))
            }
        }
        impl FromValue for $type {
            const EXPECTED: &'static str = "an integer";
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::Int(number) => Self::try_from(number).ok(),
                    _ => None,
                }
            }
        }
    )+};
}
integers!(i64, i32, u32, u16, u8);

impl ToValue for f64 {
    fn to_value(&self) -> Value {
        Value::Real(*self)
    }
}

impl FromValue for f64 {
    const EXPECTED: &'static str = "a number";
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Real(number) => Some(number),
            _ => None,
        }
    }
}

impl ToValue for Uuid {
    fn to_value(&self) -> Value {
        Value::Uuid(*self)
    }
}

impl FromValue for Uuid {
    const EXPECTED: &'static str = "an id";
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Uuid(uuid) => Some(uuid),
            Value::Bytes(bytes) => Self::from_slice(&bytes).ok(),
            _ => None,
        }
    }
}

/// Instants are microseconds since 1970 in UTC.
impl ToValue for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int(self.as_microsecond())
    }
}

impl FromValue for Timestamp {
    const EXPECTED: &'static str = "an instant";
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Int(micros) => Self::from_microsecond(micros).ok(),
            _ => None,
        }
    }
}

impl ToValue for Currency {
    fn to_value(&self) -> Value {
        Value::Text(self.code().to_owned())
    }
}

impl FromValue for Currency {
    const EXPECTED: &'static str = "a currency";
    fn from_value(value: Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl<T: serde::Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Value {
        // Types that can fail here (maps with keys that are no text) would fail in every test, too.
        serde_json::to_string(&self.0).map_or(Value::Null, Value::Text)
    }
}

impl<T: serde::de::DeserializeOwned> FromValue for Json<T> {
    const EXPECTED: &'static str = "JSON of the expected shape";
    fn from_value(value: Value) -> Option<Self> {
        serde_json::from_str(&String::from_value(value)?).ok().map(Self)
    }
}

macro_rules! ids {
    ($($id:ident),+ $(,)?) => {$(
        impl ToValue for kernel::ids::$id {
            fn to_value(&self) -> Value {
                Value::Uuid(self.uuid())
            }
        }
        impl FromValue for kernel::ids::$id {
            const EXPECTED: &'static str = stringify!($id);
            fn from_value(value: Value) -> Option<Self> {
                Uuid::from_value(value).map(Self::from_uuid)
            }
        }
    )+};
}
ids!(
    RestaurantId,
    OrderId,
    LineId,
    TicketId,
    PersonId,
    SessionId,
    PasskeyId,
    CartId,
    SectionId,
    ItemId,
    OptionGroupId,
    OptionId,
    EventId,
    ApplicationId,
    ContactId,
    WebhookId,
    ApiKeyId,
    ClientId,
    GrantId,
);

pub(crate) fn read<T: FromValue>(column: usize, value: Value) -> Result<T, Error> {
    T::from_value(value).ok_or(Error::Conversion { column, expected: T::EXPECTED })
}
