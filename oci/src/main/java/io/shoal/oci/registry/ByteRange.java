package io.shoal.oci.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bytes of a blob a request wants (RFC 9110, section 14). */
public sealed interface ByteRange {

  /** So many parts at most are sent in one answer; each costs its head, and a seek. */
  int MAX_PARTS = 128;

  /** Everything: no Range, or one that is to be ignored because it is malformed. */
  record Whole() implements ByteRange {}

  /** A part that exists; never empty. */
  record Part(long from, long toExclusive) implements ByteRange {}

  /**
   * Several parts that exist, none of which touches another, in the order they were asked for.
   *
   * @param parts two at least, {@link #MAX_PARTS} at most
   */
  record Parts(List<Part> parts) implements ByteRange {

    public Parts {
      parts = List.copyOf(parts);
    }
  }

  /** Nothing that exists. */
  record Unsatisfiable() implements ByteRange {}

  /** More than {@link #MAX_PARTS} parts even after what lies close together was joined. */
  record TooMany() implements ByteRange {}

  /** One range: digits on either side or both. Eighteen digits always fit a long. */
  Pattern SINGLE = Pattern.compile("[ \\t]*(?:(\\d{1,18})-(\\d{0,18})|-(\\d{1,18}))[ \\t]*");

  /** More are not even looked at; parts that can be joined are fewer than this in earnest. */
  int MAX_LISTED = 1024;

  /** A smaller gap costs less sent along than the head of a part of its own. */
  int SMALL_GAP_BYTES = 128;

  /** Reads a Range header, empty if there was none, for a blob of this length. */
  static ByteRange parse(String header, long blobBytes) {
    if (!header.strip().toLowerCase(Locale.ROOT).startsWith("bytes=")) {
      return new Whole();
    }
    String[] listed = header.substring(header.indexOf('=') + 1).split(",", MAX_LISTED + 1);
    if (listed.length > MAX_LISTED) {
      return new TooMany();
    }
    List<Part> parts = new ArrayList<>();
    int named = 0;
    for (String one : listed) {
      if (one.isBlank()) {
        // The grammar lets a list have empty elements; they mean nothing.
        continue;
      }
      Matcher m = SINGLE.matcher(one);
      if (!m.matches() || isBackwards(m)) {
        return new Whole();
      }
      named++;
      part(m, blobBytes).ifPresent(parts::add);
    }
    if (named == 0) {
      return new Whole();
    }
    return of(joined(parts));
  }

  private static ByteRange of(List<Part> parts) {
    return switch (parts.size()) {
      case 0 -> new Unsatisfiable();
      case 1 -> parts.getFirst();
      default -> parts.size() > MAX_PARTS ? new TooMany() : new Parts(parts);
    };
  }

  private static boolean isBackwards(Matcher m) {
    return m.group(1) != null
        && !m.group(2).isEmpty()
        && Long.parseLong(m.group(2)) < Long.parseLong(m.group(1));
  }

  /** The part of the blob that one range names, or empty if there is nothing. */
  private static Optional<Part> part(Matcher m, long blobBytes) {
    if (m.group(1) == null) {
      long length = Math.min(Long.parseLong(m.group(3)), blobBytes);
      return length == 0 ? Optional.empty() : Optional.of(new Part(blobBytes - length, blobBytes));
    }
    long from = Long.parseLong(m.group(1));
    long last = m.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(m.group(2));
    return from >= blobBytes
        ? Optional.empty()
        : Optional.of(new Part(from, Math.min(last + 1, blobBytes)));
  }

  /**
   * Parts that were joined.
   *
   * @param rank of the first of them in the request
   * @param part all of them
   */
  record Group(int rank, Part part) {}

  /** Joins what overlaps or nearly touches, so that no byte is sent twice however it is asked. */
  private static List<Part> joined(List<Part> parts) {
    List<Group> groups = new ArrayList<>();
    List<Integer> byPosition = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      byPosition.add(i);
    }
    byPosition.sort(Comparator.comparingLong(i -> parts.get(i).from()));
    for (int rank : byPosition) {
      Part next = parts.get(rank);
      Group last = groups.isEmpty() ? null : groups.getLast();
      if (last == null || next.from() - last.part().toExclusive() > SMALL_GAP_BYTES) {
        groups.add(new Group(rank, next));
      } else {
        long end = Math.max(last.part().toExclusive(), next.toExclusive());
        groups.removeLast();
        groups.add(new Group(Math.min(rank, last.rank()), new Part(last.part().from(), end)));
      }
    }
    return groups.stream().sorted(Comparator.comparingInt(Group::rank)).map(Group::part).toList();
  }
}
