// The rules of the page's sources, each by name. Undefined names and types are the work of tsc.

const BY_POSITION = "Find a node by its name: make() returns a record of its parts.";
const AS_TEXT = "Names and values of devices are only ever set as text.";

const AS_SHOWN = "setAttribute of dom.js shows characters that nobody sees.";

/** Attributes that people read or hear. */
const READ = "/^(title|placeholder|aria-label|aria-valuetext)$/";

/** Properties that find a node by its place among others. */
const NEIGHBOURS = [
  "firstChild", "lastChild", "firstElementChild", "lastElementChild",
  "nextSibling", "previousSibling", "nextElementSibling", "previousElementSibling",
];

/** Properties that read a text as markup. */
const MARKUP = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"];

const LISTS = "/^(children|childNodes|cells|rows|options|elements)$/";
const POSITIONS = "/:(nth-|first-|last-|only-)(last-)?(child|of-type)/";

export default [
  {
    files: ["**/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": "error",
      "curly": ["error", "multi-line"],
      "max-len": ["error", { code: 120, ignoreUrls: true }],
      "no-console": ["error", { allow: ["info"] }],
      "no-empty": "error",
      "no-eval": "error",
      "no-implicit-coercion": "error",
      "no-implied-eval": "error",
      "no-loop-func": "error",
      "no-param-reassign": "error",
      "no-shadow": "error",
      "no-throw-literal": "error",
      "no-unused-expressions": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "no-restricted-properties": ["error",
        ...NEIGHBOURS.map((property) => ({ property, message: BY_POSITION })),
        ...MARKUP.map((property) => ({ property, message: AS_TEXT })),
      ],
      "no-restricted-syntax": ["error",
        {
          selector: `CallExpression[callee.property.name="setAttribute"][arguments.0.value=${READ}]`,
          message: AS_SHOWN,
        },
        {
          selector: `AssignmentExpression[left.property.name=${READ}][left.object.name!="document"]`,
          message: AS_SHOWN,
        },
        { selector: `MemberExpression[computed=true][object.property.name=${LISTS}]`, message: BY_POSITION },
        {
          selector: `CallExpression[callee.property.name=/^(item|at)$/][callee.object.property.name=${LISTS}]`,
          message: BY_POSITION,
        },
        { selector: `VariableDeclarator[id.type="ArrayPattern"][init.property.name=${LISTS}]`, message: BY_POSITION },
        { selector: `Literal[value=${POSITIONS}]`, message: BY_POSITION },
        { selector: `TemplateElement[value.raw=${POSITIONS}]`, message: BY_POSITION },
      ],
    },
  },
  { files: ["src/de.js", "src/en.js", "src/zh.js"], rules: { "max-len": "off" } },
];
