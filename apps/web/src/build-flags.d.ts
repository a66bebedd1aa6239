/** The page is built for tests: it has hooks, faults and a model of discs. They are no part of the app that is hosted. */
declare const __TESTING__: boolean;
