// What the chat never runs of the packages that it is built from, so that every shopper of every shop need not load it:
// of the official Socket.IO client everything but one WebSocket with text on it, of Preact everything but function
// components that are rendered from the root. The packages are pinned, each cut names the text that it expects, and the
// build fails when a new version does not have it.
import { readFileSync } from "node:fs";

/** Whole modules that do nothing here, or one thing. */
const REPLACED = [
  // The list of transports is what keeps a bundler from seeing that WebSocket is the only one.
  [/engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]index\.js$/, 'import { WS } from "./websocket.js"; export const transports = { websocket: WS };'],
  [/engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/](polling-xhr|polling-fetch|webtransport)\.js$/, "export class XHR {} export class Fetch {} export class WT {}"],
  [/engine\.io-client[\\/]build[\\/]esm[\\/]contrib[\\/]parseuri\.js$/, "export const parse = () => ({});"], // connection.ts names host and port
  [/engine\.io-client[\\/]build[\\/]esm[\\/]globals\.js$/, 'export const nextTick = queueMicrotask; export const globalThisShim = globalThis; export const defaultBinaryType = "arraybuffer"; export function createCookieJar() {}'],
  [/engine\.io-client[\\/]build[\\/]esm[\\/]util\.js$/, "export const installTimerFunctions = (on) => { on.setTimeoutFn = setTimeout.bind(globalThis); on.clearTimeoutFn = clearTimeout.bind(globalThis); }; export const byteLength = () => 0; export const pick = byteLength; export const randomString = byteLength;"],
  [/engine\.io-parser[\\/]build[\\/]esm[\\/]contrib[\\/]base64-arraybuffer\.js$/, "export const decode = () => null; export const encode = decode;"],
  [/engine\.io-parser[\\/]build[\\/]esm[\\/]encodePacket\.browser\.js$/, 'import { PACKET_TYPES } from "./commons.js"; export const encodePacket = ({ type, data }, _, give) => give(PACKET_TYPES.indexOf(type) + (data || "")); export const encodePacketToBinary = encodePacket;'],
  [/engine\.io-parser[\\/]build[\\/]esm[\\/]decodePacket\.browser\.js$/, 'import { PACKET_TYPES } from "./commons.js"; export const decodePacket = (text) => ({ type: PACKET_TYPES[text[0]] || "error", data: text.slice(1) });'],
  [/engine\.io-parser[\\/]build[\\/]esm[\\/]commons\.js$/, 'export const PACKET_TYPES = ["open", "close", "ping", "pong", "message"]; export const PACKET_TYPES_REVERSE = PACKET_TYPES; export const ERROR_PACKET = {};'],
  [/socket\.io-parser[\\/]build[\\/]esm[\\/]is-binary\.js$/, "export const isBinary = () => false; export const hasBinary = isBinary;"],
  [/socket\.io-parser[\\/]build[\\/]esm[\\/]binary\.js$/, "export const deconstructPacket = (packet) => ({ packet, buffers: [] }); export const reconstructPacket = (packet) => packet;"],
  [/socket\.io-client[\\/]build[\\/]esm[\\/]contrib[\\/]backo2\.js$/, "export class Backoff {}"], // connection.ts has its own
  [/socket\.io-client[\\/]build[\\/]esm[\\/]index\.js$/, 'export { Manager } from "./manager.js";'],
];

const PACKET = { CONNECT_ERROR: 4, CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3 };
const numbers = Object.entries(PACKET).map(([name, number]) => [new RegExp(`PacketType\\.${name}\\b`, "g"), number]);
/** A method cannot be dropped by a bundler. */
const methods = (...names) => names.map((name) => [new RegExp(`^ {4}${name}\\(.*\\) \\{\\n[^]*?^ {4}\\}\\n`, "m"), ""]);

