package io.shoal.tracker.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which nodes are meant, by their labels: {@code zone=a,role!=gpu}. All terms must hold; a node
 * without the label is unequal to every value.
 */
record LabelSelector(List<Term> terms) {

  /** One condition. */
  record Term(String label, String value, boolean equal) {
    boolean matches(Map<String, String> labels) {
      return equal == value.equals(labels.get(label));
    }
  }

  /**
   * Parses a selector; the empty one takes every node.
   *
   * @throws IllegalArgumentException with a text that shows how to write one
   */
  static LabelSelector parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int at = part.indexOf('=');
      boolean unequal = at > 0 && part.charAt(at - 1) == '!';
      String label = at < 0 ? "" : part.substring(0, unequal ? at - 1 : at).strip();
      if (label.isEmpty()) {
        throw new IllegalArgumentException(
            "no condition on labels: '" + part + "' (write e.g. zone=a,role!=gpu)");
      }
      terms.add(new Term(label, part.substring(at + 1).strip(), !unequal));
    }
    return new LabelSelector(List.copyOf(terms));
  }

  boolean matches(Map<String, String> labels) {
    return terms.stream().allMatch(term -> term.matches(labels));
  }
}
