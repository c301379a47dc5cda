import protobuf from 'protobufjs';

/*
 * The messages of an OTLP trace request, from https://github.com/open-telemetry/opentelemetry-proto (common, resource, trace and
 * collector/trace, v1), without comments and put into one package.
 *
 * Copyright 2019, OpenTelemetry Authors. Licensed under the Apache License, Version 2.0 (the "License"); you may not use this text except in
 * compliance with the License. You may obtain a copy of the License at http://www.apache.org/licenses/LICENSE-2.0. Unless required by
 * applicable law or agreed to in writing, software distributed under the License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR
 * CONDITIONS OF ANY KIND, either express or implied. See the License for the specific language governing permissions and limitations.
 */
const PROTO = `
syntax = "proto3";
message AnyValue {
  oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message EntityRef { string schema_url = 1; string type = 2; repeated string id_keys = 3; repeated string description_keys = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; repeated EntityRef entity_refs = 3; }
message Status { reserved 1; string message = 2; int32 code = 3; }
message Span {
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; fixed32 flags = 16; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
  repeated Event events = 11; uint32 dropped_events_count = 12; repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15;
}
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { reserved 1000; Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ExportTracePartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1; }
message Any { string type_url = 1; bytes value = 2; }
message RpcStatus { int32 code = 1; string message = 2; repeated Any details = 3; }
`;

// Deeper than what we accept, so that a test can send too much.
protobuf.util.recursionLimit = 1_000;

const root = protobuf.parse(PROTO).root;

/** A known good codec to compare with. */
export const TraceRequest = root.lookupType('ExportTraceServiceRequest');
export const TraceResponse = root.lookupType('ExportTraceServiceResponse');
export const RpcStatus = root.lookupType('RpcStatus');

/** The same message with the fields of every level in descending order, as the OpenTelemetry Collector writes them; repeated ones keep their order. */
export function inDescendingOrder(type: protobuf.Type, bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes);
  const fields: { number: number; bytes: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3]?.resolve();
    if (field?.resolvedType instanceof protobuf.Type) {
      fields.push({ number: tag >>> 3, bytes: protobuf.Writer.create().uint32(tag).bytes(inDescendingOrder(field.resolvedType, reader.bytes())).finish() });
    } else {
      reader.skipType(tag & 7);
      fields.push({ number: tag >>> 3, bytes: bytes.subarray(start, reader.pos) });
    }
  }
  fields.sort((a, b) => b.number - a.number);
  return Buffer.concat(fields.map((field) => field.bytes));
}