/** Text of a module, and what it is with our one configuration. */
const CUT = [
  [
    /engine\.io-client[\\/]build[\\/]esm[\\/]socket\.js$/,
    [
      [/typeof addEventListener [^;]*/, "true"],
      [/uri && "object" === typeof uri|\bopts\.host\b|"function" === typeof (data|options)/g, "false"],
      ["if (uri)", "if (false)"],
      [/typeof location !== "undefined"/g, "true"],
      [/if \(opts\.transportImplementations &&[^]*?else (\{\n[^]*?\n {8}\})/, "$1"],
      [/this\.transports\.length === 0|typeof this\.opts\.query === "string"/g, "false"],
      [/this\.opts\.(closeOnBeforeunload|withCredentials|rememberUpgrade|upgrade|autoUnref|tryAllTransports)|this\.(_beforeunloadEventListener|upgrading|_maxPayload)\b(?! =)/g, "false"],
      ["this._filterUpgrades(data.upgrades)", "[]"],
      [/agent: false,[^]*?rememberUpgrade: false,/, ""],
      [/rejectUnauthorized: true,[^]*?\},\n/, ""],
      ...methods("_probe", "_filterUpgrades", "send"),
    ],
  ],
  [
    /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]websocket\.js$/,
    [
      [/typeof navigator !== [^;]*/, "false"],
      [/const opts = isReactNative[^;]*;/, "const opts = null;"],
      [/this\.opts\.(extraHeaders|autoUnref|timestampRequests)|!this\.supportsBinary/g, "false"],
      [/return !isReactNative[^;]*/, "return new WebSocket(uri)"],
    ],
  ],
  [
    /socket\.io-client[\\/]build[\\/]esm[\\/]manager\.js$/,
    [
      ['import * as parser from "socket.io-parser";', 'import { Encoder, Decoder } from "socket.io-parser"; const parser = { Encoder, Decoder };'],
      [/this\.reconnection\(opts[^]*?\}\);\n/, ""],
      [/this\.backoff\.reset\(\);/g, ""],
      [/this\._reconnection\b(?=[^=]*&& !this)|this\.opts\.autoUnref/g, "false"],
      ['uri && "object" === typeof uri', "true"],
      ["this.maybeReconnectOnOpen();", ""],
      ...methods("reconnect", "onreconnect", "maybeReconnectOnOpen", "reconnection", "reconnectionAttempts", "reconnectionDelay", "randomizationFactor", "reconnectionDelayMax", "connect", "disconnect"),
    ],
  ],
  [
    /socket\.io-client[\\/]build[\\/]esm[\\/]socket\.js$/,
    [
      ...numbers,
      [/case PacketType\.BINARY_(EVENT|ACK):\n/g, ""],
      [/this\._opts\.retries|this\.flags\.volatile|this\._pid && args\.length/g, "false"],
      ["this._pid\n", "false\n"],
      [/this\._drainQueue\(true\);|this\.notifyOutgoingListeners\(packet\);/g, ""],
      [/"It seems you are trying to reach [^"]*"/, '"old server"'],
      ...methods("_addToQueue", "_drainQueue", "send", "compress", "get volatile", "get disconnected", "offAny", "prependAny", "listenersAny", "onAnyOutgoing", "prependAnyOutgoing", "offAnyOutgoing", "listenersAnyOutgoing", "notifyOutgoingListeners", "open", "close"),
      ["this.open();", "this.connect();"],
    ],
  ],
  [
    /socket\.io-parser[\\/]build[\\/]esm[\\/]index\.js$/,
    [
      ...numbers,
      [/export var PacketType;[^]*?\(PacketType = \{\}\)\);/, ""],
      ["PacketType[p.type] === undefined", "!(p.type < 5)"],
      [/if \(hasBinary\(obj\)\)/, "if (false)"],
      [/\b(obj|p|packet)\.type === PacketType\.BINARY_(EVENT|ACK)/g, "false"],
      [/case PacketType\.BINARY_(EVENT|ACK):\n/g, ""],
      [/PacketType\.BINARY_(EVENT|ACK)/g, "0"],
      [/if \(this\.reconstructor\)/g, "if (false)"],
      [/else if \(isBinary\(obj\) \|\| obj\.base64\) \{[^]*?\n {8}\}\n/, ""],
      [/this\.reconstructor = new BinaryReconstructor\(packet\);/, ""],
      ...methods("encodeAsBinary"),
    ],
  ],
];

