package io.shoal.cli.node;

import java.nio.file.Path;
import java.util.List;

/**
 * What a setup comes down to.
 *
 * @param changes files and what they will hold; each at most once
 * @param notes what the operator has to know beside that
 */
record Plan(List<Change> changes, List<String> notes) {

  Plan {
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
  }

  /**
   * One file.
   *
   * @param path as the host sees it, absolute
   * @param text what it will hold
   */
  record Change(Path path, String text) {}
}
