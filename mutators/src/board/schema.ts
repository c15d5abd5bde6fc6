/**
 * The expense board. Amounts are whole cents, times are milliseconds since 1970. Constraints are the last word on what can be: a
 * mutator asks first only to be able to say more than which one broke.
 */
export const BOARD_SQL = `
-- A balance is the sum of the account's entries, kept up by triggers.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  balance INTEGER NOT NULL DEFAULT 0,
  may_overdraw INTEGER NOT NULL DEFAULT 0 CHECK (may_overdraw IN (0, 1)),
  CONSTRAINT overdrawn CHECK (balance >= 0 OR may_overdraw)
) STRICT;

CREATE TABLE transfers (
  id TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  month TEXT NOT NULL AS (strftime('%Y-%m', at / 1000, 'unixepoch'))
) STRICT;
CREATE INDEX transfers_by_month ON transfers (month);

-- Double entry: a transfer's entries add up to zero, and so do all balances.
CREATE TABLE entries (
  transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
  account TEXT NOT NULL REFERENCES accounts (id),
  amount INTEGER NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (transfer, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_account ON entries (account);

CREATE TRIGGER entry_posted AFTER INSERT ON entries BEGIN
  UPDATE accounts SET balance = balance + NEW.amount WHERE id = NEW.account;
END;
CREATE TRIGGER entry_taken_back AFTER DELETE ON entries BEGIN
  UPDATE accounts SET balance = balance - OLD.amount WHERE id = OLD.account;
END;

-- An expense is a transfer out of the board, and goes with it.
CREATE TABLE expenses (
  id TEXT PRIMARY KEY NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
  title TEXT NOT NULL CHECK (title <> ''),
  author TEXT NOT NULL
) STRICT;
CREATE VIEW spending AS
  SELECT expenses.id, title, author, at, month, account, -amount AS amount
  FROM expenses JOIN transfers USING (id) JOIN entries ON entries.transfer = expenses.id AND amount < 0;

CREATE TABLE tags (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> '')
) STRICT;
CREATE TABLE expense_tags (
  expense TEXT NOT NULL REFERENCES expenses (id) ON DELETE CASCADE,
  tag TEXT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
  PRIMARY KEY (expense, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX expense_tags_by_tag ON expense_tags (tag);

-- Full-text search is derived: each side keeps its own, by these triggers. By id, as a rowid is each database's own affair.
CREATE VIRTUAL TABLE expense_search USING fts5 (id UNINDEXED, title);
CREATE TRIGGER expense_found AFTER INSERT ON expenses BEGIN
  INSERT INTO expense_search (id, title) VALUES (NEW.id, NEW.title);
END;
CREATE TRIGGER expense_found_anew AFTER UPDATE ON expenses BEGIN
  UPDATE expense_search SET id = NEW.id, title = NEW.title WHERE id = OLD.id;
END;
CREATE TRIGGER expense_lost AFTER DELETE ON expenses BEGIN
  DELETE FROM expense_search WHERE id = OLD.id;
END;

-- What a month came to when it was closed. Tags by name, as they were then.
CREATE TABLE months (
  month TEXT PRIMARY KEY NOT NULL,
  expenses INTEGER NOT NULL,
  total INTEGER NOT NULL,
  closed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE month_tags (
  month TEXT NOT NULL REFERENCES months (month) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (month, tag)
) STRICT, WITHOUT ROWID;

-- Positions in a list are 0, 1, 2 … without a gap.
CREATE TABLE lists (
  id TEXT PRIMARY KEY NOT NULL,
  title TEXT NOT NULL CHECK (title <> '')
) STRICT;
CREATE TABLE items (
  id TEXT PRIMARY KEY NOT NULL,
  list TEXT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  title TEXT NOT NULL CHECK (title <> ''),
  UNIQUE (list, position)
) STRICT;`