const shim = (module) => new RegExp(`[\\\\/]preact[\\\\/]${module}$`);
/** For the chat only: console and dashboard have state in their components. */
const PREACT = [
  [shim("src[\\\\/]options\\.js"), [[/const options = [^]*/, "export default { _catchError(error) { throw error; } };"], [/import .*\n/, ""]]],
  [shim("src[\\\\/]component\\.js"), [[/^BaseComponent\.prototype\.(setState|forceUpdate) = function[^]*?^\};\n/gm, ""], ["BaseComponent.prototype.render = Fragment;", ""], [/ && !vnode\.props\._parentDom/g, ""]]],
  [shim("src[\\\\/]render\\.js"), [
    [/if \(options\._root\).*|let isHydrating = [^;]*;|\n\t+isHydrating,/g, ""],
    ["isHydrating ? NULL : ", ""],
    [/oldVNode\n\t+\? NULL\n\t+: parentDom\.firstChild\n[^,]*,/, ""],
    [/if \(parentDom\.nodeType == 9\) \{[^}]*\}/, ""],
  ]],
  [shim("src[\\\\/]diff[\\\\/]children\\.js"), [
    [/\n\t+(excessDomChildren|isHydrating),/g, ""],
    [/ \|\| oldVNode\._flags & REF_DETACHED/, ""],
    [/if \(parentVNode\.props\._parentDom\) return oldDom;/, ""],
    [/if \(oldDom && !oldDom\.parentNode\) \{\n[^}]*\}/, ""],
    [/while \(next && next\.nodeType == 8\) next = next\.nextSibling;/, ""],
    [/while \(\n\t+\(oldDom = oldDom && oldDom\.nextSibling\)[^;]*;/, "oldDom = oldDom && oldDom.nextSibling;"],
  ]],
  [shim("src[\\\\/]diff[\\\\/]index\\.js"), [
    [/\n\t+(excessDomChildren|isHydrating),/g, ""],
    [/if \(\n\t\toldVNode\._flags & MODE_SUSPENDED &&[^]*?\n\t\}\n/, ""],
    [/if \(\(tmp = options\.\w+\)\) tmp\(newVNode\);|if \(options\.(_commit|unmount)\).*|if \(resumed\).*|newVNode\._flags &= RESET_MODE;/g, ""],
    [/const isClassComponent = .*/, ""],
    [/isClassComponent \? 25 : 0/, "0"],
    [/\bisClassComponent\b/g, "false"],
    [/tmp = newType\.contextType;[^]*?: globalContext;/, "const componentContext = globalContext;"],
    ["if (provider) provider.sub(c);", ""],
    [/EMPTY_ARR\.push\.apply\(c\._renderCallbacks, c\._stateCallbacks\);\n\t+c\._stateCallbacks = \[\];/g, ""],
    ["options._render", "null"],
    [/if \(c\.(getChildContext|componentWillUpdate|_renderCallbacks\.length)\)|if \(newProps\._parentDom\)|if \(r\.componentWillUnmount\)/g, "if (false)"],
    [/c\.shouldComponentUpdate(?= &&)|c\._bits & COMPONENT_PROCESSING_EXCEPTION|c\._bits & COMPONENT_PENDING_ERROR|newHtml\b(?=\) \{)|oldHtml(?=\) dom)|i == 'dangerouslySetInnerHTML'|nodeType == 'math'|nodeType == 'progress'(?= && input| &&\n)/g, "false"],
    [/if \(isHydrating \|\| excessDomChildren\) \{[^]*?\n\t\t\t\} else (\{[^}]*\})/, "$1"],
    [/if \(!\(e && e\.then\)\) markAsForce\(newVNode\);/, ""],
    [/function rangeEnd[^]*?\n\}\n|function markAsForce[^]*?\n\}\n/g, ""],
    [/if \(excessDomChildren\) \{[^]*?\n\t\}\n/, ""],
    [/if \(isHydrating\) \{[^]*?\n\t\t\}\n/, ""],
    [/\t\texcessDomChildren = NULL;/, ""],
    [/isHydrating = excessDomChildren = NULL;/, ""],
    [/\(!isHydrating \|\| (dom\.data != newProps|typeof value == 'function')\)/g, "true"],
    ["!isHydrating || nodeType == 'textarea'", "true"],
    [/excessDomChildren =\n\t+nodeType == 'textarea'[^;]*;/, ""],
    [/if \(!isHydrating && excessDomChildren\) \{[^]*?\n\t\t\}\n/, ""],
    [/!isHydrating &&\n/, ""],
    [/excessDomChildren\n\t+\? excessDomChildren\[0\]\n\t+: /, ""],
    [/if \(excessDomChildren\) excessDomChildren\.some\(removeNode\);/, ""],
    [/nodeType == 'foreignObject' \|\|\n\t+\(namespace == MATH_NAMESPACE[^)]*\)\)/, "false"],
    [/\(nodeType == 'template' && dom\.content\) \|\| dom/, "dom"],
    [/ && !vnode\.props\._parentDom/, ""],
    [/if \(\n\t\t!skipRemove &&\n[^]*?\n\t\}\n/, ""],
    [/\bresumed,/, ""],
  ]],
  [shim("src[\\\\/]diff[\\\\/]props\\.js"), [
    ["name == 'style'", "false"],
    [/useCapture = name != [^;]*;/, ""],
    [/, useCapture\)/g, ")"],
    [/name = name\.replace\(\/xlink[^;]*;/, ""],
    ["options.event ? options.event(e) : e", "e"],
  ]],
  [shim("jsx-runtime[\\\\/]src[\\\\/]index\\.js"), [[/if \(__source \|\| __self\) \{[^}]*\}/, ""], [/if \(options\.vnode\).*/, ""], [/options, Fragment \} from 'preact'/, "Fragment } from 'preact'"]]],
  [shim("src[\\\\/]create-element\\.js"), [[/if \(!original && options\.vnode\).*/, ""], [/import options.*/, ""]]],
];
/** A name that a cut removes must be gone altogether, or it would be missing when the chat runs. */
const GONE = /\b(isClassComponent|provider|excessDomChildren|isHydrating|rangeEnd|markAsForce|resumed|PacketType)\b/;

