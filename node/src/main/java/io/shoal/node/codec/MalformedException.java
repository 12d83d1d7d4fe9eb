package io.shoal.node.codec;

/** Bytes that are not what they claim to be: cut short, out of range, or of an unknown version. */
public final class MalformedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong with the bytes. */
  public MalformedException(String message) {
    super(message);
  }

  /** Says what is wrong with the bytes, and which check found it. */
  public MalformedException(String message, Throwable cause) {
    super(message, cause);
  }
}
