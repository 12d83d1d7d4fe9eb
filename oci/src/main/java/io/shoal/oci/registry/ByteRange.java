package io.shoal.oci.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bytes of a blob a request wants (RFC 9110, section 14). */
public sealed interface ByteRange {

  /** Everything: no Range, or one that may be ignored because it is malformed or a list. */
  record Whole() implements ByteRange {}

  /** A part that exists; never empty. */
  record Part(long from, long toExclusive) implements ByteRange {}

  /** Nothing that exists. */
  record Unsatisfiable() implements ByteRange {}

  /** One range: digits on either side or both. Eighteen digits always fit a long. */
  Pattern SINGLE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

  /** Reads a Range header, empty if there was none, for a blob of this length. */
  static ByteRange parse(String header, long blobBytes) {
    Matcher m = SINGLE.matcher(header);
    if (!m.matches() || (m.group(1).isEmpty() && m.group(2).isEmpty())) {
      return new Whole();
    }
    if (m.group(1).isEmpty()) {
      long length = Math.min(Long.parseLong(m.group(2)), blobBytes);
      return length == 0 ? new Unsatisfiable() : new Part(blobBytes - length, blobBytes);
    }
    long from = Long.parseLong(m.group(1));
    long last = m.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(m.group(2));
    if (last < from) {
      return new Whole();
    }
    return from >= blobBytes ? new Unsatisfiable() : new Part(from, Math.min(last + 1, blobBytes));
  }
}
