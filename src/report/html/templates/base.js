// What the other scripts share. Text from articles becomes text nodes only.
const aslant = (() => {
  "use strict";
  const byId = (id) => document.getElementById(id);

  function made(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }
  const element = (name, attributes, ...children) => made(document.createElement(name), attributes, children);
  const drawn = (name, attributes, ...children) =>
    made(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

  return {
    byId,
    element,
    drawn,
    data: JSON.parse(byId("data").textContent),
    counted: (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`,
    folded: (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(),
  };
})();
