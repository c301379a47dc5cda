/** The two encodings of OTLP over HTTP. */
export type OtlpFormat = 'protobuf' | 'json';

export const MEDIA_TYPES: Readonly<Record<OtlpFormat, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** The encoding that a content type names, whatever its case and parameters. */
export function formatOf(contentType: string | undefined): OtlpFormat | undefined {
  if (contentType === MEDIA_TYPES.protobuf) return 'protobuf';
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === MEDIA_TYPES.protobuf) return 'protobuf';
  return mediaType === MEDIA_TYPES.json ? 'json' : undefined;
}

/** Undefined for an encoding that is not taken: anything but one gzip. */
export function compressionOf(contentEncoding: string | undefined): 'gzip' | 'identity' | undefined {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding === 'gzip') return 'gzip';
  return encoding === '' || encoding === 'identity' ? 'identity' : undefined;
}
