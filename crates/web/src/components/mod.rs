//! The components of the design system: functions and small structs from texts and numbers to markup.
//! They know nothing of orders or menus, so that every service can use them. `/styleguide` shows each
//! in each state. Buttons, notices and the like are also plain classes: `button.btn.btn-primary`.

mod bar;
mod brand;
mod card;
mod chips;
mod dialog;
mod empty;
mod field;
mod hero;
mod item;
pub mod kitchen;
mod marks;
mod notice;
mod options;
mod picture;
mod plate;
mod search;
mod section_nav;
mod skeleton;
mod slip;
mod stepper;
mod steps;
mod tabs;

pub use bar::slip_bar;
pub use brand::{icon_link, place, word_link, wordmark};
pub use card::Card;
pub use chips::{Chip, chips};
pub use dialog::{dialog, dialog_content, dialog_place};
pub use empty::Empty;
pub use field::{Field, Kind, error_summary};
pub use hero::{Fact, Hero};
pub use item::Item;
pub use marks::{Allergens, Mark, mark, none_named};
pub use notice::{Tone, notice};
pub use options::{Choice, ChoiceGroup};
pub use picture::{Photo, Picture};
pub use plate::{Plate, art, table_top};
pub use search::SearchBox;
pub use section_nav::section_nav;
pub use skeleton::{skeleton_cards, skeleton_rows};
pub use slip::{Slip, SlipLine, SlipSum};
pub use stepper::Stepper;
pub use steps::{Step, StepState, steps};
pub use tabs::tabs;
