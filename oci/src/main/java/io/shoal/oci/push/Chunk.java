package io.shoal.oci.push;

import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A part of a blob that a client sends.
 *
 * @param from the offset that the client believes to be at; empty if it does not say
 * @param length how many bytes will come, if the client says so
 * @param bytes the bytes as they arrive
 */
public record Chunk(OptionalLong from, OptionalLong length, InputStream bytes) {}
