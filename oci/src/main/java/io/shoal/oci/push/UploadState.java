package io.shoal.oci.push;

/**
 * How far an upload has come.
 *
 * @param id its name in addresses
 * @param bytes how much of the blob has arrived, from its beginning
 */
public record UploadState(String id, long bytes) {}
