import { dayOf, monthAfter, monthOf } from '../format/days.ts'

type SampleAccount = 'Household' | 'Travel' | 'Savings'

interface SampleExpense {
  readonly account: SampleAccount
  readonly title: string
  readonly amount: number
  readonly tags: readonly string[]
  readonly at: number
}

/** A board as it is after some months of use. Amounts in cents. */
interface SampleBoard {
  readonly accounts: readonly { readonly name: SampleAccount; readonly deposit: number }[]
  /** Oldest first. */
  readonly expenses: readonly SampleExpense[]
  readonly transfers: readonly { readonly from: SampleAccount; readonly to: SampleAccount; readonly amount: number }[]
  readonly lists: readonly { readonly title: string; readonly items: readonly string[] }[]
  readonly closed: string
}

/** Months back, day, title, amount, tags, and the account if it is not Household. */
const PAID: readonly (readonly [number, number, string, number, string, SampleAccount?])[] = [
  [5, 3, 'Weekly groceries', 6240, 'food'],
  [5, 8, 'Electricity', 7480, 'home'],
  [5, 14, 'Train to Utrecht', 5160, 'travel', 'Travel'],
  [5, 19, 'Farmers’ market', 3315, 'food'],
  [5, 27, 'Light bulbs', 2190, 'home'],
  [4, 2, 'Weekly groceries', 5875, 'food'],
  [4, 7, 'Internet', 3995, 'home'],
  [4, 12, 'Concert in the park', 4600, 'fun'],
  [4, 18, 'Coffee beans', 2150, 'food'],
  [4, 23, 'Night train to Vienna', 14900, 'travel', 'Travel'],
  [4, 24, 'Hostel, two nights', 9800, 'travel', 'Travel'],
  [3, 1, 'Weekly groceries', 6120, 'food'],
  [3, 6, 'Dentist', 8250, 'health'],
  [3, 11, 'Internet', 3995, 'home'],
  [3, 17, 'Dinner with the neighbours', 7640, 'food fun'],
  [3, 25, 'Kettle', 4495, 'home'],
  [2, 2, 'Weekly groceries', 5590, 'food'],
  [2, 5, 'Electricity', 8125, 'home'],
  [2, 9, 'Birthday cake', 3200, 'food fun'],
  [2, 15, 'Bike repair', 6850, 'travel'],
  [2, 21, 'Internet', 3995, 'home'],
  [2, 26, 'Museum tickets', 3600, 'fun travel', 'Travel'],
  [1, 1, 'Weekly groceries', 6480, 'food'],
  [1, 4, 'Winter tyres', 18900, 'travel'],
  [1, 8, 'Olive oil and lemons', 2775, 'food'],
  [1, 12, 'Internet', 3995, 'home'],
  [1, 16, 'Cinema', 2850, 'fun'],
  [1, 22, 'Pharmacy', 1945, 'health'],
  [1, 28, 'Weekly groceries', 7010, 'food'],
  [0, 1, 'Weekly groceries', 5930, 'food'],
  [0, 3, 'Internet', 3995, 'home'],
  [0, 5, 'Train to Utrecht', 5160, 'travel'],
  [0, 8, 'Coffee beans', 2150, 'food'],
  [0, 10, 'Lunch with the team', 4280, 'food fun'],
  [0, 13, 'Electricity', 8640, 'home'],
  [0, 16, 'Weekly groceries', 6385, 'food'],
  [0, 18, 'Book club dinner', 3150, 'food fun'],
  [0, 20, 'Doormat', 2490, 'home'],
]

/** @param today on the wall, in milliseconds; nothing is later */
export function sampleBoard(today: number): SampleBoard {
  const month = monthOf(today)
  const expenses = PAID.map(([back, day, title, amount, tags, account = 'Household'], i) => {
    // By the minute, so that those of a day are in their order.
    const at = Date.parse(`${monthAfter(month, -back)}-${String(day).padStart(2, '0')}T12:00Z`) + i * 60_000
    return { account, title, amount, tags: tags.split(' '), at }
  })
  return {
    accounts: [
      { name: 'Savings', deposit: 480_000 },
      { name: 'Household', deposit: 230_000 },
      { name: 'Travel', deposit: 60_000 },
    ],
    expenses: expenses.filter(({ at }) => dayOf(at) <= dayOf(today)),
    transfers: [
      { from: 'Savings', to: 'Household', amount: 45_000 },
      { from: 'Household', to: 'Travel', amount: 12_500 },
    ],
    lists: [
      { title: 'To buy', items: ['Oat milk', 'Dishwasher tablets', 'Basil', 'Batteries, AA', 'Birthday card for Mo'] },
      { title: 'Trip to Lisbon', items: ['Book the train', 'Ask Jo about the flat', 'Tram tickets', 'Sun cream'] },
      { title: 'Weekend', items: ['Call the landlord', 'Bring back the drill', 'Bake bread'] },
    ],
    closed: monthAfter(month, -5),
  }
}
