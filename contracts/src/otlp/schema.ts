/** The messages of an OTLP trace request (opentelemetry-proto 1.11, trace, common and resource), as tables for the scan and for OTLP/JSON. */
export type FieldKind = 'text' | 'key' | 'hexId' | 'base64' | 'bool' | 'int64' | 'uint32' | 'enum' | 'double' | 'fixed64' | 'fixed32' | 'message';

export interface FieldShape {
  readonly tag: number;
  readonly kind: FieldKind;
  readonly repeated: boolean;
  readonly message: MessageShape | undefined;
}

export interface MessageShape {
  readonly name: string;
  /** By the field's name in OTLP/JSON (lowerCamelCase only). */
  readonly byJsonName: Map<string, FieldShape>;
  /** What to do with a tag; index is the tag, all known ones are below 256. */
  readonly actionByTag: Uint8Array;
  readonly messageByTag: (MessageShape | undefined)[];
  highestField: number;
}

/** Actions of the scan; 0 is a field that the message does not have. */
export const PLAIN_FIELD = 1;
export const KEY_FIELD = 2;
export const MESSAGE_FIELD = 3;

const WIRE_TYPES: Readonly<Record<FieldKind, number>> = {
  text: 2, key: 2, hexId: 2, base64: 2, message: 2, bool: 0, int64: 0, uint32: 0, enum: 0, double: 1, fixed64: 1, fixed32: 5,
};

function shape(name: string): MessageShape {
  return { name, byJsonName: new Map(), actionByTag: new Uint8Array(256), messageByTag: [], highestField: 0 };
}

function field(owner: MessageShape, number: number, jsonName: string, kind: FieldKind, repeated = false): void {
  add(owner, number, jsonName, { kind, repeated, message: undefined });
}

function child(owner: MessageShape, number: number, jsonName: string, message: MessageShape, repeated = false): void {
  add(owner, number, jsonName, { kind: 'message', repeated, message });
}

function add(owner: MessageShape, number: number, jsonName: string, rest: Omit<FieldShape, 'tag'>): void {
  const tag = (number << 3) | WIRE_TYPES[rest.kind];
  owner.byJsonName.set(jsonName, { tag, ...rest });
  owner.actionByTag[tag] = rest.kind === 'message' ? MESSAGE_FIELD : rest.kind === 'key' ? KEY_FIELD : PLAIN_FIELD;
  owner.messageByTag[tag] = rest.message;
  owner.highestField = Math.max(owner.highestField, number);
}

export const ANY_VALUE = shape('AnyValue');
const ARRAY_VALUE = shape('ArrayValue');
const KEY_VALUE_LIST = shape('KeyValueList');
export const KEY_VALUE = shape('KeyValue');
const ENTITY_REF = shape('EntityRef');
const RESOURCE = shape('Resource');
const SCOPE = shape('InstrumentationScope');
const STATUS = shape('Status');
const EVENT = shape('Event');
const LINK = shape('Link');
export const SPAN = shape('Span');
export const SCOPE_SPANS = shape('ScopeSpans');
export const RESOURCE_SPANS = shape('ResourceSpans');
export const TRACE_REQUEST = shape('ExportTraceServiceRequest');

// `stringValueStrindex` (8) and `keyStrindex` (3) exist for profiles; in traces they count as unknown.
field(ANY_VALUE, 1, 'stringValue', 'text');
field(ANY_VALUE, 2, 'boolValue', 'bool');
field(ANY_VALUE, 3, 'intValue', 'int64');
field(ANY_VALUE, 4, 'doubleValue', 'double');
child(ANY_VALUE, 5, 'arrayValue', ARRAY_VALUE);
child(ANY_VALUE, 6, 'kvlistValue', KEY_VALUE_LIST);
field(ANY_VALUE, 7, 'bytesValue', 'base64');
child(ARRAY_VALUE, 1, 'values', ANY_VALUE, true);
child(KEY_VALUE_LIST, 1, 'values', KEY_VALUE, true);
field(KEY_VALUE, 1, 'key', 'key');
child(KEY_VALUE, 2, 'value', ANY_VALUE);

field(ENTITY_REF, 1, 'schemaUrl', 'text');
field(ENTITY_REF, 2, 'type', 'text');
field(ENTITY_REF, 3, 'idKeys', 'text', true);
field(ENTITY_REF, 4, 'descriptionKeys', 'text', true);
child(RESOURCE, 1, 'attributes', KEY_VALUE, true);
field(RESOURCE, 2, 'droppedAttributesCount', 'uint32');
child(RESOURCE, 3, 'entityRefs', ENTITY_REF, true);
field(SCOPE, 1, 'name', 'text');
field(SCOPE, 2, 'version', 'text');
child(SCOPE, 3, 'attributes', KEY_VALUE, true);
field(SCOPE, 4, 'droppedAttributesCount', 'uint32');

field(STATUS, 2, 'message', 'text');
field(STATUS, 3, 'code', 'enum');
// Field 1 was a code before OTLP 1.0 and is reserved: any wire type passes.
for (const wireType of [0, 1, 2, 5]) STATUS.actionByTag[8 | wireType] = PLAIN_FIELD;
field(EVENT, 1, 'timeUnixNano', 'fixed64');
field(EVENT, 2, 'name', 'text');
child(EVENT, 3, 'attributes', KEY_VALUE, true);
field(EVENT, 4, 'droppedAttributesCount', 'uint32');
field(LINK, 1, 'traceId', 'hexId');
field(LINK, 2, 'spanId', 'hexId');
field(LINK, 3, 'traceState', 'text');
child(LINK, 4, 'attributes', KEY_VALUE, true);
field(LINK, 5, 'droppedAttributesCount', 'uint32');
field(LINK, 6, 'flags', 'fixed32');
field(SPAN, 1, 'traceId', 'hexId');
field(SPAN, 2, 'spanId', 'hexId');
field(SPAN, 3, 'traceState', 'text');
field(SPAN, 4, 'parentSpanId', 'hexId');
field(SPAN, 5, 'name', 'text');
field(SPAN, 6, 'kind', 'enum');
field(SPAN, 7, 'startTimeUnixNano', 'fixed64');
field(SPAN, 8, 'endTimeUnixNano', 'fixed64');
child(SPAN, 9, 'attributes', KEY_VALUE, true);
field(SPAN, 10, 'droppedAttributesCount', 'uint32');
child(SPAN, 11, 'events', EVENT, true);
field(SPAN, 12, 'droppedEventsCount', 'uint32');
child(SPAN, 13, 'links', LINK, true);
field(SPAN, 14, 'droppedLinksCount', 'uint32');
child(SPAN, 15, 'status', STATUS);
field(SPAN, 16, 'flags', 'fixed32');

child(SCOPE_SPANS, 1, 'scope', SCOPE);
child(SCOPE_SPANS, 2, 'spans', SPAN, true);
field(SCOPE_SPANS, 3, 'schemaUrl', 'text');
child(RESOURCE_SPANS, 1, 'resource', RESOURCE);
child(RESOURCE_SPANS, 2, 'scopeSpans', SCOPE_SPANS, true);
field(RESOURCE_SPANS, 3, 'schemaUrl', 'text');
child(TRACE_REQUEST, 1, 'resourceSpans', RESOURCE_SPANS, true);
