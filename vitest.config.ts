import { defineConfig } from 'vitest/config'

const conditions = ['@savepoint/source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'mutators/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'simulations/**/*.test.{ts,tsx}',
      'bench/**/*.test.ts',
      'tidy/**/*.test.ts',
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
