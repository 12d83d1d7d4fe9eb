package io.shoal.client.origin;

import io.shoal.core.content.Digest;

/** A manifest whose bytes match its digest. Immutable. */
public final class ManifestAnswer {

  private final String mediaType;
  private final Digest digest;
  private final byte[] content;
  private final boolean stale;

  /** The content is not copied: the caller gives it away. */
  ManifestAnswer(String mediaType, Digest digest, byte[] content, boolean stale) {
    this.mediaType = mediaType;
    this.digest = digest;
    this.content = content;
    this.stale = stale;
  }

  /** As upstream named it. */
  public String mediaType() {
    return mediaType;
  }

  /** Its name. */
  public Digest digest() {
    return digest;
  }

  /** A copy of the bytes. */
  public byte[] content() {
    return content.clone();
  }

  /** Whether a tag was resolved from memory because upstream could not be asked. */
  public boolean stale() {
    return stale;
  }
}
