/** Styles are bundled into a file next to the script. */
declare module '*.css';
