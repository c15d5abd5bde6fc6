import type { Tx } from '@savepoint/core'

export const CATEGORIES_SQL = `
CREATE TABLE Categories (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  count INTEGER NOT NULL
);`

/** Adds to a category's count. The first call for a name creates the category. */
export function createCategoryOrIncrementIfExists(tx: Tx, { name, incrementBy }: { name: string; incrementBy: number }): void {
  const category = tx.get<{ id: number }>('SELECT id FROM Categories WHERE name = ?', [name])
  if (category === undefined) tx.run('INSERT INTO Categories (name, count) VALUES (?, ?)', [name, incrementBy])
  else tx.run('UPDATE Categories SET count = count + ? WHERE id = ?', [incrementBy, category.id])
}
