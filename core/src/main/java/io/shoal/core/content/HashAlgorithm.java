package io.shoal.core.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash algorithms a digest may name (OCI image spec, descriptors: registered algorithms). */
public enum HashAlgorithm {
  /** SHA-256: 32-byte digest, 64-byte blocks. */
  SHA256("sha256", "SHA-256", 32, 32),
  /** SHA-512: 64-byte digest, 128-byte blocks. */
  SHA512("sha512", "SHA-512", 64, 64);

  private final String ociName;
  private final String jcaName;
  private final int digestBytes;
  private final int stateBytes;

  HashAlgorithm(String ociName, String jcaName, int digestBytes, int stateBytes) {
    this.ociName = ociName;
    this.jcaName = jcaName;
    this.digestBytes = digestBytes;
    this.stateBytes = stateBytes;
  }

  /** The name in front of the colon of a digest. */
  public String ociName() {
    return ociName;
  }

  /** Length of the finished hash in bytes. */
  public int digestBytes() {
    return digestBytes;
  }

  /** Length of the chaining value in bytes. */
  public int stateBytes() {
    return stateBytes;
  }

  /** A fresh message digest of this algorithm. */
  public MessageDigest newMessageDigest() {
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no " + jcaName, e);
    }
  }
}
