// Syntax and globals of ECMAScript 2020, which all of these browsers know; what the browser itself offers by its compatibility data.
// Methods of values cannot be told by their type: those that came after autumn 2021 are forbidden by name.
import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";

const LATER = "at|findLast|findLastIndex|toSorted|toReversed|toSpliced|with|isWellFormed|checkVisibility|showPopover|hidePopover|union|intersection";

export default [
  { files: ["**/*.js"], languageOptions: { ecmaVersion: 2020, sourceType: "script" } },
  { files: ["**/*.js"], ...compat.configs["flat/recommended"] },
  { files: ["**/*.js"], ...esx.configs["flat/restrict-to-es2020"] },
  { files: ["**/*.js"], rules: { "no-restricted-syntax": ["error", `CallExpression[callee.property.name=/^(${LATER})$/]`] } },
];
