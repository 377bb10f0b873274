import type { Config } from 'jest';

const config: Config = {
  testEnvironment: '<rootDir>/scripts/jest/environment.cjs',
  runtime: '<rootDir>/scripts/jest/runtime.cjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  collectCoverageFrom: ['{lib,lambda,local,bin}/**/*.ts', '!**/*.d.ts'],
  // The examples import the library as their readers do.
  moduleNameMapper: { '^cdk-s3-multipart-copy$': '<rootDir>/lib' },
  reporters: [
    'default',
    ['<rootDir>/scripts/jest/cost-reporter.cjs', { shown: 5 }],
    '<rootDir>/scripts/jest/closing-line-reporter.cjs',
  ],
  testRunner: '<rootDir>/scripts/jest/runner.cjs',
  testTimeout: 60_000,
  // Tests wait for child processes and servers more than they compute.
  maxWorkers: '100%',
};

export default config;
