/** The encodings of objects and answers. */
export type Encoding = 'json' | 'protobuf'
