import { defineConfig } from 'vitest/config'

const conditions = ['@savepoint/source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Without this one core of two would be idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: [
            'packages/*/src/**/*.test.ts',
            'mutators/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'simulations/**/*.test.{ts,tsx}',
            'bench/**/*.test.ts',
            'tidy/**/*.test.ts',
          ],
        },
      },
      // What holds of clients over WebSockets holds over HTTP.
      { extends: true, test: { name: 'http', include: ['simulations/src/client/*.test.ts'], provide: { transport: 'http' } } },
    ],
  },
})
