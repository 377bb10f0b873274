import ts from 'typescript';

/** Arrays, typed arrays and strings are looked up by index, so they are not reported. */
const INDEXED = /^(?:Readonly)?(?:Array|String|Buffer|\w+Array)(?:<|$)/;

/** Whether the lookup is guarded by `Object.hasOwn(object, key)`. */
function isGuarded(node, source) {
  const guard = `Object.hasOwn(${source.getText(node.object)}, ${source.getText(node.property)})`;
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    const test = parent.type === 'LogicalExpression' && parent.operator === '&&' ? parent.left : parent.test;
    const runsIfTrue = child === parent.consequent || (parent.type === 'LogicalExpression' && child === parent.right);
    if (runsIfTrue && test && conjuncts(test).some((part) => source.getText(part) === guard)) return true;
  }
  return false;
}

function conjuncts(test) {
  return test.type === 'LogicalExpression' && test.operator === '&&'
    ? [...conjuncts(test.left), ...conjuncts(test.right)]
    : [test];
}

const noInherited = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      inherited:
        "A name from outside, such as 'constructor' or '__proto__', can find an inherited property here. Use a Map, or check Object.hasOwn() first.",
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    return {
      'MemberExpression[computed=true]'(node) {
        if (node.property.type === 'Literal') return;
        const key = services.getTypeAtLocation(node.property);
        const names = key.isUnion() ? key.types : [key];
        if (!names.some(({ flags }) => flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.Any)))
          return;
        const object = checker.getNonNullableType(services.getTypeAtLocation(node.object));
        if (isGuarded(node, context.sourceCode)) return;
        if (checker.isArrayLikeType(object) || INDEXED.test(checker.typeToString(object))) return;
        context.report({ node, messageId: 'inherited' });
      },
    };
  },
};

/** Lookups by names from outside. */
export const lookups = { rules: { 'no-inherited': noInherited } };
