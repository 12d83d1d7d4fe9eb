package io.shoal.cli.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was changed on this host, and where the first state of it is kept. Paths are those of the
 * host.
 *
 * @param files in the order in which they were first changed
 * @param folders that did not exist before, the outer ones first
 */
record Ledger(List<Entry> files, List<String> folders) {

  Ledger {
    files = List.copyOf(files);
    folders = List.copyOf(folders);
  }

  /**
   * One changed file.
   *
   * @param path of the file
   * @param backup name of the copy of its first state; null if there was no such file
   * @param written SHA-256 of what was last written, in hexadecimal
   * @param changedByOthers whether somebody had changed the file between two setups, so that its
   *     first state must not come back
   */
  record Entry(String path, @Nullable String backup, String written, boolean changedByOthers) {}

  static Ledger empty() {
    return new Ledger(List.of(), List.of());
  }

  Optional<Entry> find(String path) {
    return files.stream().filter(entry -> entry.path().equals(path)).findFirst();
  }

  /** With this entry in place of the one of the same path. */
  Ledger with(Entry entry) {
    List<Entry> changed = new ArrayList<>(files);
    changed.removeIf(other -> other.path().equals(entry.path()));
    changed.add(entry);
    return new Ledger(changed, folders);
  }

  Ledger without(Entry entry) {
    return new Ledger(files.stream().filter(other -> !other.equals(entry)).toList(), folders);
  }

  Ledger withFolder(String folder) {
    List<String> more = new ArrayList<>(folders);
    more.add(folder);
    return new Ledger(files, more);
  }
}
