// Only for looks that an old browser may do without: two columns on a wide page, the shape of a mouse pointer, and the ring that a
// pointer's press does not show (there every focus shows it).
const WITHOUT = ["css-container-queries", "css-container-query-units", "css3-cursors", "css-focus-visible"];

export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: { "plugin/no-unsupported-browser-features": [true, { ignorePartialSupport: true, ignore: WITHOUT }] },
};