function cut(path, list) {
  const text = list.reduce((before, [what, by]) => {
    const found = typeof what === "string" ? before.includes(what) : before.search(what) >= 0;
    if (!found) throw new Error(`${path}: expected ${what}, as in the version of the lock file`);
    return typeof what === "string" ? before.replaceAll(what, by) : before.replace(what, by);
  }, readFileSync(path, "utf8"));
  const left = text.replace(/\/\*[^]*?\*\/|\/\/.*|^import[^;]*;/gm, "").match(GONE);
  if (left) throw new Error(`${path}: expected no ${left[0]} after the cuts`);
  return text;
}

const plugin = (name, cuts, replaced = []) => ({
  name,
  setup({ onLoad }) {
    for (const [filter, contents] of replaced) onLoad({ filter }, () => ({ contents }));
    for (const [filter, list] of cuts) onLoad({ filter }, ({ path }) => ({ contents: cut(path, list), loader: "js" }));
  },
});

/** The Socket.IO client over one WebSocket, text only. */
export const textOnly = plugin("text-only-websocket", CUT, REPLACED);

/** Preact from its sources, without what needs state in components, hydration, portals, error boundaries or HTML strings. */
export const fromTheRoot = {
  name: "preact-from-the-root",
  setup(build) {
    const folder = new URL("node_modules/preact/", import.meta.url).pathname;
    build.onResolve({ filter: /^preact$/ }, () => ({ path: `${folder}src/index.js` }));
    build.onResolve({ filter: /^preact\/jsx-runtime$/ }, () => ({ path: `${folder}jsx-runtime/src/index.js` }));
    plugin("", PREACT).setup(build);
  },
};
