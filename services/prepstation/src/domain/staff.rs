//! Who may do what at a restaurant.

/// A role at one restaurant; each may do all that the one before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sees.
    Viewer,
    /// Works the board, 86es, pauses.
    Cook,
    /// Edits menu, hours and settings.
    Manager,
    /// Hires.
    Owner,
}

impl Role {
    /// All, from the least.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Cook, Self::Manager, Self::Owner];

    /// The name in JSON, forms and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Cook => "cook",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Cook => "Cook",
            Self::Manager => "Manager",
            Self::Owner => "Owner",
        }
    }

    /// What the role is for, so that an invitation gives enough and not too much.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Viewer => "sees everything, changes nothing",
            Self::Cook => "works the board, takes dishes off sale, pauses orders",
            Self::Manager => "also edits menu, hours and settings",
            Self::Owner => "also invites people and changes their roles",
        }
    }

    /// The role with this [`key`](Self::key).
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Whether the role is enough for `task`.
    #[must_use]
    pub fn may(self, task: Task) -> bool {
        self >= task.least()
    }
}

/// What somebody wants to do at a restaurant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Look at anything.
    See,
    /// Board, 86, pause, busy.
    Cook,
    /// Menu, hours, settings.
    Manage,
    /// Staff.
    Hire,
}

impl Task {
    /// The least role that it takes.
    #[must_use]
    pub const fn least(self) -> Role {
        match self {
            Self::See => Role::Viewer,
            Self::Cook => Role::Cook,
            Self::Manage => Role::Manager,
            Self::Hire => Role::Owner,
        }
    }
}

/// An e-mail address as it is compared: trimmed, in lower case. `None` when it is none.
#[must_use]
pub fn tidy_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, host) = email.split_once('@')?;
    let fine = !local.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains('@')
        && email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    fine.then_some(email)
}
